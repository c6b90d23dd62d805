/**
 * Giving packets back.
 *
 * @module
 */

import { DpdkError, type PointerBuffer } from "../core/mod.ts";
import { markFreed, unmarkFreed } from "./inline.ts";
import { mbufLibrary } from "./library.ts";
import { type Piece, pieceOf, requirePlace } from "./memory.ts";

/** The piece that had the last mbuf. */
let last: Piece | undefined;

/** What the marks of a burst replaced; grows to the largest burst. */
let replaced = new Int32Array(64);

/**
 * Marks the mbufs of a burst as freed, so that who uses one again is told.
 *
 * @returns the index of the first that is none, or was freed before; `end` when all are marked
 */
function mark(mbufs: PointerBuffer, from: number, end: number): number {
  if (replaced.length < end - from) replaced = new Int32Array(end - from);
  const { words } = mbufs;
  for (let i = from; i < end;) {
    const piece = last;
    const next = piece === undefined
      ? i
      : markFreed(piece, words, i, end, i === from ? replaced : replaced.subarray(i - from));
    if (next === i) {
      const other = pieceOf(words[2 * i]!, words[2 * i + 1]!);
      if (other === undefined || other === piece) return i; // no mbuf, or freed before
      last = other;
    }
    i = next;
  }
  return end;
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
  const marked = mark(mbufs, from, from + n);
  if (marked < from + n) refuse(mbufs, from, marked);
  mbufLibrary().rte_pktmbuf_free_bulk(mbufs.pointerAt(from), n);
}

function refuse(mbufs: PointerBuffer, from: number, wrong: number): never {
  const what = `free the packet at 0x${mbufs.get(wrong).toString(16)}`;
  for (let i = from; i < wrong; i++) {
    unmarkFreed(requirePlace(mbufs.get(i), what), replaced[i - from]!);
  }
  requirePlace(mbufs.get(wrong), what);
  throw new DpdkError({ what, advice: "this process freed it before; none was freed now" });
}
