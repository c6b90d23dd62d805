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
export { type Call, type Calls, type Pointer, type Runtime, runtime } from "./ffi/runtime/mod.ts";
export {
  type Abi,
  type Build,
  type Installation,
  installation,
  RTE_CACHE_LINE_SIZE,
} from "./ffi/abi/mod.ts";
export * from "./ffi/eal/mod.ts";
export * from "./ffi/memzone/mod.ts";
export * from "./ffi/tailq/mod.ts";
export * from "./ffi/mp/mod.ts";
export * from "./ffi/ring/mod.ts";
export * from "./ffi/mempool/mod.ts";
export * from "./ffi/lcore/mod.ts";
export * from "./ffi/recover/mod.ts";
export * from "./ffi/inspect/mod.ts";
export * from "./ffi/net/mod.ts";
export * from "./ffi/mbuf/mod.ts";
export * from "./ffi/ethdev/mod.ts";
export * from "./ffi/pdump/mod.ts";
export { type Rte, rte } from "./ffi/rte/mod.ts";
