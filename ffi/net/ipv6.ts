/**
 * IPv6 headers: rte_ip.h, later rte_ip6.h.
 *
 * @module
 */

import type { ByteWindow } from "../core/mod.ts";
import { addBytes, fold } from "./checksum.ts";
import { Header } from "./header.ts";
import { checkAddress, formatIpv6, parseIpv6 } from "./ipv6_text.ts";
import {
  IPPROTO_AH,
  IPPROTO_DSTOPTS,
  IPPROTO_FRAGMENT,
  IPPROTO_HOPOPTS,
  IPPROTO_ROUTING,
  RTE_IPV6_EHDR_FO_SHIFT,
  RTE_IPV6_EHDR_MF_MASK,
  rte_ipv6_fragment_ext,
  rte_ipv6_hdr,
} from "./layout.ts";
import { bits, u16, u32, u8 } from "./range.ts";
import { transportChecksum } from "./transport.ts";

const { fields, size: LENGTH } = rte_ipv6_hdr;
const VTC_FLOW = fields.vtc_flow.offset;
const PAYLOAD_LEN = fields.payload_len.offset;
const PROTO = fields.proto.offset;
const HOP_LIMITS = fields.hop_limits.offset;
const SRC = fields.src_addr.offset;
const DST = fields.dst_addr.offset;
const ADDRESS = fields.src_addr.size;
const FRAG_DATA = rte_ipv6_fragment_ext.fields.frag_data.offset;

/** No extension header is shorter. */
const MIN_EXTENSION = 8;
/** How many extension headers are skipped at most. */
const MAX_EXTENSIONS = 8;

/** For addresses that become texts; nothing is kept in it. */
const scratch = new Uint8Array(ADDRESS);

/**
 * `struct rte_ipv6_hdr`. Addresses are texts, or 16 bytes that are copied; a text is made anew each
 * time, so the data path wants the bytes.
 *
 * @example
 * ```ts
 * import { Eal, IPPROTO_UDP, Ipv6Header, MbufCursor, PktmbufPool } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = PktmbufPool.create("packets", 255);
 * const packet = new MbufCursor().moveTo(pool.alloc()!);
 * packet.append(60);
 *
 * const ip6 = new Ipv6Header(packet);
 * if (ip6.at(14)) {
 *   ip6.vtcFlow = 0x60000000;
 *   ip6.proto = IPPROTO_UDP;
 *   ip6.srcAddr = "fe80::1";
 *   console.log(ip6.hopLimits); // 0
 * }
 * packet.free();
 * ```
 */
export class Ipv6Header extends Header {
  /** What `#walk` found after the last header that it skipped. */
  #proto = 0;
  /** Whether `#walk` came by a fragment header, and not one of a whole packet. */
  #fragment = false;

  /**
   * Makes a view of an IPv6 header, at offset 0 until it is moved.
   *
   * @param packets the packet, or a cursor over packets
   */
  constructor(packets: ByteWindow) {
    super(packets, LENGTH, "IPv6");
  }

  /** `vtc_flow`: version, traffic class and flow label in 32 bits. */
  get vtcFlow(): number {
    return this.view.getUint32(this.place(VTC_FLOW, 4));
  }

  set vtcFlow(value: number) {
    this.view.setUint32(this.place(VTC_FLOW, 4), u32(value, "vtcFlow"));
  }

  /** The version, 6, in 4 bits. */
  get version(): number {
    return this.vtcFlow >>> 28;
  }

  set version(value: number) {
    bits(value, "version", 15);
    this.#setVtcFlow((this.vtcFlow & 0x0fffffff) | (value << 28));
  }

  /** The traffic class, DSCP and ECN, in 8 bits. */
  get trafficClass(): number {
    return (this.vtcFlow >>> 20) & 0xff;
  }

  set trafficClass(value: number) {
    u8(value, "trafficClass");
    this.#setVtcFlow((this.vtcFlow & ~0x0ff00000) | (value << 20));
  }

  /** The differentiated services code point, from 0 to 63. */
  get dscp(): number {
    return this.trafficClass >>> 2;
  }

  set dscp(value: number) {
    bits(value, "dscp", 63);
    this.trafficClass = (this.trafficClass & 3) | (value << 2);
  }

  /** Explicit congestion notification, from 0 to 3. */
  get ecn(): number {
    return this.trafficClass & 3;
  }

