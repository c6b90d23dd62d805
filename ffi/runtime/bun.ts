/**
 * The Bun adapter.
 *
 * It declares the few parts of `bun:ffi` that it uses, so that both type checkers read this file;
 * tests/types/bun_ffi.ts holds the declaration against the real one.
 *
 * @module
 */

import { type Conversions, converted, type Raw } from "./convert.ts";
import {
  type Call,
  type Calls,
  type Native,
  parse,
  type Pointer,
  type Symbols,
} from "./prototype.ts";
import type { Callback, Runtime } from "./runtime.ts";

/** Bun's FFI types by ours. */
const TYPES = {
  i8: "i8",
  u8: "u8",
  i16: "i16",
  u16: "u16",
  i32: "i32",
  u32: "u32",
  i64: "i64",
  u64: "u64",
  size: "u64",
  ssize: "i64",
  f32: "f32",
  f64: "f64",
  bool: "bool",
  void: "void",
  pointer: "ptr",
  string: "ptr",
} as const satisfies Record<Native, string>;

type BunType = (typeof TYPES)[Native];

interface BunFunction {
  args: BunType[];
  returns: BunType;
}

interface BunCallback {
  readonly ptr: unknown;
  close(): void;
}

/** The parts of `bun:ffi` that this adapter uses. */
export interface BunFfi {
  dlopen(path: string, symbols: Record<string, BunFunction>): { symbols: Record<string, Raw> };
  linkSymbols(
    symbols: Record<string, BunFunction & { ptr: never }>,
  ): { symbols: Record<string, Raw> };
  ptr(buffer: ArrayBuffer): unknown;
  toArrayBuffer(pointer: never, offset: number, length: number): ArrayBuffer;
  readonly JSCallback: new (fn: Raw, definition: BunFunction) => BunCallback;
  readonly CString: new (pointer: never) => { toString(): string };
}

/** The adapter on the `bun:ffi` module. A pointer is a number there, which `Pointer` conceals. */
export function bunRuntime(ffi: BunFfi): Runtime {
  const conversions: Conversions = {
    nullIsZero: true,
    readString: (raw) =>
      raw === null || raw === 0 ? null : new ffi.CString(raw as never).toString(),
  };

  const definition = (prototype: string): BunFunction => {
    const { parameters, result } = parse(prototype);
    return { args: parameters.map((native) => TYPES[native]), returns: TYPES[result] };
  };

  const finish = <S extends Symbols>(raw: Record<string, Raw>, symbols: S): Calls<S> => {
    const calls: Record<string, Raw> = {};
    for (const name in symbols) {
      calls[name] = converted(raw[name]!, parse(symbols[name]!), conversions);
    }
    return calls as unknown as Calls<S>;
  };

  function open<const S extends Symbols>(path: string, symbols: S): Calls<S> {
    const definitions: Record<string, BunFunction> = {};
    for (const name in symbols) definitions[name] = definition(symbols[name]!);
    return finish(ffi.dlopen(path, definitions).symbols, symbols);
  }

  function link<const S extends Symbols>(
    addresses: { readonly [K in keyof S]: number },
    symbols: S,
  ): Calls<S> {
    const definitions: Record<string, BunFunction & { ptr: never }> = {};
    for (const name in symbols) {
      definitions[name] = { ...definition(symbols[name]!), ptr: addresses[name] as never };
    }
    return finish(ffi.linkSymbols(definitions).symbols, symbols);
  }

  function callback<const P extends string>(prototype: P, fn: Call<P>): Callback {
    const made = new ffi.JSCallback(fn as Raw, definition(prototype));
    return { pointer: made.ptr as Pointer, close: () => made.close() };
  }

  return {
    name: "bun",
    open,
    link,
    callback,
    pointer: <T extends string>(at: number) => at === 0 ? null : at as unknown as Pointer<T>,
    address: (pointer) => pointer === null ? 0 : Number(pointer),
    pointerTo: (buffer) => ffi.ptr(buffer) as Pointer,
    string: (at) => new ffi.CString(at as never).toString(),
    memory: (at, length) => ffi.toArrayBuffer(at as never, 0, length),
  };
}
