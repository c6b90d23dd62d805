/**
 * The bytes of the segment that a cursor is at.
 *
 * @module
 */

import { MbufFields } from "./fields.ts";

/**
 * Reads and writes bytes of data in place, checked against the segment's. In C it is what
 * `rte_pktmbuf_mtod` (rte_mbuf.h) points to.
 *
 * @example
 * ```ts
 * import { Eal, type MbufBytes, MbufCursor, PktmbufPool } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = PktmbufPool.create("packets", 255);
 * const packet = new MbufCursor().moveTo(pool.alloc()!);
 * packet.append(64);
 *
 * const data: MbufBytes = packet;
 * data.setBe16(12, 0x0800);
 * console.log(data.be16(12) === 0x0800, data.bytes().length); // true 64
 * packet.free();
 * ```
 */
export abstract class MbufBytes extends MbufFields {
  #byte(offset: number, width: number): number {
    // The first comparison holds for whole numbers alone: a string would be joined, not added.
    if ((offset >>> 0) === offset && (width >>> 0) === width && offset + width <= this.dataLen) {
      return this.dataStart + offset;
    }
    this.place(); // throws when the cursor is nowhere
    throw new RangeError(
      `Cannot read or write ${width} bytes at ${offset}: the segment has ${this.dataLen}`,
    );
  }

  /**
   * The byte at an offset.
   *
   * @param offset bytes from the beginning of the segment's data
   * @returns the value
   */
  u8(offset: number): number {
    return this.view.getUint8(this.#byte(offset, 1));
  }

  /**
   * The `rte_be16_t` at a byte offset.
   *
   * @param offset bytes from the beginning of the segment's data
   * @returns the value
   */
  be16(offset: number): number {
    return this.view.getUint16(this.#byte(offset, 2));
  }

  /**
   * The `rte_be32_t` at a byte offset.
   *
   * @param offset bytes from the beginning of the segment's data
   * @returns the value
   */
  be32(offset: number): number {
    return this.view.getUint32(this.#byte(offset, 4));
  }

  /**
   * Stores a byte.
   *
   * @param offset bytes from the beginning of the segment's data
   * @param value the value, within the type's range
   */
  setU8(offset: number, value: number): void {
    this.view.setUint8(this.#byte(offset, 1), value);
  }

  /**
   * Stores a `rte_be16_t`.
   *
   * @param offset bytes from the beginning of the segment's data
   * @param value the value, within the type's range
   */
  setBe16(offset: number, value: number): void {
    this.view.setUint16(this.#byte(offset, 2), value);
  }

  /**
   * Stores a `rte_be32_t`.
   *
   * @param offset bytes from the beginning of the segment's data
   * @param value the value, within the type's range
   */
  setBe32(offset: number, value: number): void {
    this.view.setUint32(this.#byte(offset, 4), value);
  }

  /**
   * A view of bytes of the segment, not copied; the default is all its data.
   *
   * @param offset bytes from the beginning of the segment's data; default 0
   * @param length how many bytes; default all up to the end
   * @returns a view, good until the cursor's memory goes
   */
  bytes(offset: number = 0, length: number = this.dataLen - offset): Uint8Array<ArrayBuffer> {
    const start = this.#byte(offset, length);
    return new Uint8Array(this.view.buffer, this.view.byteOffset + start, length);
  }
}
