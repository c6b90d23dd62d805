/**
 * Marking the packets of a burst as freed, so that who uses one again is told.
 *
 * @module
 */

import type { PointerBuffer } from "../core/mod.ts";
import { isFreed, markChain, markFreed, unmarkFreed } from "./inline.ts";
import { type Piece, pieceOf } from "./memory.ts";

/** The piece that had the last mbuf. */
let last: Piece | undefined;

/** What the marks of a burst replaced; grows to the largest burst. */
let replaced = new Int32Array(64);

/** What takes back the marks of the burst's packets of several segments, by their index. */
const chains = new Map<number, () => void>();

/**
 * Marks packets, from an index up to another.
 *
 * @returns the index of the first that is no packet, or was freed, or stands there twice; `end` when
 *   all are marked
 * @throws {DpdkError} when a chain is broken; nothing is marked then
 */
export function mark(mbufs: PointerBuffer, from: number, end: number): number {
  if (replaced.length < end - from) replaced = new Int32Array(end - from);
  if (chains.size > 0) chains.clear();
  const { words } = mbufs;
  for (let i = from; i < end;) {
    const piece = last;
    const next = piece === undefined
      ? i
      : markFreed(piece, words, i, end, i === from ? replaced : replaced.subarray(i - from));
    i = next > i ? next : other(mbufs, i, from);
    if (i < 0) return ~i;
  }
  return end;
}

/** A packet of another piece, of several segments, or none. Gives the next index, or `~index`. */
function other(mbufs: PointerBuffer, index: number, from: number): number {
  const { words } = mbufs;
  const [low, high] = [words[2 * index]!, words[2 * index + 1]!];
  const piece = pieceOf(low, high);
  if (piece === undefined) return ~index;
  const at = piece.locate(low, high);
  if (isFreed(piece, at)) return ~index;
  if (piece !== last) {
    last = piece;
    return index; // try again
  }
  try {
    const back = markChain({ piece, at });
    if (back === undefined) return ~index;
    chains.set(index, back);
  } catch (error) {
    unmark(mbufs, from, index);
    throw error;
  }
  return index + 1;
}

/** Takes the marks of the last {@linkcode mark} back. */
export function unmark(mbufs: PointerBuffer, from: number, end: number): void {
  const { words } = mbufs;
  for (let i = end - 1; i >= from; i--) {
    const chain = chains.get(i);
    if (chain !== undefined) {
      chain();
      continue;
    }
    const [low, high] = [words[2 * i]!, words[2 * i + 1]!];
    const piece = pieceOf(low, high)!;
    const at = piece.locate(low, high);
    const rearm = replaced[i - from]!;
    if (rearm >>> 16 === 1) unmarkFreed(piece, at, rearm);
  }
  chains.clear();
}
