/**
 * EAL: starting and ending a DPDK process, lcores, log.
 *
 * @module
 */

export { affinityOf, setThreadAffinity, threadAffinity } from "./affinity.ts";
export { Eal, type ProcessType } from "./eal.ts";
export { type Foreign, foreign, openForeign, QUEUE_LIMIT } from "./foreign.ts";
export {
  Group,
  type GroupCleaning,
  type GroupOptions,
  type GroupProcess,
  type GroupState,
} from "./group/mod.ts";
export { ealConstants, lcoreConstants, logConstants, memoryConstants } from "./layout.ts";
export { eal, LCORE_ID_ANY, lcoreId, lcoreIdVariable, rteErrno } from "./library.ts";
export { captureLog } from "./log.ts";
export { multiProcessDisabled } from "./shared_config.ts";
export {
  BASE_VIRTADDR,
  type EalOptions,
  type HugeUnlink,
  type ProcessTypeOption,
} from "./options.ts";
export { beforeCleanup, ealState, isEalThread, requireEal, requireEalThread } from "./state.ts";
export { ealSymbols } from "./symbols.ts";
