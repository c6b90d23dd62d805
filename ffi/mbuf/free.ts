/**
 * Giving packets back.
 *
 * @module
 */

import { type PointerBuffer, refuseBurst } from "../core/mod.ts";
import { refusePacket } from "./check.ts";
import { mbufLibrary } from "./library.ts";
import { mark, unmark } from "./marks.ts";

/**
 * `rte_pktmbuf_free_bulk`, of packets that are some.
 *
 * @throws {RangeError} when the buffer has fewer
 * @throws {DpdkError} when one is no mbuf, was freed by this script, or stands there twice; none is
 *   freed then
 */
export function freeBulk(mbufs: PointerBuffer, n: number, from: number): void {
  if ((n >>> 0) !== n || (from >>> 0) !== from || from + n > mbufs.capacity) {
    refuseBurst("free", "packets", n, from, mbufs.capacity);
  }
  if (n === 0) return;
  const marked = mark(mbufs, from, from + n);
  if (marked < from + n) {
    unmark(mbufs, from, marked);
    refusePacket(mbufs, from, marked, "free packets");
  }
  mbufLibrary().rte_pktmbuf_free_bulk(mbufs.pointerAt(from), n);
}
