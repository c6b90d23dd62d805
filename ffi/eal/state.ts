/**
 * Whether EAL runs in this process, as each thread of it sees it.
 *
 * @module
 */

import { DpdkError, Errno } from "../core/mod.ts";
import { leaveInheritedCpus } from "./affinity.ts";
import { leaveWord, readWord, sharedWords } from "./words.ts";

/** What became of EAL in this process. */
export type EalState = "none" | "running" | "failed" | "cleaned";

/** Whether this thread started EAL, or has counted itself. */
let known = false;

/** What this thread left word of, when it is the one that starts EAL: no other changes it. */
let own: EalState | undefined;

/** The state of this process's EAL. */
export function ealState(): EalState {
  return own ?? readWord().state as EalState;
}

/** Leaves word of a change. To be called by the thread that starts EAL. */
export function setEalState(state: EalState): void {
  known = true;
  own = state;
  leaveWord(state);
}

/** Whether a Worker of this process has used DPDK, and may still be doing so. */
export function usedByWorkers(): boolean {
  return Atomics.load(sharedWords("workers"), 0) > 0;
}

/** A Worker uses DPDK for the first time. */
function enter(): void {
  known = true;
  Atomics.add(sharedWords("workers"), 0, 1);
  leaveInheritedCpus();
}

/**
 * Refuses to go on without a running EAL.
 *
 * @param what what was tried
 * @throws {DpdkError} unless `Eal.init` succeeded in this process and was not cleaned up
 */
export function requireEal(what: string): void {
  if (own === "running") return;
  const state = readWord().state as EalState;
  if (state === "running") {
    if (!known) enter();
    return;
  }
  const advice = {
    none: "EAL is not initialised; call Eal.init() first",
    failed: "Eal.init() failed; a process can start EAL only once",
    cleaned: "EAL was cleaned up; a process can start EAL only once",
  }[state];
  throw new DpdkError({ what, advice });
}

/**
 * Refuses to go on but in the thread that started EAL: DPDK would call back a Worker that may have
 * ended.
 *
 * @param what what was tried
 * @throws {DpdkError} in a Worker, and without a running EAL
 */
export function requireEalThread(what: string): void {
  requireEal(what);
  if (isEalThread()) return;
  throw new DpdkError({
    what,
    errno: Errno.EPERM,
    advice: "this is a Worker, which may end before DPDK has called it back; do it in the script " +
      "that called Eal.init",
  });
}

/** Whether this is the thread that started EAL. */
export function isEalThread(): boolean {
  return own !== undefined;
}

/** What a process that has just started EAL is to others. */
export interface Start {
  /** Whether other processes can share its memory. */
  readonly shared: boolean;
}

const beginnings: ((start: Start) => void)[] = [];

/**
 * Has something done as soon as EAL runs in this process, before the script sees it. What it throws
 * ends EAL again, and is what `Eal.init` throws.
 */
export function afterStart(begin: (start: Start) => void): void {
  beginnings.push(begin);
}

/** Does what {@linkcode afterStart} was told. */
export function runBeginnings(start: Start): void {
  for (const begin of beginnings) begin(start);
}

const endings: ((stays: boolean) => void)[] = [];

/**
 * Has something done before EAL is cleaned up, while all of it still works.
 *
 * @param end told whether DPDK's memory and its threads stay until the process ends, as
 *   `rte_eal_cleanup` will not be called
 */
export function beforeCleanup(end: (stays: boolean) => void): void {
  endings.push(end);
}

/** Does what {@linkcode beforeCleanup} was told. */
export function runEndings(stays: boolean): void {
  for (const end of endings) end(stays);
}
