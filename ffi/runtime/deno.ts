/**
 * The Deno adapter.
 *
 * @module
 */

import { checkAside } from "./bridge.ts";
import { type Conversions, converted, type Raw } from "./convert.ts";
import { denoBridge, type WorkerThreads } from "./deno_bridge.ts";
import { type DenoFfi, type DenoFunction, TYPES } from "./deno_ffi.ts";
import { MACHINES, symbolOnlyElf } from "./elf.ts";
import { memfdConstants } from "./layout.ts";
import { type Call, type Calls, parse, type Pointer, type Symbols } from "./prototype.ts";
import type { Callback, Runtime } from "./runtime.ts";

const { MFD_CLOEXEC } = memfdConstants.values;

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

  /** The path of a library that has nothing but these addresses. */
  function libraryOf(addresses: Readonly<Record<string, number>>): string {
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
    return `/proc/self/fd/${fd}`;
  }

  function link<const S extends Symbols>(
    addresses: { readonly [K in keyof S]: number },
    symbols: S,
  ): Calls<S> {
    return open(libraryOf(addresses), symbols);
  }

  /** Memory that threads of Deno's pool work on. */
  const lent = new Set<readonly ArrayBuffer[]>();

  /** A function that Deno calls on a thread of its pool. */
  function aside(prototype: string, at: number): (...memory: ArrayBuffer[]) => Promise<number> {
    checkAside(parse(prototype));
    const { call } = deno.dlopen(libraryOf({ call: at }), {
      call: { ...definition(prototype), nonblocking: true },
    }).symbols;
    return async (...memory) => {
      lent.add(memory);
      try {
        return await call!(...memory.map((buffer) => deno.UnsafePointer.of(buffer)));
      } finally {
        lent.delete(memory);
      }
    };
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
      return denoBridge({ threads: threads(), parse, definition, aside }, options);
    },
    address,
    pointer: <T extends string>(at: number) =>
      at === 0 ? null : deno.UnsafePointer.create(BigInt(at)) as Pointer<T>,
    pointerTo: <T extends string>(buffer: ArrayBuffer) =>
      deno.UnsafePointer.of(buffer) as Pointer<T>,
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
  memfd_create: "int (const char *name, unsigned int flags)",
  write: "ssize_t (int fd, const void *buf, size_t n)",
} as const;
