/**
 * IPv4 headers: rte_ip.h, later rte_ip4.h.
 *
 * @module
 */

import type { ByteWindow } from "../core/mod.ts";
import { addBytes, fold } from "./checksum.ts";
import { Header } from "./header.ts";
import {
  rte_ipv4_hdr,
  RTE_IPV4_HDR_DF_FLAG,
  RTE_IPV4_HDR_MF_FLAG,
  RTE_IPV4_HDR_OFFSET_MASK,
  RTE_IPV4_HDR_OFFSET_UNITS,
  RTE_IPV4_IHL_MULTIPLIER,
} from "./layout.ts";
import { transportChecksum } from "./transport.ts";
import { bits, flag, u16, u32, u8 } from "./range.ts";

const { fields, size: MIN_LENGTH } = rte_ipv4_hdr;
const VERSION_IHL = fields.version_ihl.offset;
const TOS = fields.type_of_service.offset;
const TOTAL_LENGTH = fields.total_length.offset;
const PACKET_ID = fields.packet_id.offset;
const FRAGMENT = fields.fragment_offset.offset;
const TTL = fields.time_to_live.offset;
const PROTO = fields.next_proto_id.offset;
const CHECKSUM = fields.hdr_checksum.offset;
const SRC = fields.src_addr.offset;
const DST = fields.dst_addr.offset;
const FRAGMENT_BITS = RTE_IPV4_HDR_MF_FLAG | RTE_IPV4_HDR_OFFSET_MASK;
const OFFSET_MAX = RTE_IPV4_HDR_OFFSET_MASK * RTE_IPV4_HDR_OFFSET_UNITS;

/**
 * `struct rte_ipv4_hdr` with its options. Addresses are numbers below 2 ** 32 whose most significant
 * byte is the first on the wire; see `formatIpv4` and `parseIpv4`.
 *
 * `at` says whether all of the header is there, options included, and that it is at least 20 bytes
 * long; it does not look at the version, nor at the checksum.
 *
 * @example
 * ```ts
 * import { Eal, Ipv4Header, MbufCursor, parseIpv4, PktmbufPool } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = PktmbufPool.create("packets", 255);
 * const packet = new MbufCursor().moveTo(pool.alloc()!);
 * packet.append(60);
 *
 * const ip4 = new Ipv4Header(packet);
 * if (ip4.at(14)) {
 *   ip4.versionIhl = 0x45;
 *   ip4.timeToLive = 64;
 *   ip4.dstAddr = parseIpv4("10.0.0.1");
 *   ip4.updateChecksum();
 *   console.log(ip4.checksumValid); // true
 * }
 * packet.free();
 * ```
 */
export class Ipv4Header extends Header {
  /**
   * Makes a view of an IPv4 header, at offset 0 until it is moved.
   *
   * @param packets the packet, or a cursor over packets
   */
  constructor(packets: ByteWindow) {
    super(packets, MIN_LENGTH, "IPv4");
  }

  /**
   * Moves the header to an offset in the packet. Where there is no whole header it is nowhere, and
   * every access throws.
   *
   * @param offset bytes from the packet's beginning
   * @returns whether a whole header is there, with its options
   * @throws {RangeError} when the offset is no integer from 0 on
   */
  override at(offset: number): boolean {
    if (!super.at(offset)) return false;
    const length = this.headerLength;
    return length >= MIN_LENGTH && this.holds(length) ? true : this.leave();
  }

  /** `version_ihl`: version and header length in a byte; 0x45 without options. */
  get versionIhl(): number {
    return this.view.getUint8(this.place(VERSION_IHL, 1));
  }

  set versionIhl(value: number) {
    this.view.setUint8(this.place(VERSION_IHL, 1), u8(value, "versionIhl"));
  }

  /** The version, 4, in 4 bits. */
  get version(): number {
    return this.versionIhl >>> 4;
  }

  set version(value: number) {
    bits(value, "version", 15);
    this.versionIhl = (this.versionIhl & 0x0f) | (value << 4);
  }

  /** The header's length in words of 4 bytes, in 4 bits; 5 without options. */
  get ihl(): number {
    return this.versionIhl & 0x0f;
  }

  set ihl(value: number) {
    bits(value, "ihl", 15);
    this.versionIhl = (this.versionIhl & 0xf0) | value;
  }

  /** The header's length in bytes, options included: `rte_ipv4_hdr_len`. */
  get headerLength(): number {
    return (this.versionIhl & 0x0f) * RTE_IPV4_IHL_MULTIPLIER;
  }

  /** `type_of_service`: DSCP and ECN in a byte. */
  get typeOfService(): number {
    return this.view.getUint8(this.place(TOS, 1));
  }

