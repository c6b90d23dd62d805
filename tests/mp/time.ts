/**
 * Scripts that are busy, and scripts that wait.
 *
 * @module
 */

import { assert } from "../kit.ts";

/** Keeps this thread from everything else, for so long or until a condition holds. */
export function busy(ms: number, enough: () => boolean = () => false): void {
  for (const end = performance.now() + ms; performance.now() < end && !enough(););
}

/** Yields for so long. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Yields until a condition holds. */
export async function until(condition: () => boolean, ms = 20_000): Promise<void> {
  const end = performance.now() + ms;
  while (!condition() && performance.now() < end) await sleep(5);
  assert.equal(condition(), true, `not within ${ms} ms`);
}

/** The numbers that came, which must be 0, 1, 2, ... */
export function assertInOrder(seen: readonly number[], n: number): void {
  assert.equal(seen.length, n);
  assert.equal(seen.findIndex((value, i) => value !== i), -1);
}
