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

export * from "./ffi/common/public.ts";
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
export * from "./ffi/rte/public.ts";
