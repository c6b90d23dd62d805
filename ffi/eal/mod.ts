/**
 * EAL: starting and ending a DPDK process, lcores, log.
 *
 * @module
 */

export { setThreadAffinity, threadAffinity } from "./affinity.ts";
export { Eal, type ProcessType } from "./eal.ts";
export { ealConstants, lcoreConstants, logConstants, memoryConstants } from "./layout.ts";
export { eal, LCORE_ID_ANY, lcoreId, lcoreIdVariable, rteErrno } from "./library.ts";
export { captureLog } from "./log.ts";
export { BASE_VIRTADDR, type EalOptions, type ProcessTypeOption } from "./options.ts";
export { ealState, requireEal } from "./state.ts";
export { ealSymbols } from "./symbols.ts";
