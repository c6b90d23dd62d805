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
  Backoff,
  Counter32,
  Counter64,
  DpdkError,
  ElementBuffer,
  type Failure,
  PointerBuffer,
} from "./ffi/core/mod.ts";
export { type Call, type Calls, type Pointer, type Runtime, runtime } from "./ffi/runtime/mod.ts";
export { type Abi, type Installation, installation } from "./ffi/abi/mod.ts";
export * from "./ffi/eal/mod.ts";
export * from "./ffi/memzone/mod.ts";
export * from "./ffi/ring/mod.ts";
export * from "./ffi/mempool/mod.ts";
export { type Rte, rte } from "./ffi/rte/mod.ts";
