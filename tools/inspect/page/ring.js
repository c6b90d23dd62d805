/**
 * How a ring's fill is shown.
 *
 * @module
 */

/** @import { Ring } from "./store.js" */

import { html } from "htm/preact";
import { whole } from "./format.js";

/**
 * How a ring's bar looks; that of one that keeps a pool's free objects is best full.
 *
 * @param {Ring} ring the ring
 * @returns {"full" | "high" | ""} a class of its
 */
export function level({ fill, mempool }) {
  if (mempool !== null) return "";
  return fill >= 0.95 ? "full" : fill >= 0.8 ? "high" : "";
}

/** Why a count is not exact. */
const MOVING = "moving too fast to be seen at one moment";

/**
 * How many elements are in a ring, and why that is not exact, where it is not.
 *
 * @param {Ring} ring the ring
 * @returns {string} the words
 */
export const countWords = ({ count, moving }) =>
  moving === 1 ? `~${whole(count)} (${MOVING})` : whole(count);

/**
 * How many elements are in a ring, marked when they moved too fast to be counted.
 *
 * @param {{ ring: Ring }} props the ring
 * @returns {unknown} the count
 */
export function Count({ ring: { count, moving } }) {
  return moving === 1 ? html`<span title=${MOVING}>~${whole(count)}</span>` : whole(count);
}
