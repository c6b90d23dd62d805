/**
 * Deno's FFI, as far as the adapter and the bridge use it: declared here, so that both type checkers
 * read them; tests/types/deno_ffi.ts holds the declaration against the real one.
 *
 * @module
 */

import type { Raw } from "./convert.ts";
import type { Native } from "./prototype.ts";

/** Deno's FFI types by ours. */
export const TYPES = {
  i8: "i8",
  u8: "u8",
  i16: "i16",
  u16: "u16",
  i32: "i32",
  u32: "u32",
  i64: "i64",
  u64: "u64",
  size: "usize",
  ssize: "isize",
  f32: "f32",
  f64: "f64",
  bool: "bool",
  void: "void",
  pointer: "pointer",
  string: "buffer",
} as const satisfies Record<Native, string>;

/** A type in Deno's words. */
export type DenoType = (typeof TYPES)[Native];

/** A function's type in Deno's words. */
export interface DenoFunction {
  parameters: Exclude<DenoType, "void">[];
  result: DenoType;
  /** Called on another thread; gives a promise. */
  nonblocking?: boolean;
}

/** A callback that C can call. */
export interface DenoCallback {
  readonly pointer: unknown;
  close(): void;
}

/** The parts of the `Deno` namespace that this adapter uses. */
export interface DenoFfi {
  readonly build: { readonly arch: string };
  dlopen(path: string, symbols: Record<string, DenoFunction>): { symbols: Record<string, Raw> };
  readonly UnsafePointer: {
    create(address: bigint): unknown;
    value(pointer: never): bigint;
    of(buffer: ArrayBuffer): unknown;
  };
  readonly UnsafePointerView: {
    new (pointer: never): {
      getInt32(offset: number): number;
      getPointer(offset: number): unknown;
    };
    getCString(pointer: never): string;
    getArrayBuffer(pointer: never, length: number, offset?: number): ArrayBuffer;
    copyInto(pointer: never, destination: Uint8Array, offset?: number): void;
  };
  readonly UnsafeCallback: {
    new (definition: DenoFunction, fn: Raw): DenoCallback;
    threadSafe(definition: DenoFunction, fn: Raw): DenoCallback;
  };
}