  set typeOfService(value: number) {
    this.view.setUint8(this.place(TOS, 1), u8(value, "typeOfService"));
  }

  /** The differentiated services code point, from 0 to 63. */
  get dscp(): number {
    return this.typeOfService >>> 2;
  }

  set dscp(value: number) {
    bits(value, "dscp", 63);
    this.typeOfService = (this.typeOfService & 3) | (value << 2);
  }

  /** Explicit congestion notification, from 0 to 3. */
  get ecn(): number {
    return this.typeOfService & 3;
  }

  set ecn(value: number) {
    bits(value, "ecn", 3);
    this.typeOfService = (this.typeOfService & 0xfc) | value;
  }

  /** `total_length`: bytes of header and payload, as the header says. */
  get totalLength(): number {
    return this.view.getUint16(this.place(TOTAL_LENGTH, 2));
  }

  set totalLength(value: number) {
    this.view.setUint16(this.place(TOTAL_LENGTH, 2), u16(value, "totalLength"));
  }

  /** `packet_id`: the same in all fragments of a packet. */
  get packetId(): number {
    return this.view.getUint16(this.place(PACKET_ID, 2));
  }

  set packetId(value: number) {
    this.view.setUint16(this.place(PACKET_ID, 2), u16(value, "packetId"));
  }

