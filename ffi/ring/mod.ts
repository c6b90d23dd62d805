/**
 * Rings.
 *
 * @module
 */

export { RingBase, type RingPath, type RingSpace } from "./base.ts";
export type { RingOptions } from "./create.ts";
export { type MempoolOps, mempoolOps, mempoolOpsIn } from "./driver.ts";
export { ElementRing, OwnedElementRing } from "./element_ring.ts";
export * from "./layout.ts";
export { OwnedRing, Ring, type RingHandleOptions } from "./ring.ts";
export { ringSymbols } from "./symbols.ts";
