/**
 * Lcores: no two processes of a group may use one id; ids for Workers.
 *
 * @module
 */

export { chooseLcore } from "./choose.ts";
export { LCORES_SIZE, LCORES_ZONE } from "./claim.ts";
export { type ClaimedLcore, claimedLcores, claimsIn } from "./claims.ts";
export { registerThread, standIn, ThreadLcore } from "./thread.ts";
export { deadLcores, heldLcore } from "./dead.ts";
export { guessLcores, type LcoreUser, lcoreUsers } from "./users.ts";
export { sharedLcores } from "./warn.ts";
export { workerLcore } from "./worker.ts";
