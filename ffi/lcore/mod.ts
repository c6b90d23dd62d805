/**
 * Lcores between the processes of a group: no two may use one id.
 *
 * @module
 */

export { chooseLcore } from "./choose.ts";
export { type ClaimedLcore, claimedLcores } from "./claims.ts";
export { deadLcores, heldLcore } from "./dead.ts";
export { type LcoreUser, lcoreUsers } from "./users.ts";
export { sharedLcores } from "./warn.ts";