  set ecn(value: number) {
    bits(value, "ecn", 3);
    this.trafficClass = (this.trafficClass & 0xfc) | value;
  }

  /** The flow label, in 20 bits. */
  get flowLabel(): number {
    return this.vtcFlow & 0xfffff;
  }

  set flowLabel(value: number) {
    bits(value, "flowLabel", 0xfffff);
    this.#setVtcFlow((this.vtcFlow & ~0xfffff) | value);
  }

  #setVtcFlow(value: number): void {
    this.view.setUint32(this.place(VTC_FLOW, 4), value);
  }

  /** `payload_len`: bytes after this header, extension headers included, as the header says. */
  get payloadLen(): number {
    return this.view.getUint16(this.place(PAYLOAD_LEN, 2));
  }

  set payloadLen(value: number) {
    this.view.setUint16(this.place(PAYLOAD_LEN, 2), u16(value, "payloadLen"));
  }

  /** `proto`: what follows this header, extension headers included; see `payloadProto`. */
  get proto(): number {
    return this.view.getUint8(this.place(PROTO, 1));
  }

  set proto(value: number) {
    this.view.setUint8(this.place(PROTO, 1), u8(value, "proto"));
  }

  /** `hop_limits`: how many more routers may forward it. */
  get hopLimits(): number {
    return this.view.getUint8(this.place(HOP_LIMITS, 1));
  }

  set hopLimits(value: number) {
    this.view.setUint8(this.place(HOP_LIMITS, 1), u8(value, "hopLimits"));
  }

  /**
   * `src_addr` as a text, such as `2001:db8::1`.
   *
   * @throws {SyntaxError} when it is set to what is no IPv6 address
   */
  get srcAddr(): string {
    return formatIpv6(this.readSrcAddr(scratch));
  }

  set srcAddr(value: string) {
    this.writeSrcAddr(parseIpv6(value, scratch));
  }

  /**
   * `dst_addr` as a text, such as `2001:db8::1`.
   *
   * @throws {SyntaxError} when it is set to what is no IPv6 address
   */
  get dstAddr(): string {
    return formatIpv6(this.readDstAddr(scratch));
  }

  set dstAddr(value: string) {
    this.writeDstAddr(parseIpv6(value, scratch));
  }

  /**
   * Copies `src_addr` out.
   *
   * @param target where to; 16 bytes
   * @returns `target`
   */
  readSrcAddr(target: Uint8Array): Uint8Array {
    return this.#read(SRC, target);
  }

  /**
   * Stores `src_addr`.
   *
   * @param source the 16 bytes of an address
   */
  writeSrcAddr(source: Uint8Array): void {
    this.#write(SRC, source);
  }

  /**
   * Copies `dst_addr` out.
   *
   * @param target where to; 16 bytes
   * @returns `target`
   */
  readDstAddr(target: Uint8Array): Uint8Array {
    return this.#read(DST, target);
  }

  /**
   * Stores `dst_addr`.
   *
   * @param source the 16 bytes of an address
   */
  writeDstAddr(source: Uint8Array): void {
    this.#write(DST, source);
  }

  #read(at: number, target: Uint8Array): Uint8Array {
    checkAddress(target);
    const from = this.place(at, ADDRESS);
    const { view } = this;
    for (let i = 0; i < ADDRESS; i++) target[i] = view.getUint8(from + i);
    return target;
  }

  #write(at: number, source: Uint8Array): void {
    checkAddress(source);
    const from = this.place(at, ADDRESS);
    const { view } = this;
    for (let i = 0; i < ADDRESS; i++) view.setUint8(from + i, source[i]!);
  }

  /** Exchanges the two addresses, as what answers does. */
  swapAddresses(): void {
    const at = this.place(SRC, 2 * ADDRESS);
    const { view } = this;
    for (let i = at; i < at + ADDRESS; i += 4) {
      const word = view.getUint32(i);
      view.setUint32(i, view.getUint32(i + ADDRESS));
      view.setUint32(i + ADDRESS, word);
    }
  }

  /**
   * Where in the packet the payload begins, past at most eight extension headers: hop-by-hop and
   * destination options, routing, fragment, authentication. One that is cut off is not skipped, and
   * `payloadProto` is its number then. After the header of a later fragment come bytes from the
   * middle of a payload; see `isFragment`.
   */
  get payloadOffset(): number {
    return this.past(this.#walk());
  }

  /** What is at `payloadOffset`: `IPPROTO_*`. */
  get payloadProto(): number {
    this.#walk();
    return this.#proto;
  }

  /**
   * Bytes from `payloadOffset` on, as `payloadLen` says, but no more than the packet has: without
   * the extension headers.
   */
  get payloadLength(): number {
    const length = this.#walk();
    const says = LENGTH + this.payloadLen - length;
    const has = this.packetLength - this.past(length);
    return says <= 0 ? 0 : says < has ? says : has;
  }

  /** Whether it is a part of a packet: one of the extension headers says so. */
  get isFragment(): boolean {
    this.#walk();
    return this.#fragment;
  }

  /** Bytes of the header and its extension headers; `rte_ipv6_get_next_ext` of each, 22.11 rte_ip.h. */
  #walk(): number {
    const { view } = this;
    let proto = view.getUint8(this.place(PROTO, 1));
    let length: number = LENGTH;
    this.#fragment = false;
    for (let n = 0; n < MAX_EXTENSIONS; n++) {
      if (!this.holds(length + MIN_EXTENSION)) break;
      const at = this.place(length, MIN_EXTENSION);
      let extension = MIN_EXTENSION;
      let later = false;
      if (proto === IPPROTO_HOPOPTS || proto === IPPROTO_ROUTING || proto === IPPROTO_DSTOPTS) {
        extension = (view.getUint8(at + 1) + 1) * 8;
      } else if (proto === IPPROTO_AH) {
        extension = (view.getUint8(at + 1) + 2) * 4;
      } else if (proto === IPPROTO_FRAGMENT) {
        const data = view.getUint16(at + FRAG_DATA);
        later = data >>> RTE_IPV6_EHDR_FO_SHIFT !== 0;
        if (later || (data & RTE_IPV6_EHDR_MF_MASK) !== 0) this.#fragment = true;
      } else {
        break;
      }
      if (!this.holds(length + extension)) break;
      proto = view.getUint8(at);
      length += extension;
      // What a later fragment goes on with is not a header.
      if (later) break;
    }
    this.#proto = proto;
    return length;
  }

  /**
   * The checksum of the pseudo-header, not complemented: `rte_ipv6_phdr_cksum`. It is what devices
   * want in the UDP or TCP header of a packet that they complete themselves. As in C, it is that of
   * a packet without extension headers.
   *
   * @param segmented whether the device cuts the packet up, too: its length does not count then
   *   (`RTE_MBUF_F_TX_TCP_SEG`)
   * @returns 16 bits
   */
  pseudoHeaderChecksum(segmented: boolean = false): number {
    return this.#pseudoHeader(segmented ? 0 : this.payloadLen, this.proto);
  }

  #pseudoHeader(length: number, proto: number): number {
    const addresses = addBytes(this.view, this.place(SRC, 2 * ADDRESS), 2 * ADDRESS, 0);
    return fold(addresses + proto + length);
  }

  /**
   * The UDP, TCP or ICMPv6 checksum of the payload as it should be: `rte_ipv6_udptcp_cksum`, but
   * past extension headers, too. The field in the payload counts as 0. A fragment's says nothing;
   * neither does that of a packet with a routing header that has segments left. See the headers' own
   * `updateChecksum`.
   *
   * @returns 16 bits
   * @throws {RangeError} when the packet does not hold as many bytes as `payloadLen` says
   */
  udpTcpChecksum(): number {
    const header = this.#walk();
    const length = LENGTH + this.payloadLen - header;
    if (length < 0) {
      throw new RangeError(
        `Cannot compute a checksum: the IPv6 header says ${this.payloadLen} bytes of payload, ` +
          `and the extension headers have more`,
      );
    }
    const proto = this.#proto;
    const sum = this.#pseudoHeader(length, proto);
    return transportChecksum(this.view, this.place(header, length), length, sum, proto);
  }

  /**
   * Whether the payload's UDP, TCP or ICMPv6 checksum is right: `rte_ipv6_udptcp_cksum_verify`, but
   * past extension headers, too. False, too, when the packet does not hold as many bytes as
   * `payloadLen` says.
   */
  get udpTcpChecksumValid(): boolean {
    const header = this.#walk();
    const length = LENGTH + this.payloadLen - header;
    if (length < 0 || !this.holds(header + length)) return false;
    const sum = this.#pseudoHeader(length, this.#proto);
    return addBytes(this.view, this.place(header, length), length, sum) === 0xffff;
  }
}
