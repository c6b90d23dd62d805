/**
 * Lcores: no two processes of a group may use one id; ids for Workers.
 *
 * This is what scripts import; `mod.ts` beside it is the door for the other folders.
 *
 * @module
 */

export type { Claim } from "./claim.ts";
export type { ClaimedLcore } from "./claims.ts";
export { registerThread, standIn, ThreadLcore } from "./thread.ts";
export { type LcoreUser, lcoreUsers } from "./users.ts";
