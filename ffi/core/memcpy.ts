/**
 * Copying pointers at C's speed.
 *
 * @module
 */

import { type Pointer, runtime } from "../runtime/mod.ts";

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

/**
 * libc's memcpy as an object, whose class is made around the function in a constant, so that V8
 * compiles the call itself in line (ffi/ring/driver.ts says more).
 */
export interface Memcpy {
  /**
   * Copies `n` pointers. The caller has checked that they are there and fit. Up to 1024 are copied
   * without an allocation.
   *
   * @param to the first one's place
   * @param from the first one
   */
  pointers(to: Pointer, from: Pointer, n: number): void;
}

function open(): Memcpy {
  for (let n = 0; n <= MOST; n++) sizes[n] = runtime.pointer(8 * n);
  const { memcpy } = runtime.open("libc.so.6", symbols);
  class LibcMemcpy implements Memcpy {
    pointers(to: Pointer, from: Pointer, n: number): void {
      memcpy(to, from, n <= MOST ? sizes[n]! : runtime.pointer(8 * n));
    }
  }
  return new LibcMemcpy();
}

let opened: Memcpy | undefined;

/**
 * What copies pointers at C's speed; who copies often keeps it.
 *
 * @returns the one of this thread
 */
export function memcpy(): Memcpy {
  return opened ??= open();
}
