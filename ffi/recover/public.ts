/**
 * What a dead process leaves in the group's memory: found, told, and repaired at the caller's word.
 *
 * This is what scripts import; `mod.ts` beside it is the door for the other folders.
 *
 * @module
 */

export { recoverCaches, type RecoverCachesOptions, type RecoveredCaches } from "./caches.ts";
export { endedProcesses, livingProcesses, type RepairOptions } from "./living.ts";
export { inspectLocks, type InspectLocksOptions } from "./locks.ts";
export {
  type CacheReport,
  inspectMempool,
  type MempoolReport,
  type MissingObject,
} from "./mempool.ts";
export { recoverObjects } from "./objects.ts";
export type { LcoreOwner } from "./owners.ts";
export { inspectRing, type InspectRingOptions, type RingReport } from "./ring.ts";
export {
  type PublishOptions,
  RingEnd,
  type RingSide,
  type RingSync,
  type WithdrawOptions,
} from "./ring_end.ts";
