/**
 * Whether EAL runs in this process, as each thread of it sees it.
 *
 * A Worker has module state of its own, but EAL is the process's. The main script therefore leaves
 * word in the C environment, with its pid, so that a child process that inherits it is not fooled.
 *
 * @module
 */

import { environment } from "../abi/mod.ts";
import { DpdkError, libc } from "../core/mod.ts";

const VARIABLE = "DPDK_TS_EAL";

/** What became of EAL in this process. */
export type EalState = "none" | "running" | "failed" | "cleaned";

/** The state of this process's EAL. */
export function ealState(): EalState {
  const [pid, state] = environment(VARIABLE)?.split(":") ?? [];
  return Number(pid) === libc().getpid() ? state as EalState : "none";
}

/** Leaves word of a change. */
export function setEalState(state: EalState): void {
  libc().setenv(VARIABLE, `${libc().getpid()}:${state}`, 1);
}

/**
 * Refuses to go on without a running EAL.
 *
 * @param what what was tried
 * @throws {DpdkError} unless `Eal.init` succeeded in this process and was not cleaned up
 */
export function requireEal(what: string): void {
  const state = ealState();
  if (state === "running") return;
  const advice = {
    none: "EAL is not initialised; call Eal.init() first",
    failed: "Eal.init() failed; a process can start EAL only once",
    cleaned: "EAL was cleaned up; a process can start EAL only once",
  }[state];
  throw new DpdkError({ what, advice });
}
