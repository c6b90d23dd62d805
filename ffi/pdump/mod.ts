/**
 * Packet capture by other processes.
 *
 * @module
 */

export { pdump } from "./pdump.ts";
export { pdumpSymbols } from "./symbols.ts";
