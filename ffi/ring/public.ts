/**
 * Rings.
 *
 * This is what scripts import; `mod.ts` beside it is the door for the other folders.
 *
 * @module
 */

export { RingBase, type RingPath, type RingSpace } from "./base.ts";
export type { RingOptions } from "./create.ts";
export { ElementRing, OwnedElementRing } from "./element_ring.ts";
export {
  RING_F_EXACT_SZ,
  RING_F_MC_HTS_DEQ,
  RING_F_MC_RTS_DEQ,
  RING_F_MP_HTS_ENQ,
  RING_F_MP_RTS_ENQ,
  RING_F_SC_DEQ,
  RING_F_SP_ENQ,
  RTE_RING_NAMESIZE,
  RTE_RING_SZ_MASK,
} from "./layout.ts";
export { OwnedRing, Ring, type RingHandleOptions } from "./ring.ts";
export { ringSymbols } from "./symbols.ts";
