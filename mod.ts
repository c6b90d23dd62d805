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

export * from "./ffi/common/mod.ts";
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
