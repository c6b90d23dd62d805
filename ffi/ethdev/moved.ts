/**
 * A step of the releases in rte_ethdev.h.
 *
 * @module
 */

import type { Abi } from "../abi/mod.ts";
import type { Field } from "../core/mod.ts";

/** A field of another offset in 22.11. */
export const moved = (abi: Abi, in22: number, later: number, size: number): Field => ({
  offset: abi.number === 23 ? in22 : later,
  size,
});
