/**
 * Whether what is handed in are packets, and still this script's.
 *
 * @module
 */

import { DpdkError, type PointerBuffer } from "../core/mod.ts";
import { isFreed } from "./inline.ts";
import { type Piece, pieceOf, type Place, requirePlace } from "./memory.ts";

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
 * @param which the first and the last, or every one
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
  const end = from + n - 1;
  const step = which === "all" || n === 1 ? 1 : n - 1;
  for (let i = from; i <= end; i += step) {
    if (!isPacket(table, i)) requirePacket(table.get(i), what);
  }
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
      "out of its pool since",
  });
}
