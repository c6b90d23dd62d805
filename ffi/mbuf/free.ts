/**
 * Giving packets back.
 *
 * @module
 */

import { DpdkError, type PointerBuffer } from "../core/mod.ts";
import { isFreed, markFreed, unmarkFreed } from "./inline.ts";
import { mbufLibrary } from "./library.ts";
import { type Piece, pieceOf, requirePlace } from "./memory.ts";

/** The piece that had the last mbuf. */
let last: Piece | undefined;

/** What the marks of a burst replaced; grows to the largest burst. */
let replaced = new Int32Array(64);

/**
 * Marks the mbufs of a burst as freed, so that who uses one again is told.
 *
 * @returns the index of the first that is none, or was freed before; -1 when all are marked
 */
function mark(mbufs: PointerBuffer, n: number, from: number): number {
  if (replaced.length < n) replaced = new Int32Array(n);
  const { words } = mbufs;
  for (let i = 0; i < n; i++) {
    const low = words[2 * (from + i)]!;
    const high = words[2 * (from + i) + 1]!;
    let piece = last;
    let at = piece === undefined ? -1 : piece.locate(low, high);
    if (at < 0) {
      piece = pieceOf(low, high);
      if (piece === undefined) return i;
      at = piece.locate(low, high);
      last = piece;
    }
    if (isFreed(piece!, at)) return i;
    replaced[i] = markFreed(piece!, at);
  }
  return -1;
}

/**
 * `rte_pktmbuf_free_bulk`, of mbufs that are some.
 *
 * @throws {RangeError} when the buffer has fewer
 * @throws {DpdkError} when one is no mbuf, or was freed by this script; none is freed then
 */
export function freeBulk(mbufs: PointerBuffer, n: number, from: number): void {
  if ((n >>> 0) !== n || (from >>> 0) !== from || from + n > mbufs.capacity) {
    throw new RangeError(
      `Cannot free ${n} packets at index ${from}: the buffer holds ${mbufs.capacity}`,
    );
  }
  if (n === 0) return;
  const wrong = mark(mbufs, n, from);
  if (wrong >= 0) refuse(mbufs, wrong, from);
  mbufLibrary().rte_pktmbuf_free_bulk(mbufs.pointerAt(from), n);
}

function refuse(mbufs: PointerBuffer, wrong: number, from: number): never {
  const what = `free the packet at 0x${mbufs.get(from + wrong).toString(16)}`;
  for (let i = 0; i < wrong; i++) {
    unmarkFreed(requirePlace(mbufs.get(from + i), what), replaced[i]!);
  }
  requirePlace(mbufs.get(from + wrong), what);
  throw new DpdkError({ what, advice: "this process freed it before; none was freed now" });
}
