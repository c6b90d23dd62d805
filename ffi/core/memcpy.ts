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

/** The size of `n` pointers in bytes, as `memcpy` takes it; made once for each `n`. */
const sizes: (Pointer | null)[] = [];

/** Up to so many pointers the sizes are made beforehand. */
const MOST = 1024;

let calls: Calls<typeof symbols> | undefined;

function open(): Calls<typeof symbols> {
  for (let n = 0; n <= MOST; n++) sizes[n] = runtime.pointer(8 * n);
  return runtime.open("libc.so.6", symbols);
}

/**
 * Copies `n` pointers. The caller has checked that they are there and fit.
 *
 * The first call makes all ready, and may be one of no pointers: after that a copy of up to 1024
 * pointers allocates nothing.
 *
 * @param to the first one's place
 * @param from the first one
 */
export function copyPointers(to: Pointer, from: Pointer, n: number): void {
  calls ??= open();
  calls.memcpy(to, from, n <= MOST ? sizes[n]! : runtime.pointer(8 * n));
}
