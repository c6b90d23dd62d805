/**
 * What librte_eal's headers lay out, as far as a process looks at it from outside.
 *
 * @module
 */

import { type Abi, cacheAligned } from "../abi/mod.ts";
import type { Constants, StructLayout } from "../core/mod.ts";

/** Where a primary's config file (`struct rte_mem_config`, internal to EAL) has what. */
export interface ConfigLayout {
  /** The least size of the file, in bytes. */
  readonly size: number;
  /** `magic`: {@linkcode RTE_MAGIC} once the primary is ready. */
  readonly magic: number;
  /** `version`: `RTE_VERSION` of the primary. */
  readonly version: number;
  /** `mlock`: the `rte_rwlock_t` that guards the memzones. */
  readonly memzoneLock: number;
  /** `qlock`: the one that guards the tailqs. */
  readonly tailqLock: number;
  /** `mp_status`: 1 when the primary switched multi-process off. */
  readonly mpStatus: number;
  /** `memzones`: the {@linkcode rte_fbarray} of the memzones. */
  readonly memzones: number;
  /** `memsegs`: {@linkcode rte_memseg_list}s. A living primary has them locked. */
  readonly memsegs: number;
  /** How many they are: `RTE_MAX_MEMSEG_LISTS`. */
  readonly memsegLists: number;
  /** `tailq_head`: the `rte_tailq_head`s of all tailqs; a free place has no name. */
  readonly tailqs: number;
  /** How many they are: `RTE_MAX_TAILQ`. */
  readonly tailqHeads: number;
  /** `malloc_heaps`: the heaps of `rte_malloc`, each with its lock first. */
  readonly heaps: number;
  /** The bytes of one of them, `struct malloc_heap`. */
  readonly heapSize: number;
  /** How many they are: `RTE_MAX_HEAPS`. */
  readonly heapCount: number;
  /** `mem_cfg_addr`: where every process of the group maps the file. */
  readonly memCfgAddr: number;
  /** `legacy_mem`: 1 when the primary was started with `--legacy-mem`. */
  readonly legacyMem: number;
  /** `single_file_segments`: 1 when it was started with `--single-file-segments`. */
  readonly singleFileSegments: number;
}

/** What `magic` holds when the primary is ready: `RTE_MAGIC`. */
export const RTE_MAGIC = 19820526;

/** How many tailqs a group has at most. */
export const RTE_MAX_TAILQ = 32;

/** How many heaps `rte_malloc` has at most. */
export const RTE_MAX_HEAPS = 32;

/** How many memory lists a group has at most. */
export const RTE_MAX_MEMSEG_LISTS = 128;

/** How many pages a memory list has at most: hugepage files are numbered by it. */
export const RTE_MAX_MEMSEG_PER_LIST = 8192;

/** How many pages of one size and socket the lists have at most. */
export const RTE_MAX_MEMSEG_PER_TYPE = 32768;

/** How much memory a list is for at most, in MiB. */
export const RTE_MAX_MEM_MB_PER_LIST = 32768;

/** How much memory of one page size and socket the lists are for at most, in MiB. */
export const RTE_MAX_MEM_MB_PER_TYPE = 65536;

/** Build limits. */
export const configConstants = {
  header: "rte_config.h",
  values: {
    RTE_MAX_TAILQ,
    RTE_MAX_HEAPS,
    RTE_MAX_MEMSEG_LISTS,
    RTE_MAX_MEMSEG_PER_LIST,
    RTE_MAX_MEMSEG_PER_TYPE,
    RTE_MAX_MEM_MB_PER_LIST,
    RTE_MAX_MEM_MB_PER_TYPE,
  },
} as const satisfies Constants;

/**
 * The config file's layout in a release. The tailqs are followed by the heaps, which begin on a cache
 * line each, and these by the rest.
 */
export function configLayout(abi: Abi): ConfigLayout {
  const locks = abi.number === 23 ? 0 : 8; // ethdev_lock, and what it moves
  const tailqs = 17544 + locks;
  const heaps = cacheAligned(tailqs + RTE_MAX_TAILQ * 48, abi);
  const heapSize = cacheAligned(176, abi);
  const rest = heaps + RTE_MAX_HEAPS * heapSize; // next_socket_id, dma_maskbits
  return {
    size: cacheAligned(rest + 40, abi),
    magic: 0,
    version: 4,
    memzoneLock: 16,
    tailqLock: 20,
    mpStatus: abi.number === 23 ? 36 : 40,
    memzones: 40 + locks,
    memsegs: 136 + locks,
    memsegLists: RTE_MAX_MEMSEG_LISTS,
    tailqs,
    tailqHeads: RTE_MAX_TAILQ,
    heaps,
    heapSize,
    heapCount: RTE_MAX_HEAPS,
    memCfgAddr: rest + 8,
    legacyMem: rest + 16,
    singleFileSegments: rest + 20,
  };
}

