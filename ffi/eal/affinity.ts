/**
 * The CPUs that the calling thread may run on.
 *
 * @module
 */

import { checkInteger, DpdkError, errno, libc } from "../core/mod.ts";
import { runtime } from "../runtime/mod.ts";

const MASK_BYTES = 128; // cpu_set_t: 1024 CPUs

/** The CPUs this thread may run on (`sched_getaffinity`). */
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

/**
 * Lets this thread run on the given CPUs only (`sched_setaffinity`). EAL pins the thread that
 * starts it to the main lcore; a `Worker` started later inherits that and wants a CPU of its own.
 *
 * @throws {DpdkError} when there are no such CPUs
 */
export function setThreadAffinity(cpus: readonly number[]): void {
  const mask = new Uint8Array(new ArrayBuffer(MASK_BYTES));
  for (const cpu of cpus) {
    checkInteger(cpu, "a CPU", 0, MASK_BYTES * 8 - 1);
    mask[cpu >> 3]! |= 1 << (cpu & 7);
  }
  if (libc().sched_setaffinity(0, MASK_BYTES, runtime.pointerTo(mask.buffer)) < 0) {
    throw new DpdkError({
      what: `run this thread on CPUs ${cpus.join(",")}`,
      call: "sched_setaffinity",
      errno: errno(),
      advice: "none of them may be used by this process",
    });
  }
}
