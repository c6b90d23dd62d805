/**
 * What a polling loop does when there is nothing to do.
 *
 * @module
 */

import { libc } from "./libc.ts";

/** The first wait, in pauses of the CPU: some 50 to 100 ns. */
const FIRST = 1;

/** The longest wait before the CPU is offered to others. */
const LONGEST = 16;

/** So many longest waits in a row mean that the other side is not running: sleep. */
const PATIENCE = 64;

/**
 * A wait that grows while a ring stays empty (or full) and starts small again when it moves.
 *
 * Looking at a ring again and again takes its cache lines away from the process that is writing
 * them: two processes that poll without a pause move a tenth of what they move with a pause of some
 * 100 ns. A pause ten times as long costs as much. So the wait starts small and grows slowly. After
 * some 50 microseconds without work the thread sleeps, for as short as the kernel can (again some 50
 * microseconds): the other side may be waiting for this very CPU. It does not yield instead, as a
 * kernel may hand a yielded CPU to others for very much longer.
 *
 * ```ts
 * const backoff = new Backoff();
 * while (running) {
 *   const n = ring.dequeueBurst(burst, 32);
 *   if (n === 0) {
 *     backoff.wait();
 *     continue;
 *   }
 *   backoff.reset();
 *   handle(burst, n);
 * }
 * ```
 */
export class Backoff {
  #pauses = FIRST;
  #patience = PATIENCE;

  /** Waits a little; longer the more often it is called without a {@linkcode Backoff.reset}. */
  wait(): void {
    for (let i = 0; i < this.#pauses; i++) Atomics.pause();
    if (this.#pauses < LONGEST) this.#pauses++;
    else if (this.#patience > 0) this.#patience--;
    else libc().usleep(1);
  }

  /** There was something to do: the next wait is a short one. */
  reset(): void {
    this.#pauses = FIRST;
    this.#patience = PATIENCE;
  }
}
