/**
 * MAC addresses of whole bursts: what forwarders change in every packet.
 *
 * @module
 */

import { type PointerBuffer, refuseBurst } from "../core/mod.ts";
import { rte_ether_hdr } from "../net/mod.ts";
import { MbufCursor } from "./cursor.ts";
import { rte_mbuf } from "./layout.ts";
import { type Piece, pieceOf } from "./memory.ts";

/** Bytes of both addresses, at the beginning of a packet. */
const LENGTH = rte_ether_hdr.fields.ether_type.offset;

// Word indexes of what is looked at, from the mbuf's first.
const BUF_ADDR = rte_mbuf.fields.buf_addr.offset / 4;
const REARM = rte_mbuf.fields.data_off.offset / 4; // data_off below, refcnt above
const DATA_LEN = rte_mbuf.fields.data_len.offset / 4; // data_len below, vlan_tci above

/** The piece that had the last mbuf. */
let last: Piece | undefined;

/** Looks at what is unusual. */
let cursor: MbufCursor | undefined;

/**
 * Exchanges source and destination MAC address of each packet of a burst, in place: what
 * `dpdk-testpmd` does with `--forward-mode=macswap`. It does what {@linkcode
 * EthernetHeader.swapAddresses} does at each packet, faster: where the packets are stays in registers,
 * not in a cursor. The fields are those of `struct rte_ether_hdr` (rte_ether.h).
 *
 * @param mbufs the packets' addresses
 * @param n how many; default the buffer's capacity
 * @param from the first
 * @throws {RangeError} when the buffer has fewer, or a packet's first segment has no 12 bytes; the
 *   packets before that one are changed then
 * @throws {DpdkError} when one is no mbuf of any pool of the group, or one that this script freed;
 *   likewise
 * @example
 * ```ts
 * import { Eal, EthDev, PktmbufPool, PointerBuffer, swapMacs } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64, vdevs: ["net_null0"] });
 * using pool = PktmbufPool.create("packets", 1023);
 * const port = EthDev.find("net_null0");
 * port.configure({ rxQueues: 1, txQueues: 1 });
 * port.rxQueueSetup(0, 512, pool);
 * port.txQueueSetup(0, 512);
 * port.start();
 *
 * const burst = new PointerBuffer(32);
 * const n = port.rxQueue(0).rxBurst(burst);
 * swapMacs(burst, n);
 * console.log(port.txQueue(0).txBurst(burst, n)); // 32
 * port.stop();
 * port.close();
 * ```
 */
export function swapMacs(mbufs: PointerBuffer, n: number = mbufs.capacity, from: number = 0): void {
  if ((n >>> 0) !== n || (from >>> 0) !== from || from + n > mbufs.doubles.length) {
    refuseBurst("change", "packets", n, from, mbufs.doubles.length);
  }
  const end = from + n;
  for (let i = from; i < end;) {
    const next = last === undefined ? i : swapUsual(last, mbufs.words, i, end);
    i = next > i ? next : other(mbufs, i);
  }
}

/**
 * The usual packets: of one piece, not freed, with their data in their own buffer, at a multiple of
 * four bytes. That its buf_addr points right behind it tells that it is an mbuf, as for a cursor.
 *
 * @returns the index of the first that is not usual, `end` when all are
 */
function swapUsual(piece: Piece, mbufs: Uint32Array, start: number, end: number): number {
  const { words, low, high, length, head, room } = piece;
  for (let i = start; i < end; i++) {
    const pointer = mbufs[2 * i]! | 0;
    const at = (pointer - low) | 0;
    if ((mbufs[2 * i + 1]! | 0) !== high || (at >>> 0) >= length) return i;
    const word = at >>> 2;
    const dataOff = words[word + REARM]! & 0xffff;
    const dataLen = words[word + DATA_LEN]! & 0xffff;
    if (words[word + BUF_ADDR] !== ((pointer + head) | 0) || dataOff + dataLen > room) return i;
    if (dataLen < LENGTH || (dataOff & 3) !== 0) return i;
    const to = (at + head + dataOff) >>> 2;
    const a = words[to]!;
    const b = words[to + 1]!;
    const c = words[to + 2]!;
    words[to] = (b >>> 16) | (c << 16);
    words[to + 1] = (c >>> 16) | (a << 16);
    words[to + 2] = (a >>> 16) | (b << 16);
  }
  return end;
}

/** Any other: of another piece, with another's buffer, freed, too short, or none. Gives the next index. */
function other(mbufs: PointerBuffer, index: number): number {
  const packet = (cursor ??= new MbufCursor()).at(mbufs, index);
  const piece = pieceOf(mbufs.words[2 * index]!, mbufs.words[2 * index + 1]!);
  if (piece !== last) {
    last = piece;
    return index; // try again
  }
  const bytes = packet.bytes(0, LENGTH);
  const dst = bytes.slice(0, LENGTH / 2);
  bytes.copyWithin(0, LENGTH / 2);
  bytes.set(dst, LENGTH / 2);
  return index + 1;
}
