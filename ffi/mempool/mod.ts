/**
 * Mempools.
 *
 * @module
 */

export { MempoolCache } from "./user_cache.ts";
export type { MempoolOptions } from "./create.ts";
export { ObjectCursor } from "./cursor.ts";
export * from "./layout.ts";
export { Mempool, type MempoolCheck, type MempoolHandleOptions, OwnedMempool } from "./mempool.ts";
export { mempoolSymbols } from "./symbols.ts";
