/**
 * Memzones.
 *
 * @module
 */

export * from "./layout.ts";
export {
  Memzone,
  type MemzoneInfo,
  type MemzoneOptions,
  OwnedMemzone,
  SOCKET_ID_ANY,
} from "./memzone.ts";
export { memzoneSymbols } from "./symbols.ts";
