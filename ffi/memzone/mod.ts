/**
 * Memzones.
 *
 * @module
 */

export * from "./layout.ts";
export { SOCKET_ID_ANY } from "../eal/mod.ts";
export { Memzone, type MemzoneInfo, type MemzoneOptions, OwnedMemzone } from "./memzone.ts";
export { memzoneSymbols } from "./symbols.ts";
