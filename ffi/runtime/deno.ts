/**
 * The Deno adapter.
 *
 * It declares the few parts of `Deno` that it uses, so that both type checkers read this file;
 * tests/types/deno_ffi.ts holds the declaration against the real one.
 *
 * @module
 */

import { denoBridge, type WorkerThreads } from "./deno_bridge.ts";
import { type Conversions, converted, type Raw } from "./convert.ts";
import { MACHINES, symbolOnlyElf } from "./elf.ts";
import {
  type Call,
  type Calls,
  type Native,
  parse,
  type Pointer,
  type Symbols,
} from "./prototype.ts";
import type { Callback, Runtime } from "./runtime.ts";

/** Deno's FFI types by ours. */
const TYPES = {
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
}

interface DenoCallback {
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
    getCString(pointer: never): string;
    getArrayBuffer(pointer: never, length: number, offset?: number): ArrayBuffer;
  };
  readonly UnsafeCallback: {
    new (definition: DenoFunction, fn: Raw): DenoCallback;
    threadSafe(definition: DenoFunction, fn: Raw): DenoCallback;
  };
}

const MFD_CLOEXEC = 1;

/**
 * The adapter on the `Deno` namespace.
 *
 * @param threads `node:worker_threads`, asked for when a bridge is made
 */
export function denoRuntime(deno: DenoFfi, threads: () => WorkerThreads): Runtime {
  const conversions: Conversions = {
    nullIsZero: false,
    readString: (raw) => raw === null ? null : deno.UnsafePointerView.getCString(raw as never),
  };

  const definition = (prototype: string): DenoFunction => {
    const { parameters, result } = parse(prototype);
    return {
      parameters: parameters.map((native) => TYPES[native]),
      result: result === "string" ? "pointer" : TYPES[result],
    };
  };

  function open<const S extends Symbols>(path: string, symbols: S): Calls<S> {
    const definitions: Record<string, DenoFunction> = {};
    for (const name in symbols) definitions[name] = definition(symbols[name]!);
    const raw = deno.dlopen(path, definitions).symbols;
    const calls: Record<string, Raw> = {};
    for (const name in symbols) {
      calls[name] = converted(raw[name]!, parse(symbols[name]!), conversions);
    }
    return calls as unknown as Calls<S>;
  }

  const address = (pointer: Pointer | null): number =>
    pointer === null ? 0 : Number(deno.UnsafePointer.value(pointer as never));

  let libc: Calls<typeof LIBC> | undefined;

  function link<const S extends Symbols>(
    addresses: { readonly [K in keyof S]: number },
    symbols: S,
  ): Calls<S> {
    const machine = MACHINES[deno.build.arch];
    if (machine === undefined) {
      throw new Error(`Cannot call by address on ${deno.build.arch}: its ELF machine is not known`);
    }
    const elf = symbolOnlyElf(machine, addresses);
    libc ??= open("libc.so.6", LIBC);
    const fd = libc.memfd_create("dpdk.ts-symbols", MFD_CLOEXEC);
    if (fd < 0) throw new Error("Cannot call by address: memfd_create failed");
    const written = libc.write(fd, deno.UnsafePointer.of(elf.buffer) as Pointer, elf.length);
    if (written !== elf.length) throw new Error("Cannot call by address: memfd not written");
    // The descriptor stays open: were its number used again, the dynamic linker would take the next
    // /proc/self/fd/N for the object it has already loaded under that name.
    return open(`/proc/self/fd/${fd}`, symbols);
  }

  function callback<const P extends string>(prototype: P, fn: Call<P>): Callback {
    const unsafe = new deno.UnsafeCallback(definition(prototype), fn as Raw);
    return { pointer: unsafe.pointer as Pointer, close: () => unsafe.close() };
  }

  return {
    name: "deno",
    open,
    link,
    callback,
    bridge(options) {
      libc ??= open("libc.so.6", LIBC);
      const { free } = libc;
      const release = (at: number) => free(deno.UnsafePointer.create(BigInt(at)) as Pointer);
      return denoBridge(deno, threads(), definition, release, options);
    },
    address,
    pointer: <T extends string>(at: number) =>
      at === 0 ? null : deno.UnsafePointer.create(BigInt(at)) as Pointer<T>,
    pointerTo: (buffer) => deno.UnsafePointer.of(buffer) as Pointer,
    string: (at) =>
      deno.UnsafePointerView.getCString(deno.UnsafePointer.create(BigInt(at)) as never),
    memory: (at, length) =>
      deno.UnsafePointerView.getArrayBuffer(
        deno.UnsafePointer.create(BigInt(at)) as never,
        length,
      ),
  };
}

const LIBC = {
  free: "void (void *memory)",
  memfd_create: "int (const char *name, unsigned int flags)",
  write: "ssize_t (int fd, const void *buf, size_t n)",
} as const;