/** `struct rte_fbarray`: an array in a file, which every process maps at the same address. */
export const rte_fbarray = {
  type: "struct rte_fbarray",
  header: "rte_fbarray.h",
  size: 96,
  fields: {
    name: { offset: 0, size: 64 },
    count: { offset: 64, size: 4 },
    len: { offset: 68, size: 4 },
    elt_sz: { offset: 72, size: 4 },
    data: { offset: 80, size: 8 },
  },
} as const satisfies StructLayout;

/** `struct rte_memseg_list`: addresses set aside for pages of one size on one socket. */
export const rte_memseg_list = {
  type: "struct rte_memseg_list",
  header: "rte_eal_memconfig.h",
  size: 136,
  fields: {
    base_va: { offset: 0, size: 8 },
    page_sz: { offset: 8, size: 8 },
    socket_id: { offset: 16, size: 4 },
    version: { offset: 20, size: 4 },
    len: { offset: 24, size: 8 },
    external: { offset: 32, size: 4 },
    memseg_arr: { offset: 40, size: 96 },
  },
} as const satisfies StructLayout;

/** `struct rte_memseg`: a page, `len` 0 when it is not in use. */
export const rte_memseg = {
  type: "struct rte_memseg",
  header: "rte_memory.h",
  size: 48,
  fields: {
    addr: { offset: 8, size: 8 },
    len: { offset: 16, size: 8 },
  },
} as const satisfies StructLayout;

/** Of `struct rte_memzone` what is looked for in a group's array of memzones. */
export const memzoneEntry = {
  type: "struct rte_memzone",
  header: "rte_memzone.h",
  size: 72,
  fields: {
    name: { offset: 0, size: 32 },
  },
} as const satisfies StructLayout;

/** `struct rte_dev_iterator`: where a walk over devices is. */
export const rte_dev_iterator = {
  type: "struct rte_dev_iterator",
  header: "rte_dev.h",
  size: 56,
  fields: {},
} as const satisfies StructLayout;

/** `struct flock`, for `F_GETLK`. */
export const flock = {
  type: "struct flock",
  header: "fcntl.h",
  size: 32,
  fields: {
    l_type: { offset: 0, size: 2 },
    l_whence: { offset: 2, size: 2 }, // 0: SEEK_SET
    l_start: { offset: 8, size: 8 },
    l_len: { offset: 16, size: 8 }, // 0: up to the end
    l_pid: { offset: 24, size: 4 },
  },
} as const satisfies StructLayout;

/** `enum rte_proc_type_t`: the part is for EAL to choose. */
export const RTE_PROC_AUTO: number = -1;
/** `enum rte_proc_type_t`: a primary, which sets its group's memory up. */
export const RTE_PROC_PRIMARY = 0;
/** `enum rte_proc_type_t`: a secondary, which attaches to a primary's memory. */
export const RTE_PROC_SECONDARY = 1;
/** `enum rte_proc_type_t`: none of them. */
export const RTE_PROC_INVALID = 2;

/** `enum rte_proc_type_t`. */
export const ealConstants = {
  header: "rte_eal.h",
  values: { RTE_PROC_AUTO, RTE_PROC_PRIMARY, RTE_PROC_SECONDARY, RTE_PROC_INVALID },
} as const satisfies Constants;

/** The lcore id of a thread that is no lcore. */
export const LCORE_ID_ANY = 0xffffffff;

/** For the comparison with the header. */
export const lcoreConstants = {
  header: "rte_lcore.h",
  values: { LCORE_ID_ANY },
} as const satisfies Constants;

/** Any NUMA socket. */
export const SOCKET_ID_ANY: number = -1;

/** For the comparison with the header. */
export const memoryConstants = {
  header: "rte_memory.h",
  values: { SOCKET_ID_ANY },
} as const satisfies Constants;

/** Log levels. */
export const logConstants = {
  header: "rte_log.h",
  values: {
    RTE_LOG_EMERG: 1,
    RTE_LOG_ALERT: 2,
    RTE_LOG_CRIT: 3,
    RTE_LOG_ERR: 4,
    RTE_LOG_WARNING: 5,
    RTE_LOG_NOTICE: 6,
    RTE_LOG_INFO: 7,
    RTE_LOG_DEBUG: 8,
  },
} as const satisfies Constants;

/** A writer waits for an `rte_rwlock_t`. */
export const RTE_RWLOCK_WAIT = 0x1;
/** A writer has it. */
export const RTE_RWLOCK_WRITE = 0x2;
/** What each reader adds. */
export const RTE_RWLOCK_READ = 0x4;

/** Locks. */
export const rwlockConstants = {
  header: "rte_rwlock.h",
  values: { RTE_RWLOCK_WAIT, RTE_RWLOCK_WRITE, RTE_RWLOCK_READ },
} as const satisfies Constants;
