/**
 * What the library needs of a JavaScript runtime. `deno.ts` and `bun.ts` provide it; `mod.ts` picks
 * one. Nothing outside this folder knows which.
 *
 * @module
 */

import type { Bridge, BridgeOptions } from "./bridge.ts";
import type { Call, Calls, Pointer, Symbols } from "./prototype.ts";

/**
 * A JavaScript function that C may call, until it is closed. In C it is what
 * `rte_mp_action_register` and its like take.
 */
export interface Callback {
  /** The function pointer. */
  readonly pointer: Pointer;
  /** Ends the callback's life; C must not call it any more. */
  close(): void;
}

/**
 * The functions of one runtime's FFI. What it calls are functions of C, as those of rte_eal.h.
 */
export interface Runtime {
  /** Which runtime this is. */
  readonly name: "deno" | "bun";

  /**
   * Opens a shared library and makes its functions callable.
   *
   * A call whose parameters are all pointers and numbers of at most 32 bits is the runtime's own
   * function and goes at its full speed; `const char *`, `size_t` and 64-bit values are converted
   * on the way.
   *
   * @param path a file, or a name that the dynamic linker looks up
   * @param symbols prototypes by symbol name
   * @returns its functions, by name
   * @throws {Error} when the library cannot be opened or lacks a symbol
   */
  open<const S extends Symbols>(path: string, symbols: S): Calls<S>;

  /**
   * Makes functions callable at known addresses, at the speed of {@linkcode Runtime.open}.
   *
   * @param addresses address of each function of the table, none of them 0
   * @param symbols prototypes by the same names
   * @returns the functions, by name
   */
  link<const S extends Symbols>(
    addresses: { readonly [K in keyof S]: number },
    symbols: S,
  ): Calls<S>;

  /**
   * Makes a JavaScript function callable by C, on this thread only and only during a call of ours.
   *
   * @param prototype what C believes to be calling
   * @param fn must not throw: there is no JavaScript frame above C to catch it
   * @returns its function pointer, and what ends its life
   */
  callback<const P extends string>(prototype: P, fn: Call<P>): Callback;

  /**
   * For the library: makes a bridge for callbacks that C makes from threads of its own. One for a
   * process will do.
   *
   * @internal
   */
  bridge(options: BridgeOptions): Bridge;

  /**
   * The pointer for an address, `null` for 0. To be made once for a handle, not per call.
   *
   * @param address an address, from 0 to 2^53 - 1
   * @returns the pointer, for calls
   */
  pointer<T extends string = string>(address: number): Pointer<T> | null;

  /**
   * The address of a pointer, 0 for `null`.
   *
   * @param pointer what `pointer` made or a call returned
   * @returns the address
   */
  address(pointer: Pointer | null): number;

  /**
   * The pointer to a buffer's first byte, valid as long as the buffer is reachable. The buffer must
   * come from `new ArrayBuffer`: a small typed array made without one may live in the engine's heap.
   *
   * @param buffer the buffer; it must be kept as long as C uses the pointer
   * @returns the pointer, for calls
   */
  pointerTo<T extends string = string>(buffer: ArrayBuffer): Pointer<T>;

  /**
   * A copy of the NUL-terminated string at an address.
   *
   * @param address where its first byte is
   * @returns the text, decoded as UTF-8
   */
  string(address: number): string;

  /**
   * The bytes at an address, not copied. Nothing is freed when the buffer is collected.
   *
   * @param address where the first byte is
   * @param length how many bytes
   * @returns a buffer over the memory itself; it must not be used once C has freed it
   */
  memory(address: number, length: number): ArrayBuffer;
}
