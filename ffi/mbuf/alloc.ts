/**
 * Making packets of what came out of a pool.
 *
 * @module
 */

import type { PointerBuffer } from "../core/mod.ts";
import { ONE_SEGMENT, reset } from "./inline.ts";
import { rte_mbuf, RTE_PKTMBUF_HEADROOM } from "./layout.ts";
import { type Piece, pieceOf } from "./memory.ts";

const F = rte_mbuf.fields;

// Indexes from an mbuf's first word, and from its first 8 bytes.
const REARM = F.data_off.offset / 4; // data_off below, refcnt above
const SEGMENTS = F.nb_segs.offset / 4; // and port
const DATA_LEN = F.data_len.offset / 4; // and vlan_tci
const VLAN_OUTER = F.vlan_tci_outer.offset / 4; // and buf_len
const POOL = F.pool.offset / 4;
const OL_FLAGS = F.ol_flags.offset / 8;
const PACKET_TYPE = F.packet_type.offset / 8; // and pkt_len
const NEXT = F.next.offset / 8;
const TX_OFFLOAD = F.tx_offload.offset / 8;

/** The piece that had the last mbuf. */
let last: Piece | undefined;

/**
 * `rte_pktmbuf_reset` of mbufs that have just come out of a pool, whose reference count is 1.
 *
 * @returns the index of the first that is no mbuf; -1 when all are
 */
export function freshen(mbufs: PointerBuffer, n: number, at: number): number {
  const { words } = mbufs;
  let piece = last;
  for (let i = at; i < at + n;) {
    if (piece === undefined) {
      piece = last = pieceOf(words[2 * i]!, words[2 * i + 1]!);
      if (piece === undefined) return i;
    }
    const next = piece.pool.flags === 0
      ? freshenIn(piece, words, i, at + n)
      : resetIn(piece, words, i, at + n);
    if (next === i) piece = undefined; // of another piece
    i = next;
  }
  return -1;
}

/** Makes packets of mbufs with buffers of their own, as long as they are of one piece. */
function freshenIn(piece: Piece, mbufs: Uint32Array, start: number, end: number): number {
  const { words, doubles, low, high, length, poolLow, room } = piece;
  // What is the same for all goes as whole words; each engine writes these at once.
  const rearm = (room < RTE_PKTMBUF_HEADROOM ? room : RTE_PKTMBUF_HEADROOM) | (1 << 16);
  const bufLen = room << 16;
  for (let i = start; i < end; i++) {
    const offset = (mbufs[2 * i]! - low) | 0;
    const word = offset >>> 2;
    if ((mbufs[2 * i + 1]! | 0) !== high || (offset >>> 0) >= length) return i;
    if (words[word + POOL] !== poolLow) return i;
    const long = offset >>> 3;
    words[word + REARM] = rearm;
    words[word + SEGMENTS] = ONE_SEGMENT;
    doubles[long + OL_FLAGS] = 0;
    doubles[long + PACKET_TYPE] = 0;
    words[word + DATA_LEN] = 0;
    words[word + VLAN_OUTER] = bufLen;
    doubles[long + NEXT] = 0;
    doubles[long + TX_OFFLOAD] = 0;
  }
  return end;
}

/** The same of mbufs with pinned external buffers. */
function resetIn(piece: Piece, mbufs: Uint32Array, start: number, end: number): number {
  for (let i = start; i < end; i++) {
    const offset = piece.locate(mbufs[2 * i]!, mbufs[2 * i + 1]!);
    if (offset < 0) return i;
    reset(piece, offset);
  }
  return end;
}
