/**
 * Tailqs.
 *
 * This is what scripts import; `mod.ts` beside it is the door for the other folders.
 *
 * @module
 */

export type { TailqEntry } from "./entries.ts";
export { RTE_TAILQ_NAMESIZE } from "./layout.ts";
export {
  OwnedTailqObject,
  TAILQ_OBJECT_NAMESIZE,
  type TailqInsertOptions,
  TailqObject,
} from "./object.ts";
export { tailqSymbols } from "./symbols.ts";
export { Tailq, type TailqInfo } from "./tailq.ts";
