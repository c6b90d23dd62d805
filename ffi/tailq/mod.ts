/**
 * Tailqs.
 *
 * @module
 */

export type { TailqEntry } from "./entries.ts";
export * from "./layout.ts";
export { GroupMemory } from "./memory.ts";
export {
  OwnedTailqObject,
  TAILQ_OBJECT_NAMESIZE,
  type TailqInsertOptions,
  TailqObject,
} from "./object.ts";
export { tailqSymbols } from "./symbols.ts";
export { Tailq, type TailqInfo } from "./tailq.ts";
