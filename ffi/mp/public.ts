/**
 * Messages between the processes of a group: `rte_mp_*`.
 *
 * This is what scripts import; `mod.ts` beside it is the door for the other folders.
 *
 * @module
 */

export type { MpAnswer, MpErrorHandler, MpHandler } from "./actions.ts";
export { FileDescriptor } from "./descriptor.ts";
export { RTE_MP_MAX_NAME_LEN, RTE_MP_MAX_PARAM_LEN } from "./layout.ts";
export { type MpContent, MpMessage, type MpOutgoing } from "./message.ts";
export { Mp, mp, MpAction } from "./mp.ts";
export type { MpAsyncRequestOptions, MpRequestOptions } from "./requests.ts";
export { MpResult } from "./result.ts";
export { mpSymbols } from "./symbols.ts";
