/**
 * UDP headers: rte_udp.h.
 *
 * @module
 */

import type { ByteWindow } from "../core/mod.ts";
import { Header } from "./header.ts";
import { Ipv4Header } from "./ipv4.ts";
import type { Ipv6Header } from "./ipv6.ts";
import { IPPROTO_UDP, rte_udp_hdr } from "./layout.ts";
import { u16 } from "./range.ts";
import { checkBeneath, isBeneath } from "./transport.ts";

const { fields, size: LENGTH } = rte_udp_hdr;
const SRC_PORT = fields.src_port.offset;
const DST_PORT = fields.dst_port.offset;
const DGRAM_LEN = fields.dgram_len.offset;
const DGRAM_CKSUM = fields.dgram_cksum.offset;

/**
 * `struct rte_udp_hdr`.
 *
 * @example
 * ```ts
 * import { Eal, MbufCursor, PktmbufPool, UdpHeader } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = PktmbufPool.create("packets", 255);
 * const packet = new MbufCursor().moveTo(pool.alloc()!);
 * packet.append(60);
 *
 * const udp = new UdpHeader(packet);
 * if (udp.at(14 + 20)) {
 *   udp.dstPort = 5353;
 *   udp.dgramLen = 26;
 *   console.log(udp.dstPort); // 5353
 * }
 * packet.free();
 * ```
 */
export class UdpHeader extends Header {
  /**
   * Makes a view of a UDP header, at offset 0 until it is moved.
   *
   * @param packets the packet, or a cursor over packets
   */
  constructor(packets: ByteWindow) {
    super(packets, LENGTH, "UDP");
  }

  /** `src_port`. */
  get srcPort(): number {
    return this.view.getUint16(this.place(SRC_PORT, 2));
  }

  set srcPort(value: number) {
    this.view.setUint16(this.place(SRC_PORT, 2), u16(value, "srcPort"));
  }

  /** `dst_port`. */
  get dstPort(): number {
    return this.view.getUint16(this.place(DST_PORT, 2));
  }

  set dstPort(value: number) {
    this.view.setUint16(this.place(DST_PORT, 2), u16(value, "dstPort"));
  }

  /** `dgram_len`: bytes of header and payload, as the header says. */
  get dgramLen(): number {
    return this.view.getUint16(this.place(DGRAM_LEN, 2));
  }

  set dgramLen(value: number) {
    this.view.setUint16(this.place(DGRAM_LEN, 2), u16(value, "dgramLen"));
  }

  /** `dgram_cksum`: the checksum; 0 says that there is none. */
  get dgramCksum(): number {
    return this.view.getUint16(this.place(DGRAM_CKSUM, 2));
  }

  set dgramCksum(value: number) {
    this.view.setUint16(this.place(DGRAM_CKSUM, 2), u16(value, "dgramCksum"));
  }

  /** Where in the packet the payload begins. */
  get payloadOffset(): number {
    return this.past(LENGTH);
  }

  /** Bytes of the payload, as `dgramLen` says, but no more than the packet has. */
  get payloadLength(): number {
    const says = this.dgramLen - LENGTH;
    const has = this.packetLength - this.past(LENGTH);
    return says <= 0 ? 0 : says < has ? says : has;
  }

  /**
   * Stores the checksum as it should be: `rte_ipv4_udptcp_cksum` or `rte_ipv6_udptcp_cksum`.
   *
   * @param ip the header that this one is the payload of
   * @throws {RangeError} when it is not, or the packet does not hold all of the payload
   */
  updateChecksum(ip: Ipv4Header | Ipv6Header): void {
    checkBeneath(ip, this.offset, IPPROTO_UDP, "UDP");
    this.dgramCksum = ip.udpTcpChecksum();
  }

  /**
   * Whether the checksum is right: `rte_ipv4_udptcp_cksum_verify` or `rte_ipv6_udptcp_cksum_verify`.
   * Having none is right over IPv4, and wrong over IPv6.
   *
   * @param ip the header that this one is the payload of; false when it is not
   * @returns whether it is right, or not there
   */
  checksumValid(ip: Ipv4Header | Ipv6Header): boolean {
    const none = this.dgramCksum === 0;
    if (!isBeneath(ip, this.offset, IPPROTO_UDP)) return false;
    return none ? ip instanceof Ipv4Header : ip.udpTcpChecksumValid;
  }
}
