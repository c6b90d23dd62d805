/**
 * Mempools.
 *
 * This is what scripts import; `mod.ts` beside it is the door for the other folders.
 *
 * @module
 */

export type { MempoolCheck, MempoolHandleOptions, MempoolOptions } from "./create.ts";
export { ObjectCursor } from "./cursor.ts";
export {
  RTE_MAX_LCORE,
  RTE_MEMPOOL_CACHE_MAX_SIZE,
  RTE_MEMPOOL_F_NO_CACHE_ALIGN,
  RTE_MEMPOOL_F_NO_IOVA_CONTIG,
  RTE_MEMPOOL_F_NO_SPREAD,
  RTE_MEMPOOL_F_SC_GET,
  RTE_MEMPOOL_F_SP_PUT,
  RTE_MEMPOOL_NAMESIZE,
} from "./layout.ts";
export { Mempool, OwnedMempool } from "./mempool.ts";
export { mempoolSymbols } from "./symbols.ts";
export { MempoolCache } from "./user_cache.ts";
