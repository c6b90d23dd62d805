/**
 * Memzones.
 *
 * This is what scripts import; `mod.ts` beside it is the door for the other folders.
 *
 * @module
 */

export {
  RTE_MEMZONE_16GB,
  RTE_MEMZONE_16MB,
  RTE_MEMZONE_1GB,
  RTE_MEMZONE_256KB,
  RTE_MEMZONE_256MB,
  RTE_MEMZONE_2MB,
  RTE_MEMZONE_4GB,
  RTE_MEMZONE_512MB,
  RTE_MEMZONE_IOVA_CONTIG,
  RTE_MEMZONE_NAMESIZE,
  RTE_MEMZONE_SIZE_HINT_ONLY,
} from "./layout.ts";
export { Memzone, type MemzoneInfo, type MemzoneOptions, OwnedMemzone } from "./memzone.ts";
export { memzoneSymbols } from "./symbols.ts";
