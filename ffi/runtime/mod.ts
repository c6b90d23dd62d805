/**
 * The JavaScript runtime under the library: opening, calling and being called by C, and views over
 * raw memory. The only folder that knows Deno from Bun.
 *
 * @module
 */

export { apart, unshared } from "./apart.ts";
export { type Architecture, architecture, architectureName } from "./architecture.ts";
export type { Bridge, BridgeOptions, Piece, Receiver } from "./bridge.ts";
export { runtime } from "./current.ts";
export { atError, atExit, atUncaught } from "./exit.ts";
export {
  Elf64_Dyn,
  Elf64_Ehdr,
  Elf64_Phdr,
  Elf64_Shdr,
  Elf64_Sym,
  elfConstants,
} from "./layout.ts";
export { forgetVariable, whyNotAgain } from "./image.ts";
export { load } from "./load.ts";
export { type Call, type Calls, parse, type Pointer, type Symbols } from "./prototype.ts";
export type { Callback, Runtime } from "./runtime.ts";
export {
  exit,
  listensToSignals,
  type SignalEnds,
  type SignalWatch,
  watchSignals,
} from "./signals.ts";
export { decodeString, encodeString } from "./strings.ts";
export { every } from "./timer.ts";
