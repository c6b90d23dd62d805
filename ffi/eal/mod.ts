/**
 * EAL: starting and ending a DPDK process, lcores, log.
 *
 * @module
 */

export { affinityOf, setThreadAffinity, threadAffinity } from "./affinity.ts";
export { chooseLcoresBy, type LcoreChooser } from "./default_lcore.ts";
export { Eal, type ProcessType } from "./eal.ts";
export { type Foreign, foreign, openForeign, QUEUE_LIMIT } from "./foreign.ts";
export {
  ealConstants,
  lcoreConstants,
  logConstants,
  memoryConstants,
  rwlockConstants,
} from "./layout.ts";
export { eal, LCORE_ID_ANY, lcoreId, lcoreIdVariable, rteErrno } from "./library.ts";
export {
  blocksAll,
  groupLocks,
  type HeldLock,
  lockAdvice,
  lostLocks,
  type SeenLocks,
  stillHeld,
} from "./locks.ts";
export { captureLog } from "./log.ts";
export {
  configEnd,
  configMemory,
  multiProcessDisabled,
  ownFilePrefix,
  primaryPid,
} from "./shared_config.ts";
export { BASE_VIRTADDR, type EalOptions, type ProcessTypeOption } from "./options.ts";
export { enabledLcores } from "./lcores.ts";
export { groupDirectory } from "./precheck.ts";
export { groupProcesses } from "./processes.ts";
export {
  afterStart,
  beforeCleanup,
  ealState,
  isEalThread,
  requireEal,
  requireEalThread,
  type Start,
  usedByWorkers,
} from "./state.ts";
export { ealSymbols } from "./symbols.ts";