  get #fragment(): number {
    return this.view.getUint16(this.place(FRAGMENT, 2));
  }

  set #fragment(value: number) {
    this.view.setUint16(this.place(FRAGMENT, 2), value);
  }

  /** Where in the whole packet's payload the fragment's belongs, in bytes; a multiple of 8. */
  get fragmentOffset(): number {
    return (this.#fragment & RTE_IPV4_HDR_OFFSET_MASK) * RTE_IPV4_HDR_OFFSET_UNITS;
  }

  set fragmentOffset(value: number) {
    if ((value & OFFSET_MAX) !== value) {
      throw new RangeError(
        `Cannot use ${String(value)} as fragmentOffset: it must be a multiple of 8 ` +
          `from 0 to ${OFFSET_MAX}`,
      );
    }
    this.#fragment = (this.#fragment & ~RTE_IPV4_HDR_OFFSET_MASK) |
      (value / RTE_IPV4_HDR_OFFSET_UNITS);
  }

  /** Whether routers must not fragment it. */
  get dontFragment(): boolean {
    return (this.#fragment & RTE_IPV4_HDR_DF_FLAG) !== 0;
  }

  set dontFragment(value: boolean) {
    const bit = flag(value, "dontFragment") ? RTE_IPV4_HDR_DF_FLAG : 0;
    this.#fragment = (this.#fragment & ~RTE_IPV4_HDR_DF_FLAG) | bit;
  }

  /** Whether it is a fragment that others follow. */
  get moreFragments(): boolean {
    return (this.#fragment & RTE_IPV4_HDR_MF_FLAG) !== 0;
  }

  set moreFragments(value: boolean) {
    const bit = flag(value, "moreFragments") ? RTE_IPV4_HDR_MF_FLAG : 0;
    this.#fragment = (this.#fragment & ~RTE_IPV4_HDR_MF_FLAG) | bit;
  }

  /** Whether it is a part of a packet; one whose `fragmentOffset` is not 0 has no UDP or TCP header. */
  get isFragment(): boolean {
    return (this.#fragment & FRAGMENT_BITS) !== 0;
  }

  /** `time_to_live`: how many more routers may forward it. */
  get timeToLive(): number {
    return this.view.getUint8(this.place(TTL, 1));
  }

  set timeToLive(value: number) {
    this.view.setUint8(this.place(TTL, 1), u8(value, "timeToLive"));
  }

  /** `next_proto_id`: what the payload is: `IPPROTO_*`. */
  get nextProtoId(): number {
    return this.view.getUint8(this.place(PROTO, 1));
  }

  set nextProtoId(value: number) {
    this.view.setUint8(this.place(PROTO, 1), u8(value, "nextProtoId"));
  }

  /** `hdr_checksum`: the header's checksum; see `updateChecksum` and `checksumValid`. */
  get hdrChecksum(): number {
    return this.view.getUint16(this.place(CHECKSUM, 2));
  }

  set hdrChecksum(value: number) {
    this.view.setUint16(this.place(CHECKSUM, 2), u16(value, "hdrChecksum"));
  }

  /** `src_addr`: whom it is from. */
  get srcAddr(): number {
    return this.view.getUint32(this.place(SRC, 4));
  }

  set srcAddr(value: number) {
    this.view.setUint32(this.place(SRC, 4), u32(value, "srcAddr"));
  }

  /** `dst_addr`: whom it is for. */
  get dstAddr(): number {
    return this.view.getUint32(this.place(DST, 4));
  }

  set dstAddr(value: number) {
    this.view.setUint32(this.place(DST, 4), u32(value, "dstAddr"));
  }

  /** Where in the packet the payload begins, past the options. */
  get payloadOffset(): number {
    return this.past(this.#wholeLength());
  }

  /** Bytes of the payload, as `totalLength` says, but no more than the packet has. */
  get payloadLength(): number {
    const length = this.#wholeLength();
    const says = this.totalLength - length;
    const has = this.packetLength - this.past(length);
    return says <= 0 ? 0 : says < has ? says : has;
  }

  /** What the payload is: `nextProtoId`. IPv6 has it under this name, too. */
  get payloadProto(): number {
    return this.nextProtoId;
  }

  /**
   * The header's checksum as it should be: `rte_ipv4_cksum`. The field itself counts as 0.
   *
   * @returns 16 bits
   * @throws {RangeError} when the packet does not hold the header with its options
   */
  computeChecksum(): number {
    const length = this.#wholeLength();
    const at = this.place(0, length);
    return ~fold(this.#sum(at, length) - this.view.getUint16(at + CHECKSUM)) & 0xffff;
  }

  /** Stores the header's checksum as it should be; after this or that field has changed. */
  updateChecksum(): void {
    this.view.setUint16(this.place(CHECKSUM, 2), this.computeChecksum());
  }

  /** Whether the header's checksum is right; false when the packet does not hold all of it. */
  get checksumValid(): boolean {
    const length = this.headerLength;
    if (length < MIN_LENGTH || !this.holds(length)) return false;
    return fold(this.#sum(this.place(0, length), length)) === 0xffff;
  }

  /** The sum of the header's words, not folded: there are at most 30. */
  #sum(at: number, length: number): number {
    const { view } = this;
    let sum = 0;
    for (let i = at; i < at + length; i += 4) {
      const word = view.getUint32(i);
      sum += (word >>> 16) + (word & 0xffff);
    }
    return sum;
  }

  /**
   * The checksum of the pseudo-header, not complemented: `rte_ipv4_phdr_cksum`. It is what devices
   * want in the UDP or TCP header of a packet that they complete themselves.
   *
   * @param segmented whether the device cuts the packet up, too: its length does not count then
   *   (`RTE_MBUF_F_TX_TCP_SEG`)
   * @returns 16 bits
   */
  pseudoHeaderChecksum(segmented: boolean = false): number {
    return this.#pseudoHeader(segmented ? 0 : (this.totalLength - this.headerLength) & 0xffff);
  }

  #pseudoHeader(length: number): number {
    const addresses = addBytes(this.view, this.place(SRC, 8), 8, 0);
    return fold(addresses + this.nextProtoId + length);
  }

  /**
   * The UDP or TCP checksum of the payload as it should be: `rte_ipv4_udptcp_cksum`. The field in the
   * payload counts as 0. A fragment's says nothing. See the headers' own `updateChecksum`.
   *
   * @returns 16 bits
   * @throws {RangeError} when the packet does not hold as many bytes as `totalLength` says
   */
  udpTcpChecksum(): number {
    const header = this.#wholeLength();
    const length = this.totalLength - header;
    if (length < 0) {
      throw new RangeError(
        `Cannot compute a checksum: the IPv4 header says ${this.totalLength} bytes in total`,
      );
    }
    const sum = this.#pseudoHeader(length);
    const at = this.place(header, length);
    return transportChecksum(this.view, at, length, sum, this.nextProtoId);
  }

  /**
   * Whether the payload's UDP or TCP checksum is right: `rte_ipv4_udptcp_cksum_verify`. False, too,
   * when the packet does not hold as many bytes as `totalLength` says. As in C, a UDP checksum of 0,
   * which means none, is not known here; `UdpHeader` knows.
   */
  get udpTcpChecksumValid(): boolean {
    const header = this.headerLength;
    const length = this.totalLength - header;
    if (header < MIN_LENGTH || length < 0 || !this.holds(header + length)) return false;
    const sum = this.#pseudoHeader(length);
    return addBytes(this.view, this.place(header, length), length, sum) === 0xffff;
  }

  /** The header's length, where the packet holds so much and it is no less than the shortest. */
  #wholeLength(): number {
    const length = this.headerLength;
    if (length >= MIN_LENGTH) return length;
    throw new RangeError(`Cannot read past the IPv4 header: it says that it has ${length} bytes`);
  }
}
