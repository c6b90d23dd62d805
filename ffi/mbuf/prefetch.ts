/**
 * Packets that another CPU had, brought here before they are needed.
 *
 * @module
 */

import { type PointerBuffer, refuseBurst } from "../core/mod.ts";
import { rte_mbuf, RTE_PKTMBUF_HEADROOM } from "./layout.ts";
import { knownPiece, type Piece } from "./memory.ts";

/** From an mbuf's first word to its second cache line. */
const SECOND = rte_mbuf.fields.next.offset / 4;

/** The piece that had the last mbuf. */
let last: Piece | undefined;

/** Where what was read goes: an engine leaves out reads that nobody uses. */
const sink = new Int32Array(1);

/**
 * Brings the mbufs of a burst into this CPU's caches: `rte_mbuf_prefetch_part1` and
 * `rte_mbuf_prefetch_part2` of each.
 *
 * For packets out of a ring that another core has filled, before the loop that looks at them: there
 * each one would wait for its own to come over. JavaScript has no instruction to prefetch, so this
 * reads a word of each cache line, in a loop so short that the CPU waits for many of them at once. Of
 * packets that are here already it costs a few nanoseconds each.
 *
 * It is a hint: pointers to anything else, packets of another pool than the burst's first, and all of
 * a pool that no cursor has been in yet, are skipped.
 *
 * @param mbufs the packets' addresses
 * @param n how many; default the buffer's capacity
 * @param from the first
 * @throws {RangeError} when the buffer has fewer
 * @example
 * ```ts
 * import { Eal, MbufCursor, PktmbufPool, PointerBuffer, prefetchMbufs, Ring } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = PktmbufPool.create("packets", 255);
 * using ring = Ring.create("to_worker", 256); // which another process fills
 * const burst = new PointerBuffer(32);
 * const packets = new MbufCursor();
 * ring.enqueueBurst(burst, pool.allocBulk(burst));
 *
 * const n = ring.dequeueBurst(burst);
 * prefetchMbufs(burst, n);
 * let bytes = 0;
 * for (let i = 0; i < n; i++) bytes += packets.at(burst, i).pktLen;
 * console.log(n, bytes); // 32 0
 * packets.freeBulk(burst, n);
 * ```
 */
export function prefetchMbufs(
  mbufs: PointerBuffer,
  n: number = mbufs.capacity,
  from: number = 0,
): void {
  const piece = pieceFor(mbufs, n, from);
  if (piece !== undefined) touch(piece, mbufs, n, from, 0, SECOND);
}

/**
 * Brings the first cache line of each packet's data into this CPU's caches, where its headers are:
 * `rte_prefetch0` of a packet's data. As {@linkcode prefetchMbufs}, for loops that read headers. It takes the data to be where drivers put it, behind the usual headroom.
 *
 * @param mbufs the packets' addresses
 * @param n how many; default the buffer's capacity
 * @param from the first
 * @throws {RangeError} when the buffer has fewer
 * @example
 * ```ts
 * import {
 *   Eal,
 *   EthernetHeader,
 *   MbufCursor,
 *   PktmbufPool,
 *   PointerBuffer,
 *   prefetchData,
 *   prefetchMbufs,
 * } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = PktmbufPool.create("packets", 255);
 * const burst = new PointerBuffer(32);
 * const packets = new MbufCursor();
 * const ether = new EthernetHeader(packets);
 * pool.allocBulk(burst);
 * for (let i = 0; i < 32; i++) packets.at(burst, i).append(60);
 *
 * prefetchMbufs(burst);
 * prefetchData(burst);
 * for (let i = 0; i < 32; i++) packets.at(burst, i) && ether.swapAddresses();
 * packets.freeBulk(burst);
 * ```
 */
export function prefetchData(
  mbufs: PointerBuffer,
  n: number = mbufs.capacity,
  from: number = 0,
): void {
  const piece = pieceFor(mbufs, n, from);
  if (piece === undefined || piece.room <= RTE_PKTMBUF_HEADROOM) return;
  const data = (piece.head + RTE_PKTMBUF_HEADROOM) >>> 2;
  touch(piece, mbufs, n, from, data, data);
}

/** Reads two words of each packet that is in a piece: so far from its mbuf's first, in words. */
function touch(
  { words, low, high, length }: Piece,
  mbufs: PointerBuffer,
  n: number,
  from: number,
  one: number,
  other: number,
): void {
  const { words: pointers } = mbufs;
  let read = 0;
  for (let i = from; i < from + n; i++) {
    const at = ((pointers[2 * i]! | 0) - low) | 0;
    if ((pointers[2 * i + 1]! | 0) !== high || (at >>> 0) >= length) continue;
    read ^= words[(at >>> 2) + one]! ^ words[(at >>> 2) + other]!;
  }
  sink[0] = read;
}

/** The memory of the burst's first mbuf, if it is one. */
function pieceFor(mbufs: PointerBuffer, n: number, from: number): Piece | undefined {
  if ((n >>> 0) !== n || (from >>> 0) !== from || from + n > mbufs.doubles.length) {
    refuseBurst("prefetch", "packets", n, from, mbufs.doubles.length);
  }
  if (n === 0) return undefined;
  const low = mbufs.words[2 * from]!;
  const high = mbufs.words[2 * from + 1]!;
  if (last === undefined || last.locate(low, high) < 0) last = knownPiece(low, high);
  return last;
}
