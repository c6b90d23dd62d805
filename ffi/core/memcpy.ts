/**
 * Copying pointers at C's speed.
 *
 * @module
 */

import { type Calls, type Pointer, runtime } from "../runtime/mod.ts";

/**
 * libc's memcpy, its `size_t` in a pointer's clothes: both are one register, and a pointer that was
 * made beforehand is what Deno hands over fastest (a 64-bit integer costs it more than the copy).
 */
const symbols = {
  memcpy: "void (void *to, const void *from, const void *size)",
} as const;

let calls: Calls<typeof symbols> | undefined;

/** The size of `n` pointers in bytes, as `memcpy` takes it; made once for each `n`. */
const sizes: Pointer[] = [];

function sizeOf(n: number): Pointer {
  return sizes[n] ??= runtime.pointer(8 * n)!;
}

/**
 * Copies `n` pointers, at least one. The caller has checked that they are there and fit.
 *
 * @param to the first one's place
 * @param from the first one
 */
export function copyPointers(to: Pointer, from: Pointer, n: number): void {
  calls ??= runtime.open("libc.so.6", symbols);
  calls.memcpy(to, from, sizeOf(n));
}
