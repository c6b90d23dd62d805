/**
 * Whether what is handed in are packets, and still this script's.
 *
 * @module
 */

import { DpdkError, type PointerBuffer } from "../core/mod.ts";
import { FREED_OFF, isFreed } from "./inline.ts";
import { rte_mbuf } from "./layout.ts";
import { mark, unmark } from "./marks.ts";
import { type Piece, pieceOf, type Place, requirePlace } from "./memory.ts";

const POOL = rte_mbuf.fields.pool.offset / 4;
const REARM = rte_mbuf.fields.data_off.offset / 4; // data_off below, refcnt above

/** Which packets of a burst are looked at before it is handed to C. */
export type PacketCheck = "ends" | "all";

/** All of them. */
export const PACKET_CHECKS: readonly PacketCheck[] = ["ends", "all"];

/** The piece that had the last mbuf. */
let last: Piece | undefined;

/** Whether a pointer of a buffer is an mbuf that this script has not freed. */
function isPacket(table: PointerBuffer, index: number): boolean {
  const low = table.words[2 * index]!;
  const high = table.words[2 * index + 1]!;
  let piece = last;
  let at = piece === undefined ? -1 : piece.locate(low, high);
  if (at < 0) {
    piece = pieceOf(low, high);
    if (piece === undefined) return false;
    at = piece.locate(low, high);
    last = piece;
  }
  return !isFreed(piece!, at);
}

/**
 * Refuses to hand C a burst that is none of packets. The caller has checked that they are in the
 * buffer.
 *
 * @param n how many, at least 1
 * @param which the first and the last; or every one with its chain, and that none is there twice
 * @param what what was tried
 * @throws {DpdkError} when one is no mbuf of any pool of this group, or was freed by this script
 */
export function checkPackets(
  table: PointerBuffer,
  n: number,
  from: number,
  which: PacketCheck,
  what: string,
): void {
  const { words } = table;
  const to = from + n - 1;
  if (
    which === "ends" && last !== undefined &&
    isUsual(last, words[2 * from]!, words[2 * from + 1]!) &&
    (n === 1 || isUsual(last, words[2 * to]!, words[2 * to + 1]!))
  ) return;
  checkOthers(table, n, from, which, what);
}

/** Whether a pointer is an mbuf of a piece, and not freed: the usual one, at next to no cost. */
function isUsual(piece: Piece, pointer: number, upper: number): boolean {
  const at = (pointer - piece.low) | 0;
  if ((upper | 0) !== piece.high || (at >>> 0) >= piece.length) return false;
  const { words } = piece;
  const word = at >>> 2;
  return words[word + POOL] === piece.poolLow && (words[word + REARM]! & 0xffff) !== FREED_OFF;
}

function checkOthers(
  table: PointerBuffer,
  n: number,
  from: number,
  which: PacketCheck,
  what: string,
): void {
  if (which === "all") return checkAll(table, n, from, what);
  const to = from + n - 1;
  if (!isPacket(table, from)) refusePacket(table, from, from, what);
  if (n > 1 && !isPacket(table, to)) refusePacket(table, from, to, what);
}

/** Marks them as freed, which tells those that are there twice, and takes the marks back. */
function checkAll(table: PointerBuffer, n: number, from: number, what: string): void {
  const marked = mark(table, from, from + n);
  unmark(table, from, marked);
  if (marked < from + n) refusePacket(table, from, marked, what);
}

/**
 * Says what is wrong with a packet of a burst.
 *
 * @throws {DpdkError} always
 */
export function refusePacket(
  table: PointerBuffer,
  from: number,
  wrong: number,
  what: string,
): never {
  const address = table.get(wrong);
  requirePacket(address, what);
  const again = table.toArray(wrong).indexOf(address, from) >= 0;
  throw new DpdkError({
    what,
    advice: `the one at 0x${address.toString(16)} ` +
      (again ? "is there twice" : "has a segment that this process freed") +
      "; none was taken",
  });
}

/**
 * The place of a packet that is this script's.
 *
 * @throws {DpdkError} when there is none at the address, or this script freed it
 */
export function requirePacket(address: number, what: string): Place {
  const place = requirePlace(address, what);
  if (!isFreed(place.piece, place.at)) return place;
  throw new DpdkError({
    what,
    advice: `this process freed the packet at 0x${address.toString(16)}, and nobody has taken it ` +
      "out of its pool since; nothing was done",
  });
}
