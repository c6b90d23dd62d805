/**
 * What librte_eal's headers lay out, as far as a process looks at it from outside.
 *
 * @module
 */

import type { Abi } from "../abi/mod.ts";
import type { Constants } from "../core/mod.ts";

/** Where a primary's config file (`struct rte_mem_config`, internal to EAL) has what. */
export interface ConfigLayout {
  /** The least size of the file, in bytes. */
  readonly size: number;
  /** `magic`: {@linkcode RTE_MAGIC} once the primary is ready. */
  readonly magic: number;
  /** `version`: `RTE_VERSION` of the primary. */
  readonly version: number;
  /** `mp_status`: 1 when the primary switched multi-process off. */
  readonly mpStatus: number;
}

/** What `magic` holds when the primary is ready: `RTE_MAGIC`. */
export const RTE_MAGIC = 19820526;

/** The config file's layout in a release. */
export function configLayout(abi: Abi): ConfigLayout {
  return { size: 25344, magic: 0, version: 4, mpStatus: abi.number === 23 ? 36 : 40 };
}

/** `enum rte_proc_type_t`. */
export const ealConstants = {
  header: "rte_eal.h",
  values: { RTE_PROC_AUTO: -1, RTE_PROC_PRIMARY: 0, RTE_PROC_SECONDARY: 1 },
} as const satisfies Constants;

/** The lcore id of a thread that is no lcore. */
export const lcoreConstants = {
  header: "rte_lcore.h",
  values: { LCORE_ID_ANY: 0xffffffff },
} as const satisfies Constants;

/** Any NUMA socket. */
export const memoryConstants = {
  header: "rte_memory.h",
  values: { SOCKET_ID_ANY: -1 },
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
