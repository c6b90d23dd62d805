/**
 * What rte_ring_core.h lays out; alike in 22.11, 24.11 and 25.11. Places follow the cache line.
 *
 * Each end has a cache line of its own, with a free one before it, read in three ways by its sync
 * type:
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

import { BUILD, type Build, cacheAligned } from "../abi/mod.ts";
import type { Constants, Field, Layout, StructLayout } from "../core/mod.ts";

/** Fields of one end of {@linkcode rte_ring}. */
type EndField =
  | ("" | "Head" | "Tail" | "Sync")
  | ("RtsTail" | "RtsMax" | "RtsHead" | "RtsHeadPos" | "HtsHead" | "HtsTail");

/** Fields of {@linkcode rte_ring}. */
export type RingField =
  | ("name" | "flags" | "memzone" | "size" | "mask" | "capacity")
  | `${"prod" | "cons"}${EndField}`;

/** An end, in its three forms. */
function endFields<E extends "prod" | "cons">(
  end: E,
  at: number,
): Record<`${E}${EndField}`, Field> {
  const [rts, hts] = [`rts_${end}`, `hts_${end}`];
  return {
    [end]: { offset: at, size: 12 },
    [`${end}Head`]: { offset: at, size: 4, path: `${end}.head` },
    [`${end}Tail`]: { offset: at + 4, size: 4, path: `${end}.tail` },
    [`${end}Sync`]: { offset: at + 8, size: 4, path: `${end}.sync_type` },
    [`${end}RtsTail`]: { offset: at, size: 8, path: `${rts}.tail.raw` },
    [`${end}RtsMax`]: { offset: at + 12, size: 4, path: `${rts}.htd_max` },
    [`${end}RtsHead`]: { offset: at + 16, size: 8, path: `${rts}.head.raw` },
    [`${end}RtsHeadPos`]: { offset: at + 20, size: 4, path: `${rts}.head.val.pos` },
    [`${end}HtsHead`]: { offset: at, size: 4, path: `${hts}.ht.pos.head` },
    [`${end}HtsTail`]: { offset: at + 4, size: 4, path: `${hts}.ht.pos.tail` },
  } as Record<`${E}${EndField}`, Field>;
}

/** `struct rte_ring` in a build; the elements follow it. */
export function ringLayout({ cacheLine }: Build): Layout<RingField> {
  return {
    type: "struct rte_ring",
    header: "rte_ring.h",
    size: 6 * cacheLine,
    fields: {
      name: { offset: 0, size: 29 },
      flags: { offset: 32, size: 4 },
      memzone: { offset: 40, size: 8 },
      size: { offset: 48, size: 4 },
      mask: { offset: 52, size: 4 },
      capacity: { offset: 56, size: 4 },
      ...endFields("prod", 2 * cacheLine),
      ...endFields("cons", 4 * cacheLine),
    },
  };
}

/** `struct rte_ring` on this machine. */
export const rte_ring: Layout<RingField> = ringLayout(BUILD);

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

/** The most drivers in the table. */
export const RTE_MEMPOOL_MAX_OPS_IDX = 16;
/** The longest name of a driver is one byte shorter: the NUL. */
export const RTE_MEMPOOL_OPS_NAMESIZE = 32;

/** For the comparison with the header. */
export const mempoolOpsConstants = {
  header: "rte_mempool.h",
  values: { RTE_MEMPOOL_MAX_OPS_IDX, RTE_MEMPOOL_OPS_NAMESIZE },
} as const satisfies Constants;

/** `struct rte_mempool_ops_table` in a build: the drivers of a process. */
export function mempoolOpsTableLayout(build: Build): Layout<"num_ops" | "ops"> {
  const first = cacheAligned(8, build);
  const bytes = RTE_MEMPOOL_MAX_OPS_IDX * rte_mempool_ops.size;
  return {
    type: "struct rte_mempool_ops_table",
    header: "rte_mempool.h",
    size: first + bytes,
    fields: {
      num_ops: { offset: 4, size: 4 },
      ops: { offset: first, size: bytes },
    },
  };
}

/** `struct rte_mempool_ops_table` on this machine. */
export const rte_mempool_ops_table: Layout<"num_ops" | "ops"> = mempoolOpsTableLayout(BUILD);

/** Of `struct rte_mempool` what its driver looks at: the driver's data, a ring for the ring driver. */
export function drivenMempoolLayout(build: Build): Layout<"pool_data"> {
  return {
    type: "struct rte_mempool",
    header: "rte_mempool.h",
    size: cacheAligned(152, build),
    fields: { pool_data: { offset: 32, size: 8 } },
  };
}

/** {@linkcode drivenMempoolLayout} on this machine. */
export const drivenMempool: Layout<"pool_data"> = drivenMempoolLayout(BUILD);
