/**
 * The CPUs that the calling thread may run on.
 *
 * @module
 */

import { checkInteger, cpu_set_t, DpdkError, errno, libc } from "../core/mod.ts";
import { runtime } from "../runtime/mod.ts";
import { sharedWords } from "./words.ts";

const MASK_BYTES = cpu_set_t.size;

/**
 * The CPUs this thread may run on (`sched_getaffinity`). In C `rte_thread_get_affinity`
 * (rte_thread.h) does that.
 *
 * @returns the CPUs' numbers, ascending
 * @example
 * ```ts
 * import { threadAffinity } from "@dpdk-ts/dpdk";
 *
 * console.log(threadAffinity().length > 0); // true
 * ```
 */
export function threadAffinity(): number[] {
  return affinityOf(0);
}

/** The CPUs that a thread of this host may run on; 0 is the calling thread. */
export function affinityOf(tid: number): number[] {
  const mask = new Uint8Array(new ArrayBuffer(MASK_BYTES));
  if (libc().sched_getaffinity(tid, MASK_BYTES, runtime.pointerTo(mask.buffer)) < 0) {
    throw new DpdkError({
      what: tid === 0 ? "read this thread's affinity" : `read the affinity of thread ${tid}`,
      call: "sched_getaffinity",
      errno: errno(),
    });
  }
  const cpus: number[] = [];
  for (let cpu = 0; cpu < MASK_BYTES * 8; cpu++) {
    if ((mask[cpu >> 3]! >> (cpu & 7)) & 1) cpus.push(cpu);
  }
  return cpus;
}

/** Lets a thread of this process run on the given CPUs only; 0 is the calling thread. */
export function setAffinityOf(tid: number, cpus: readonly number[]): void {
  const mask = new Uint8Array(new ArrayBuffer(MASK_BYTES));
  for (const cpu of cpus) {
    checkInteger(cpu, "a CPU", 0, MASK_BYTES * 8 - 1);
    mask[cpu >> 3]! |= 1 << (cpu & 7);
  }
  if (libc().sched_setaffinity(tid, MASK_BYTES, runtime.pointerTo(mask.buffer)) < 0) {
    throw new DpdkError({
      what: `run ${tid === 0 ? "this thread" : `thread ${tid}`} on CPUs ${cpus.join(",")}`,
      call: "sched_setaffinity",
      errno: errno(),
      advice: "none of them may be used by this process",
    });
  }
}

/**
 * Lets this thread run on the given CPUs only (`sched_setaffinity`), and has the library leave it
 * there. In C `rte_thread_set_affinity` (rte_thread.h) does that.
 *
 * @param cpus the CPUs' numbers, at least one
 * @throws {DpdkError} when there are no such CPUs
 * @example
 * ```ts
 * import { setThreadAffinity, threadAffinity } from "@dpdk-ts/dpdk";
 *
 * const before = threadAffinity();
 * setThreadAffinity(before.slice(0, 1)); // this thread stays on one CPU
 * setThreadAffinity(before);
 * ```
 */
export function setThreadAffinity(cpus: readonly number[]): void {
  setAffinityOf(0, cpus);
  const kept = sharedWords("kept");
  const tid = libc().gettid();
  for (let i = 0; i < kept.length; i++) {
    const held = Atomics.compareExchange(kept, i, 0, tid);
    if (held === 0 || held === tid) return;
  }
}

/** The threads that said where they want to run. */
export function keptThreads(): number[] {
  return [...sharedWords("kept")].filter((tid) => tid !== 0);
}

function bits(words: Int32Array): number[] {
  const cpus: number[] = [];
  for (let cpu = 0; cpu < words.length * 32; cpu++) {
    if ((words[cpu >> 5]! >> (cpu & 31)) & 1) cpus.push(cpu);
  }
  return cpus;
}

function setBits(words: Int32Array, cpus: readonly number[]): void {
  words.fill(0);
  for (const cpu of cpus) words[cpu >> 5]! |= 1 << (cpu & 31);
}

/** Leaves word of the CPUs that threads inherit, and those that they are to run on instead. */
export function setInheritance(pinned: readonly number[], rest: readonly number[]): void {
  setBits(sharedWords("pinned"), pinned);
  setBits(sharedWords("rest"), rest);
}

/** Moves this thread off CPUs that it has only inherited from the script's thread. */
export function leaveInheritedCpus(): void {
  const rest = bits(sharedWords("rest"));
  const inherited = threadAffinity().join() === bits(sharedWords("pinned")).join();
  if (inherited && rest.length > 0 && !keptThreads().includes(libc().gettid())) {
    setAffinityOf(0, rest);
  }
}
