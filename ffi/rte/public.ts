/**
 * DPDK's exported functions under their own names.
 *
 * This is what scripts import; `mod.ts` beside it is the door for the other folders.
 *
 * @module
 */

export { type Rte, rte } from "./mod.ts";
