/**
 * DPDK for Deno and Bun over plain FFI: a script is a DPDK process.
 *
 * Importing this module opens no library and needs no DPDK; `Eal.init` does.
 *
 * ```ts
 * import { Eal, Mempool, PointerBuffer, Ring } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = Mempool.create("MSG_POOL", 1023, 64, { cacheSize: 32 });
 * using ring = Ring.create("PRI_2_SEC", 64);
 * ```
 *
 * @module
 */

export {
  type AnyStruct,
  type ArrayView,
  Backoff,
  type ByteWindow,
  type CBigInt,
  cHeader,
  type CNumber,
  Counter32,
  Counter64,
  type CScalar,
  type CType,
  type CValue,
  DpdkError,
  ElementBuffer,
  type Failure,
  type Field,
  type FieldView,
  PointerBuffer,
  poll,
  type PollOptions,
  type PollStep,
  type SharedMemory,
  type Struct,
  struct,
  type StructBytes,
  type StructFieldOptions,
  type StructFields,
  type StructFieldType,
  type StructFieldValue,
  type StructInput,
  type StructOptions,
  type StructPlainType,
  type StructValue,
  type StructValues,
  type StructView,
  union,
  type UnionValue,
} from "./ffi/core/mod.ts";
export {
  type Call,
  type Callback,
  type Calls,
  type Pointer,
  type Runtime,
  runtime,
  type Symbols,
} from "./ffi/runtime/mod.ts";
export { type Abi, type Installation, installation } from "./ffi/abi/mod.ts";
export * from "./ffi/eal/public.ts";
export * from "./ffi/memzone/public.ts";
export * from "./ffi/tailq/public.ts";
export * from "./ffi/mp/public.ts";
export * from "./ffi/ring/public.ts";
export * from "./ffi/mempool/public.ts";
export * from "./ffi/lcore/public.ts";
export * from "./ffi/recover/public.ts";
export * from "./ffi/inspect/public.ts";
export * from "./ffi/net/public.ts";
export * from "./ffi/mbuf/public.ts";
export * from "./ffi/ethdev/public.ts";
export * from "./ffi/pdump/public.ts";
export { type Rte, rte } from "./ffi/rte/mod.ts";
