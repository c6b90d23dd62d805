/**
 * Whether what a script asks to move lies in its buffer.
 *
 * @module
 */

import { type PointerBuffer, refuseBurst } from "../core/mod.ts";

/** Whether `n` pointers from an index on lie in a buffer; in one that was detached none do. */
export function fits(objects: PointerBuffer, n: number, from: number): boolean {
  return (n >>> 0) === n && (from >>> 0) === from && from + n <= objects.doubles.length;
}

/** Refuses to move what does not. */
export function refuse(objects: PointerBuffer, n: number, from: number): never {
  refuseBurst("move", "objects", n, from, objects.doubles.length);
}
