/**
 * Mempools.
 *
 * @module
 */

export { type Backend as MempoolBackend, backend as mempoolBackend } from "./backend.ts";
export { MempoolCache } from "./user_cache.ts";
export type { MempoolCheck, MempoolHandleOptions, MempoolOptions } from "./create.ts";
export { ObjectCursor } from "./cursor.ts";
export * from "./layout.ts";
export { primaryMempoolOps } from "./drivers.ts";
export { mempoolLibrary } from "./library.ts";
export { allPools, chunkPlaces, freePool } from "./memory.ts";
export { Mempool, OwnedMempool } from "./mempool.ts";
export { mempoolSymbols } from "./symbols.ts";
