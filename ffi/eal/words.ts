/**
 * What all threads of this process know of its EAL.
 *
 * A Worker has module state of its own, but EAL is the process's. The thread that starts it leaves word
 * in the C environment: its pid, so that a child process that inherits it is not fooled; the state; and
 * the address of some words of memory, which are never freed, as a Worker may look at any time.
 *
 * @module
 */

import { environment } from "../abi/mod.ts";
import { libc } from "../core/mod.ts";
import { runtime } from "../runtime/mod.ts";

const VARIABLE = "DPDK_TS_EAL";

/** The sections of the memory, in 32-bit words. */
const SECTIONS = {
  /** How many Workers have used DPDK. */
  workers: { at: 0, length: 1 },
  /** The threads that said where they want to run: their ids, from the first on. */
  kept: { at: 16, length: 64 },
  /** A bit for each CPU that new threads inherit from the script's, where it is pinned. */
  pinned: { at: 80, length: 32 },
  /** A bit for each CPU that they are to run on instead. */
  rest: { at: 112, length: 32 },
  /** For each lcore the id of the thread that stands in for it, 0 for none. */
  standIns: { at: 144, length: 1024 },
} as const;

const SIZE = 8192;

/** The word that was left. */
export interface Word {
  readonly state: string;
  /** Where the memory is, 0 when no word was left in this process. */
  readonly address: number;
}

/** Reads it. */
export function readWord(): Word {
  const [pid, state, address] = environment(VARIABLE)?.split(":") ?? [];
  if (Number(pid) !== libc().getpid()) return { state: "none", address: 0 };
  return { state: state ?? "none", address: Number(address) };
}

/** Leaves it. */
export function leaveWord(state: string): void {
  const address = readWord().address || runtime.address(libc().calloc(1, SIZE));
  libc().setenv(VARIABLE, `${libc().getpid()}:${state}:${address}`, 1);
}

/** Takes it back, for who will be this process next. */
export function takeWordBack(): void {
  libc().unsetenv(VARIABLE);
}

/** A section of the memory; words of nobody else where no word was left. */
export function sharedWords(name: keyof typeof SECTIONS): Int32Array<ArrayBuffer> {
  const { at, length } = SECTIONS[name];
  const { address } = readWord();
  const memory = address === 0 ? undefined : runtime.memory(address + 4 * at, 4 * length);
  return memory === undefined ? new Int32Array(length) : new Int32Array(memory);
}
