/**
 * What rte_mempool.h lays out; alike in 22.11, 24.11 and 25.11. Some places and sizes follow the
 * cache line.
 *
 * In memory: `struct rte_mempool`, one `struct rte_mempool_cache` for each possible lcore when the
 * pool has caches, the private data. An object has a `struct rte_mempool_objhdr` right before it.
 *
 * @module
 */

import { BUILD, type Build, cacheAligned } from "../abi/mod.ts";
import type { Constants, Layout, StructLayout } from "../core/mod.ts";

/** Fields of {@linkcode rte_mempool}. */
export type MempoolField =
  | ("name" | "pool_data" | "pool_config" | "mz" | "flags" | "socket_id" | "mempoolSize")
  | ("cache_size" | "elt_size" | "header_size" | "trailer_size" | "private_data_size")
  | ("ops_index" | "local_cache" | "populated_size" | "elt_list" | "nb_mem_chunks" | "mem_list");

/** `struct rte_mempool` in a build. */
export function mempoolLayout(build: Build): Layout<MempoolField> {
  return {
    type: "struct rte_mempool",
    header: "rte_mempool.h",
    size: cacheAligned(152, build),
    fields: {
      name: { offset: 0, size: 26 },
      pool_data: { offset: 32, size: 8 },
      pool_config: { offset: 40, size: 8 },
      mz: { offset: 48, size: 8 },
      flags: { offset: 56, size: 4 },
      socket_id: { offset: 60, size: 4 },
      mempoolSize: { offset: 64, size: 4, path: "size" },
      cache_size: { offset: 68, size: 4 },
      elt_size: { offset: 72, size: 4 },
      header_size: { offset: 76, size: 4 },
      trailer_size: { offset: 80, size: 4 },
      private_data_size: { offset: 84, size: 4 },
      ops_index: { offset: 88, size: 4 },
      local_cache: { offset: 96, size: 8 },
      populated_size: { offset: 104, size: 4 },
      elt_list: { offset: 112, size: 16 },
      nb_mem_chunks: { offset: 128, size: 4 },
      mem_list: { offset: 136, size: 16 },
    },
  };
}

/** `struct rte_mempool` on this machine. */
export const rte_mempool: Layout<MempoolField> = mempoolLayout(BUILD);

/** The largest per-lcore cache. */
export const RTE_MEMPOOL_CACHE_MAX_SIZE = 512;

/** Fields of {@linkcode rte_mempool_cache}. */
export type MempoolCacheField = "cacheSize" | "flushthresh" | "len" | "objs";

/** `struct rte_mempool_cache` in a build: it has room for twice the largest cache. */
export function mempoolCacheLayout(build: Build): Layout<MempoolCacheField> {
  const first = cacheAligned(12, build);
  const objs = 8 * 2 * RTE_MEMPOOL_CACHE_MAX_SIZE;
  return {
    type: "struct rte_mempool_cache",
    header: "rte_mempool.h",
    size: first + objs,
    fields: {
      cacheSize: { offset: 0, size: 4, path: "size" },
      flushthresh: { offset: 4, size: 4 },
      len: { offset: 8, size: 4 },
      objs: { offset: first, size: objs },
    },
  };
}

/** `struct rte_mempool_cache` on this machine. */
export const rte_mempool_cache: Layout<MempoolCacheField> = mempoolCacheLayout(BUILD);

/** `struct rte_mempool_objhdr`: what stands before an object. */
export const rte_mempool_objhdr = {
  type: "struct rte_mempool_objhdr",
  header: "rte_mempool.h",
  size: 24,
  fields: {
    next: { offset: 0, size: 8 },
    mp: { offset: 8, size: 8 },
    iova: { offset: 16, size: 8 },
  },
} as const satisfies StructLayout;

/** `struct rte_mempool_memhdr`: a chunk of memory that objects lie in. */
export const rte_mempool_memhdr = {
  type: "struct rte_mempool_memhdr",
  header: "rte_mempool.h",
  size: 56,
  fields: {
    next: { offset: 0, size: 8 },
    mp: { offset: 8, size: 8 },
    addr: { offset: 16, size: 8 },
    iova: { offset: 24, size: 8 },
    len: { offset: 32, size: 8 },
  },
} as const satisfies StructLayout;

/** Do not spread the objects over memory channels. */
export const RTE_MEMPOOL_F_NO_SPREAD = 0x1;
/** Do not align the objects on cache lines. */
export const RTE_MEMPOOL_F_NO_CACHE_ALIGN = 0x2;
/** The default put is for one producer. */
export const RTE_MEMPOOL_F_SP_PUT = 0x4;
/** The default get is for one consumer. */
export const RTE_MEMPOOL_F_SC_GET = 0x8;
/** The objects need not be contiguous in IO addresses. */
export const RTE_MEMPOOL_F_NO_IOVA_CONTIG = 0x20;

/** The longest mempool name is one byte shorter: the NUL. */
export const RTE_MEMPOOL_NAMESIZE = 26;
/** How many lcores there can be, and so how many caches a pool has. */
export const RTE_MAX_LCORE: number = BUILD.maxLcore;

/** For the comparison with the header. */
export function mempoolConstants(build: Build): Constants {
  return {
    header: "rte_mempool.h",
    values: {
      RTE_MEMPOOL_F_NO_SPREAD,
      RTE_MEMPOOL_F_NO_CACHE_ALIGN,
      RTE_MEMPOOL_F_SP_PUT,
      RTE_MEMPOOL_F_SC_GET,
      RTE_MEMPOOL_F_NO_IOVA_CONTIG,
      RTE_MEMPOOL_CACHE_MAX_SIZE,
      RTE_MEMPOOL_NAMESIZE,
      RTE_MAX_LCORE: build.maxLcore,
      RTE_CACHE_LINE_SIZE: build.cacheLine,
      RTE_MAX_NUMA_NODES: build.maxNumaNodes,
    },
  };
}
