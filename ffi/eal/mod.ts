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
  fileLockHolder,
  fileStatus,
  Group,
  type GroupCleaning,
  type GroupOptions,
  type GroupProcess,
  type GroupState,
} from "./group/mod.ts";
export type { AttachOptions, InitOptions, OnClash } from "./init_options.ts";
export {
  configConstants,
  type ConfigLayout,
  configLayout,
  ealConstants,
  LCORE_ID_ANY,
  lcoreConstants,
  logConstants,
  memoryConstants,
  RTE_MAX_TAILQ,
  rte_memseg,
  rte_memseg_list,
  RTE_PROC_AUTO,
  RTE_PROC_INVALID,
  RTE_PROC_PRIMARY,
  RTE_PROC_SECONDARY,
  RTE_RWLOCK_WRITE,
  rwlockConstants,
  SOCKET_ID_ANY,
} from "./layout.ts";
export {
  type ArrayBytes,
  type ArrayPlace,
  arrayPlace,
  GroupMemory,
  type MemoryList,
  readArray,
  usedIn,
} from "./outside/mod.ts";
export { eal, lcoreId, lcoreIdVariable, rteErrno } from "./library.ts";
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
export { mappingsIn } from "./maps.ts";
export { noMemory } from "./no_memory.ts";
export { versionNumber } from "./primary.ts";
export {
  configEnd,
  configMemory,
  multiProcessDisabled,
  ownFilePrefix,
  primaryPid,
  sharesMemory,
} from "./shared_config.ts";
export {
  BASE_VIRTADDR,
  type EalOptions,
  type HugeUnlink,
  type ProcessTypeOption,
} from "./options.ts";
export { enabledLcores } from "./lcores.ts";
export { groupDirectory, runtimeDirectory as usualDirectory } from "./runtime_directory.ts";
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
export { sharedWords } from "./words.ts";
export { ealSymbols } from "./symbols.ts";
