/**
 * The two ends of a ring, as the classes use them.
 *
 * A handle resolves the sync mode and the element size once, when it is made, into one object for
 * each end. Arguments are checked before they get here.
 *
 * @module
 */

import type { ElementBuffer } from "../core/mod.ts";

/** Puts elements into a ring. */
export interface Producer {
  /** Enqueues `n` elements of the buffer, from index `from` on, or none; gives how many. */
  bulk(objects: ElementBuffer, n: number, from: number): number;
  /** Enqueues up to `n` elements; gives how many. */
  burst(objects: ElementBuffer, n: number, from: number): number;
}

/** Takes elements out of a ring. */
export interface Consumer {
  /** Dequeues `n` elements into the buffer, from index `at` on, or none; gives how many. */
  bulk(objects: ElementBuffer, n: number, at: number): number;
  /** Dequeues up to `n` elements; gives how many. */
  burst(objects: ElementBuffer, n: number, at: number): number;
}

/** An end that throws: what a handle has once its ring was freed. */
export function deadEnd(gone: () => Error): Producer & Consumer {
  const refuse = (): number => {
    throw gone();
  };
  return { bulk: refuse, burst: refuse };
}
