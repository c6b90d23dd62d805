/**
 * What a polling loop does when there is nothing to do.
 *
 * @module
 */

import { checkInteger } from "./check.ts";
import { libc } from "./libc.ts";

/** The longest wait before the CPU is left to others, in pauses of the CPU. */
const LONGEST = 16;

/** So many longest waits in a row mean that the other side is not running: sleep. */
const PATIENCE = 64;

/**
 * A wait that grows while a ring stays empty (or full) and starts small again when it moves.
 *
 * Looking at a ring again and again takes its cache lines away from the process that is writing
 * them: two processes that poll without a pause move far less than with a short one, and a long one
 * leaves the ring idle. So the wait starts small and grows slowly. After some 50
 * microseconds without work the thread sleeps, for as short as the kernel can (again some 50
 * microseconds): the other side may be waiting for this very CPU. It does not yield instead, as a
 * kernel may hand a yielded CPU to others for very much longer.
 *
 * Who moves much does best when it also waits after a burst that was not full, and starts with a
 * longer wait: a consumer then takes at once what came meanwhile, and a producer that found the ring
 * full leaves it to the consumer for a while, who is busy with it. Who waits for one answer starts
 * with the shortest. In C such a loop calls `rte_pause` (rte_pause.h).
 *
 * @example
 * ```ts
 * import { Backoff, Eal, PointerBuffer, Ring } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using ring = Ring.create("numbers", 64);
 * const burst = new PointerBuffer(32);
 * ring.enqueue(4096);
 * const backoff = new Backoff(8);
 * for (let taken = 0; taken < 1;) {
 *   const n = ring.dequeueBurst(burst, 32);
 *   taken += n;
 *   if (n > 0) backoff.reset();
 *   if (n < 32) backoff.wait();
 * }
 * ```
 */
export class Backoff {
  readonly #first: number;
  #pauses: number;
  #patience = PATIENCE;

  /**
   * Makes a wait that has not begun to grow.
   *
   * @param first the first wait, in pauses of the CPU of some 40 ns: some 8 for a consumer of a
   *   stream, 16 for its producer, 1 for who waits for an answer
   * @throws {RangeError} unless it is a number from 1 to 16
   */
  constructor(first: number = 1) {
    this.#first = checkInteger(first, "a first wait", 1, LONGEST);
    this.#pauses = first;
  }

  /** Waits a little; longer the more often it is called without a {@linkcode Backoff.reset}. */
  wait(): void {
    if (!this.pause()) libc().usleep(1);
  }

  /**
   * Waits a little as {@linkcode Backoff.wait} does, but never sleeps.
   *
   * @returns false, at once, when it is time to sleep: so long has there been nothing to do
   */
  pause(): boolean {
    if (this.#patience === 0) return false;
    for (let i = 0; i < this.#pauses; i++) Atomics.pause();
    if (this.#pauses < LONGEST) this.#pauses++;
    else this.#patience--;
    return true;
  }

  /** There was something to do: the next wait is a short one. */
  reset(): void {
    this.#pauses = this.#first;
    this.#patience = PATIENCE;
  }
}
