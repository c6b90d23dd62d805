/**
 * What rte_ring_core.h lays out; alike in 22.11, 24.11 and 25.11 with cache lines of 64 bytes.
 *
 * Each end has a cache line of its own, read in three ways by its sync type:
 *
 * | bytes | MT and ST | RTS                    | HTS    |
 * | ----- | --------- | ---------------------- | ------ |
 * | 0     | `head`    | `tail.val.cnt`         | `head` |
 * | 4     | `tail`    | `tail.val.pos`         | `tail` |
 * | 8     | sync type | sync type              | sync type |
 * | 12    |           | `htd_max`              |        |
 * | 16    |           | `head.val` {cnt, pos}  |        |
 *
 * @module
 */

import type { Constants, StructLayout } from "../core/mod.ts";

/** `struct rte_ring`; the elements follow it. */
export const rte_ring = {
  type: "struct rte_ring",
  header: "rte_ring.h",
  size: 384,
  fields: {
    name: { offset: 0, size: 29 },
    flags: { offset: 32, size: 4 },
    memzone: { offset: 40, size: 8 },
    size: { offset: 48, size: 4 },
    mask: { offset: 52, size: 4 },
    capacity: { offset: 56, size: 4 },
    prod: { offset: 128, size: 12 },
    prodHead: { offset: 128, size: 4, path: "prod.head" },
    prodTail: { offset: 132, size: 4, path: "prod.tail" },
    prodSync: { offset: 136, size: 4, path: "prod.sync_type" },
    prodRtsTail: { offset: 128, size: 8, path: "rts_prod.tail.raw" },
    prodRtsMax: { offset: 140, size: 4, path: "rts_prod.htd_max" },
    prodRtsHead: { offset: 144, size: 8, path: "rts_prod.head.raw" },
    prodRtsHeadPos: { offset: 148, size: 4, path: "rts_prod.head.val.pos" },
    prodHtsHead: { offset: 128, size: 4, path: "hts_prod.ht.pos.head" },
    prodHtsTail: { offset: 132, size: 4, path: "hts_prod.ht.pos.tail" },
    cons: { offset: 256, size: 12 },
    consHead: { offset: 256, size: 4, path: "cons.head" },
    consTail: { offset: 260, size: 4, path: "cons.tail" },
    consSync: { offset: 264, size: 4, path: "cons.sync_type" },
    consRtsTail: { offset: 256, size: 8, path: "rts_cons.tail.raw" },
    consRtsMax: { offset: 268, size: 4, path: "rts_cons.htd_max" },
    consRtsHead: { offset: 272, size: 8, path: "rts_cons.head.raw" },
    consRtsHeadPos: { offset: 276, size: 4, path: "rts_cons.head.val.pos" },
    consHtsHead: { offset: 256, size: 4, path: "hts_cons.ht.pos.head" },
    consHtsTail: { offset: 260, size: 4, path: "hts_cons.ht.pos.tail" },
  },
} as const satisfies StructLayout;

/** `enum rte_ring_sync_type`: how the threads at one end of a ring share it. */
export const SyncType = {
  /** Many threads, one after another (the default). */
  RTE_RING_SYNC_MT: 0,
  /** One thread. */
  RTE_RING_SYNC_ST: 1,
  /** Many threads, relaxed tail sync: the last of them to finish moves the tail. */
  RTE_RING_SYNC_MT_RTS: 2,
  /** Many threads, head/tail sync: one at a time. */
  RTE_RING_SYNC_MT_HTS: 3,
} as const;

/** The default enqueue is for one producer. */
export const RING_F_SP_ENQ = 0x1;
/** The default dequeue is for one consumer. */
export const RING_F_SC_DEQ = 0x2;
/** The ring holds exactly `count` elements, which need not be a power of two. */
export const RING_F_EXACT_SZ = 0x4;
/** Producers in relaxed tail sync mode. */
export const RING_F_MP_RTS_ENQ = 0x8;
/** Consumers in relaxed tail sync mode. */
export const RING_F_MC_RTS_DEQ = 0x10;
/** Producers in head/tail sync mode. */
export const RING_F_MP_HTS_ENQ = 0x20;
/** Consumers in head/tail sync mode. */
export const RING_F_MC_HTS_DEQ = 0x40;

/** The most elements a ring may be asked for: `RTE_RING_SZ_MASK`. */
export const RTE_RING_SZ_MASK = 0x7fffffff;
/** The longest ring name is one byte shorter: the NUL. */
export const RTE_RING_NAMESIZE = 29;

/** For the comparison with the headers. */
export const ringConstants = {
  header: "rte_ring.h",
  values: {
    RING_F_SP_ENQ,
    RING_F_SC_DEQ,
    RING_F_EXACT_SZ,
    RING_F_MP_RTS_ENQ,
    RING_F_MC_RTS_DEQ,
    RING_F_MP_HTS_ENQ,
    RING_F_MC_HTS_DEQ,
    RTE_RING_SZ_MASK,
    RTE_RING_NAMESIZE,
    ...SyncType,
  },
} as const satisfies Constants;

/** `struct rte_mempool_ops`, one entry of `rte_mempool_ops_table`; see native.ts. */
export const rte_mempool_ops = {
  type: "struct rte_mempool_ops",
  header: "rte_mempool.h",
  size: 128,
  fields: {
    name: { offset: 0, size: 32 },
    alloc: { offset: 32, size: 8 },
    free: { offset: 40, size: 8 },
    enqueue: { offset: 48, size: 8 },
    dequeue: { offset: 56, size: 8 },
    get_count: { offset: 64, size: 8 },
  },
} as const satisfies StructLayout;

/** `struct rte_mempool_ops_table`: the drivers of this process. */
export const rte_mempool_ops_table = {
  type: "struct rte_mempool_ops_table",
  header: "rte_mempool.h",
  size: 64 + 16 * 128,
  fields: {
    num_ops: { offset: 4, size: 4 },
    ops: { offset: 64, size: 16 * 128 },
  },
} as const satisfies StructLayout;

/** Where a mempool has the pointer to its driver's data, a ring in case of the ring driver. */
export const MEMPOOL_POOL_DATA = 32;
