/**
 * EAL: starting and ending a DPDK process, lcores, log.
 *
 * This is what scripts import; `mod.ts` beside it is the door for the other folders.
 *
 * @module
 */

export { setThreadAffinity, threadAffinity } from "./affinity.ts";
export { Eal, type ProcessType } from "./eal.ts";
export {
  Group,
  type GroupCleaning,
  type GroupOptions,
  type GroupProcess,
  type GroupState,
} from "./group/mod.ts";
export type { AttachOptions, InitOptions, OnClash } from "./init_options.ts";
export {
  LCORE_ID_ANY,
  RTE_PROC_AUTO,
  RTE_PROC_INVALID,
  RTE_PROC_PRIMARY,
  RTE_PROC_SECONDARY,
  SOCKET_ID_ANY,
} from "./layout.ts";
export { lcoreId, rteErrno } from "./library.ts";
export type { HeldLock } from "./locks.ts";
export {
  BASE_VIRTADDR,
  type EalOptions,
  type HugeUnlink,
  type ProcessTypeOption,
} from "./options.ts";
export { ealSymbols } from "./symbols.ts";
