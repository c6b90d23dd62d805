/**
 * Packet capture by other processes.
 *
 * This is what scripts import; `mod.ts` beside it is the door for the other folders.
 *
 * @module
 */

export { type Pdump, pdump } from "./pdump.ts";
export { pdumpSymbols } from "./symbols.ts";
