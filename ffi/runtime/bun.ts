/**
 * The Bun adapter.
 *
 * It declares the few parts of `bun:ffi` that it uses, so that both type checkers read this file;
 * tests/types/bun_ffi.ts holds the declaration against the real one.
 *
 * @module
 */

import { bunBridge, type BunBridgeParts } from "./bun_bridge.ts";
import { type Conversions, converted, type Raw } from "./convert.ts";
import { memfdConstants, socketpairConstants } from "./layout.ts";
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
  cc(options: { source: string; symbols: never }): { symbols: Record<string, Raw> };
}

/** The parts of the `Bun` namespace that this adapter uses. */
export interface BunGlobal {
  connect(options: never): unknown;
}

/**
 * The adapter on the `bun:ffi` module and the `Bun` namespace. A pointer is a number there, which
 * `Pointer` conceals.
 */
export function bunRuntime(ffi: BunFfi, bun: BunGlobal): Runtime {
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

  let libc: Calls<typeof LIBC> | undefined;

  /** `cc` wants a file; one in memory does. */
  function compile(source: string, symbols: Record<string, unknown>): Record<string, Raw> {
    libc ??= open("libc.so.6", LIBC);
    const bytes = new TextEncoder().encode(source);
    const fd = libc.memfd_create("dpdk.ts.c", MFD_CLOEXEC);
    if (fd < 0) throw new Error("Cannot compile a callback: memfd_create failed");
    try {
      const written = libc.write(fd, ffi.ptr(bytes.slice().buffer) as Pointer, bytes.length);
      if (written !== bytes.length) throw new Error("Cannot compile a callback: memfd not written");
      return ffi.cc({ source: `/proc/self/fd/${fd}`, symbols: symbols as never }).symbols;
    } finally {
      libc.close(fd);
    }
  }

  function socketPair(): readonly [number, number] {
    libc ??= open("libc.so.6", LIBC);
    const pair = new Int32Array(new ArrayBuffer(8));
    const type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    if (libc.socketpair(AF_UNIX, type, 0, ffi.ptr(pair.buffer) as Pointer) < 0) {
      throw new Error("Cannot make a callback for C's threads: socketpair failed");
    }
    return [pair[0]!, pair[1]!];
  }

  const memory = (at: number, length: number) => ffi.toArrayBuffer(at as never, 0, length);

  return {
    name: "bun",
    open,
    link,
    callback,
    bridge(options) {
      const connect: BunBridgeParts["connect"] = (socket) => bun.connect(socket as never);
      const parts = { compile, connect, socketPair, parse, memory, pointerTo: ffi.ptr };
      return bunBridge(parts, options);
    },
    pointer: <T extends string>(at: number) => at === 0 ? null : at as unknown as Pointer<T>,
    address: (pointer) => pointer === null ? 0 : Number(pointer),
    pointerTo: <T extends string>(buffer: ArrayBuffer) => ffi.ptr(buffer) as Pointer<T>,
    string: (at) => new ffi.CString(at as never).toString(),
    memory,
  };
}

const { MFD_CLOEXEC } = memfdConstants.values;
const { AF_UNIX, SOCK_STREAM, SOCK_NONBLOCK, SOCK_CLOEXEC } = socketpairConstants.values;

const LIBC = {
  close: "int (int fd)",
  memfd_create: "int (const char *name, unsigned int flags)",
  socketpair: "int (int domain, int type, int protocol, void *pair)",
  write: "ssize_t (int fd, const void *buf, size_t n)",
} as const;
