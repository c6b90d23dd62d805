/**
 * The internet checksum (RFC 1071): the header functions of rte_ip.h, later rte_cksum.h, ported.
 *
 * Sums here are of big-endian words, so that they are what a header's field holds. C sums in the
 * host's order and stores it so; on a little-endian host its numbers have their bytes swapped.
 *
 * @module
 */

import type { ByteWindow } from "../core/mod.ts";

/** So many bytes add at most 0x2000 * 0x1fffe, which stays below 2 ** 31. */
const CHUNK = 0x8000;

/** Folds the carries of a sum below 2 ** 32 into its 16 bits. */
export function fold(sum: number): number {
  const once = (sum >>> 16) + (sum & 0xffff);
  return (once >>> 16) + (once & 0xffff);
}

/**
 * Adds bytes to a folded sum. `__rte_raw_cksum` and `__rte_raw_cksum_reduce`, 22.11 rte_ip.h.
 *
 * @param place where in the view they begin; the caller has checked that they may be read
 * @returns the folded sum; 0 only when everything was 0
 */
export function addBytes(
  view: DataView<ArrayBuffer>,
  place: number,
  length: number,
  sum: number,
): number {
  const words = place + (length & ~3);
  let at = place;
  while (at < words) {
    const stop = words - at > CHUNK ? at + CHUNK : words;
    for (; at < stop; at += 4) {
      const word = view.getUint32(at);
      sum += (word >>> 16) + (word & 0xffff);
    }
    sum = fold(sum);
  }
  if ((length & 2) !== 0) {
    sum += view.getUint16(at);
    at += 2;
  }
  // A last odd byte is the first of a word whose other byte is 0.
  if ((length & 1) !== 0) sum += view.getUint8(at) << 8;
  return fold(sum);
}

/**
 * The internet checksum of bytes of a packet, not complemented: `rte_raw_cksum`.
 *
 * It is what a field of the packet would hold; on a little-endian host C's number has the bytes
 * swapped. A field that covers the bytes holds its complement, `~sum & 0xffff`.
 *
 * @param window the packet
 * @param offset where in the packet the bytes begin
 * @param length how many there are; may be odd
 * @returns 16 bits; 0 only when every byte is 0
 * @throws {RangeError} when the packet does not hold them
 * @example
 * ```ts
 * import { Eal, MbufCursor, PktmbufPool, rawChecksum } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = PktmbufPool.create("packets", 255);
 * const packet = new MbufCursor().moveTo(pool.alloc()!);
 * packet.append(60);
 *
 * packet.fill(Uint8Array.of(0, 1, 0xf2, 3));
 * console.log(rawChecksum(packet, 0, 4).toString(16)); // f204
 * packet.free();
 * ```
 */
export function rawChecksum(window: ByteWindow, offset: number, length: number): number {
  if (
    (offset >>> 0) === offset && (length >>> 0) === length && offset + length <= window.dataLen
  ) {
    return addBytes(window.view, window.dataStart + offset, length, 0);
  }
  throw new RangeError(
    `Cannot sum ${String(length)} bytes at ${String(offset)}: the packet has ${window.dataLen}`,
  );
}
