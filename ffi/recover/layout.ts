/**
 * What rte_rwlock.h says of the word of a lock.
 *
 * @module
 */

import type { Constants } from "../core/mod.ts";

/** A writer waits for the lock. */
export const RTE_RWLOCK_WAIT = 0x1;
/** A writer has the lock. */
export const RTE_RWLOCK_WRITE = 0x2;
/** What each reader adds. */
export const RTE_RWLOCK_READ = 0x4;

/** For the comparison with the header. */
export const rwlockConstants = {
  header: "rte_rwlock.h",
  values: { RTE_RWLOCK_WAIT, RTE_RWLOCK_WRITE, RTE_RWLOCK_READ },
} as const satisfies Constants;
