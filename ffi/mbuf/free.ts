/**
 * Giving packets back.
 *
 * @module
 */

import { DpdkError, type PointerBuffer } from "../core/mod.ts";
import { FREED, segmentsOf } from "./inline.ts";
import { rte_mbuf } from "./layout.ts";
import { mbufLibrary } from "./library.ts";
import { type Piece, pieceOf, requirePlace } from "./memory.ts";

const F = rte_mbuf.fields;
const PKT_LEN = F.pkt_len.offset / 4;
const REARM = F.data_off.offset / 4; // refcnt above
const FREED_WORD = FREED | 0;

/** The piece that had the last mbuf. */
let last: Piece | undefined;

/**
 * Marks the mbufs of a burst as freed, so that who uses one again is told.
 *
 * @returns the index of the first that is none, or was freed before; -1 when all are marked
 */
function mark(mbufs: PointerBuffer, n: number, from: number): number {
  const { words } = mbufs;
  for (let i = from; i < from + n; i++) {
    const low = words[2 * i]!;
    const high = words[2 * i + 1]!;
    let piece = last;
    let at = piece === undefined ? -1 : piece.locate(low, high);
    if (at < 0) {
      piece = pieceOf(low, high);
      if (piece === undefined) return i;
      at = piece.locate(low, high);
      last = piece;
    }
    const own = piece!.words;
    const word = at >> 2;
    if (own[word + PKT_LEN] === FREED_WORD) return i;
    // Somebody else's references go on: only who holds the last one ends the packet.
    if (own[word + REARM]! >>> 16 === 1) own[word + PKT_LEN] = FREED_WORD;
  }
  return -1;
}

/** Takes the marks back: a packet's length is the sum of its segments'. */
function unmark(mbufs: PointerBuffer, from: number, end: number): void {
  for (let i = from; i < end; i++) {
    const place = requirePlace(mbufs.get(i), "free packets");
    let length = 0;
    for (const { piece, at } of segmentsOf(place)) {
      length += piece.view.getUint16(at + F.data_len.offset, true);
    }
    place.piece.view.setUint32(place.at + F.pkt_len.offset, length, true);
  }
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
  if (wrong >= 0) {
    unmark(mbufs, from, wrong);
    const what = `free the packet at 0x${mbufs.get(wrong).toString(16)}`;
    requirePlace(mbufs.get(wrong), what);
    throw new DpdkError({ what, advice: "this process freed it before; none was freed now" });
  }
  mbufLibrary().rte_pktmbuf_free_bulk(mbufs.pointerAt(from), n);
}
