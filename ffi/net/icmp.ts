/**
 * ICMP headers: rte_icmp.h.
 *
 * @module
 */

import type { ByteWindow } from "../core/mod.ts";
import { addBytes } from "./checksum.ts";
import { Header } from "./header.ts";
import { rte_icmp_hdr } from "./layout.ts";
import { u16, u8 } from "./range.ts";

const { fields, size: LENGTH } = rte_icmp_hdr;
const TYPE = fields.icmp_type.offset;
const CODE = fields.icmp_code.offset;
const CKSUM = fields.icmp_cksum.offset;
const IDENT = fields.icmp_ident.offset;
const SEQ_NB = fields.icmp_seq_nb.offset;
const AFTER_CKSUM = CKSUM + 2;

/**
 * `struct rte_icmp_hdr`: an echo request or reply, and the first fields of all other messages. Its
 * checksum covers the whole message, which is the payload of the IPv4 header.
 *
 * @example
 * ```ts
 * import { Eal, IcmpHeader, MbufCursor, PktmbufPool, RTE_IP_ICMP_ECHO_REPLY } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = PktmbufPool.create("packets", 255);
 * const packet = new MbufCursor().moveTo(pool.alloc()!);
 * packet.append(98);
 *
 * const icmp = new IcmpHeader(packet);
 * if (icmp.at(14 + 20)) {
 *   icmp.type = RTE_IP_ICMP_ECHO_REPLY;
 *   icmp.updateChecksum(64); // bytes of the message
 *   console.log(icmp.checksumValid(64)); // true
 * }
 * packet.free();
 * ```
 */
export class IcmpHeader extends Header {
  /**
   * Makes a view of an ICMP header, at offset 0 until it is moved.
   *
   * @param packets the packet, or a cursor over packets
   */
  constructor(packets: ByteWindow) {
    super(packets, LENGTH, "ICMP");
  }

  /** `icmp_type`: `RTE_IP_ICMP_ECHO_REQUEST`, `RTE_IP_ICMP_ECHO_REPLY`. */
  get type(): number {
    return this.view.getUint8(this.place(TYPE, 1));
  }

  set type(value: number) {
    this.view.setUint8(this.place(TYPE, 1), u8(value, "type"));
  }

  /** `icmp_code`: the kind of that type. */
  get code(): number {
    return this.view.getUint8(this.place(CODE, 1));
  }

  set code(value: number) {
    this.view.setUint8(this.place(CODE, 1), u8(value, "code"));
  }

  /** `icmp_cksum`: the checksum. */
  get cksum(): number {
    return this.view.getUint16(this.place(CKSUM, 2));
  }

  set cksum(value: number) {
    this.view.setUint16(this.place(CKSUM, 2), u16(value, "cksum"));
  }

  /** `icmp_ident`: which echo. */
  get ident(): number {
    return this.view.getUint16(this.place(IDENT, 2));
  }

  set ident(value: number) {
    this.view.setUint16(this.place(IDENT, 2), u16(value, "ident"));
  }

  /** `icmp_seq_nb`: the how manieth of those. */
  get seqNb(): number {
    return this.view.getUint16(this.place(SEQ_NB, 2));
  }

  set seqNb(value: number) {
    this.view.setUint16(this.place(SEQ_NB, 2), u16(value, "seqNb"));
  }

  /** Where in the packet begins what follows the header. */
  get payloadOffset(): number {
    return this.past(LENGTH);
  }

  /**
   * The checksum as it should be. The field itself counts as 0.
   *
   * @param length bytes of the message, this header included: `ip4.payloadLength`
   * @returns 16 bits
   * @throws {RangeError} when the packet does not hold them, or they are no header
   */
  computeChecksum(length: number): number {
    if ((length >>> 0) !== length || length < LENGTH) {
      throw new RangeError(
        `Cannot compute the checksum of ${String(length)} bytes: an ICMP message has at least 8`,
      );
    }
    const at = this.place(0, length);
    const { view } = this;
    const before = addBytes(view, at, CKSUM, 0);
    return ~addBytes(view, at + AFTER_CKSUM, length - AFTER_CKSUM, before) & 0xffff;
  }

  /**
   * Stores the checksum as it should be.
   *
   * @param length bytes of the message, this header included: `ip4.payloadLength`
   * @throws {RangeError} when the packet does not hold them, or they are no header
   */
  updateChecksum(length: number): void {
    this.cksum = this.computeChecksum(length);
  }

  /**
   * Whether the checksum is right; false when the packet does not hold that many bytes.
   *
   * @param length bytes of the message, this header included: `ip4.payloadLength`
   * @returns whether it is right
   */
  checksumValid(length: number): boolean {
    this.place(CKSUM, 2);
    if ((length >>> 0) !== length || length < LENGTH || !this.holds(length)) return false;
    return addBytes(this.view, this.place(0, length), length, 0) === 0xffff;
  }
}
