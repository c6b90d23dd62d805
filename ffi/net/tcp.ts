/**
 * TCP headers: rte_tcp.h.
 *
 * @module
 */

import type { ByteWindow } from "../core/mod.ts";
import { Header } from "./header.ts";
import type { Ipv4Header } from "./ipv4.ts";
import type { Ipv6Header } from "./ipv6.ts";
import { IPPROTO_TCP, rte_tcp_hdr } from "./layout.ts";
import { u16, u32, u8 } from "./range.ts";
import { checkBeneath, isBeneath } from "./transport.ts";

const { fields, size: MIN_LENGTH } = rte_tcp_hdr;
const SRC_PORT = fields.src_port.offset;
const DST_PORT = fields.dst_port.offset;
const SENT_SEQ = fields.sent_seq.offset;
const RECV_ACK = fields.recv_ack.offset;
const DATA_OFF = fields.data_off.offset;
const FLAGS = fields.tcp_flags.offset;
const RX_WIN = fields.rx_win.offset;
const CKSUM = fields.cksum.offset;
const URGENT = fields.tcp_urp.offset;

/**
 * `struct rte_tcp_hdr` with its options. `at` says whether all of the header is there, options
 * included, and that it is at least 20 bytes long.
 *
 * @example
 * ```ts
 * import { Eal, MbufCursor, PktmbufPool, RTE_TCP_SYN_FLAG, TcpHeader } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = PktmbufPool.create("packets", 255);
 * const packet = new MbufCursor().moveTo(pool.alloc()!);
 * packet.append(60);
 *
 * const tcp = new TcpHeader(packet);
 * if (tcp.at(14 + 20)) {
 *   tcp.dstPort = 80;
 *   tcp.tcpFlags = RTE_TCP_SYN_FLAG;
 *   console.log((tcp.tcpFlags & RTE_TCP_SYN_FLAG) !== 0); // true
 * }
 * packet.free();
 * ```
 */
export class TcpHeader extends Header {
  /**
   * Makes a view of a TCP header, at offset 0 until it is moved.
   *
   * @param packets the packet, or a cursor over packets
   */
  constructor(packets: ByteWindow) {
    super(packets, MIN_LENGTH, "TCP");
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

  /** `sent_seq`: the sequence number of the first byte sent. */
  get sentSeq(): number {
    return this.view.getUint32(this.place(SENT_SEQ, 4));
  }

  set sentSeq(value: number) {
    this.view.setUint32(this.place(SENT_SEQ, 4), u32(value, "sentSeq"));
  }

  /** `recv_ack`: the sequence number that is expected next. */
  get recvAck(): number {
    return this.view.getUint32(this.place(RECV_ACK, 4));
  }

  set recvAck(value: number) {
    this.view.setUint32(this.place(RECV_ACK, 4), u32(value, "recvAck"));
  }

  /** `data_off`: the header's length in words of 4 bytes in the upper 4 bits; 0x50 without options. */
  get dataOff(): number {
    return this.view.getUint8(this.place(DATA_OFF, 1));
  }

  set dataOff(value: number) {
    this.view.setUint8(this.place(DATA_OFF, 1), u8(value, "dataOff"));
  }

  /** The header's length in bytes, options included, as `dataOff` says. */
  get headerLength(): number {
    return (this.dataOff >>> 4) * 4;
  }

  /** `tcp_flags`: `RTE_TCP_*_FLAG`, together. */
  get tcpFlags(): number {
    return this.view.getUint8(this.place(FLAGS, 1));
  }

  set tcpFlags(value: number) {
    this.view.setUint8(this.place(FLAGS, 1), u8(value, "tcpFlags"));
  }

  /** `rx_win`: how much the sender of this takes, in units that both agreed on. */
  get rxWin(): number {
    return this.view.getUint16(this.place(RX_WIN, 2));
  }

  set rxWin(value: number) {
    this.view.setUint16(this.place(RX_WIN, 2), u16(value, "rxWin"));
  }

  /** `cksum`: the checksum. */
  get cksum(): number {
    return this.view.getUint16(this.place(CKSUM, 2));
  }

  set cksum(value: number) {
    this.view.setUint16(this.place(CKSUM, 2), u16(value, "cksum"));
  }

  /** `tcp_urp`: the urgent pointer. */
  get tcpUrp(): number {
    return this.view.getUint16(this.place(URGENT, 2));
  }

  set tcpUrp(value: number) {
    this.view.setUint16(this.place(URGENT, 2), u16(value, "tcpUrp"));
  }

  /** Where in the packet the payload begins, past the options. */
  get payloadOffset(): number {
    const length = this.headerLength;
    if (length >= MIN_LENGTH) return this.past(length);
    throw new RangeError(`Cannot read past the TCP header: it says that it has ${length} bytes`);
  }

  /**
   * Stores the checksum as it should be: `rte_ipv4_udptcp_cksum` or `rte_ipv6_udptcp_cksum`.
   *
   * @param ip the header that this one is the payload of
   * @throws {RangeError} when it is not, or the packet does not hold all of the payload
   */
  updateChecksum(ip: Ipv4Header | Ipv6Header): void {
    checkBeneath(ip, this.offset, IPPROTO_TCP, "TCP");
    this.cksum = ip.udpTcpChecksum();
  }

  /**
   * Whether the checksum is right: `rte_ipv4_udptcp_cksum_verify` or `rte_ipv6_udptcp_cksum_verify`.
   *
   * @param ip the header that this one is the payload of; false when it is not
   * @returns whether it is right
   */
  checksumValid(ip: Ipv4Header | Ipv6Header): boolean {
    this.place(CKSUM, 2);
    return isBeneath(ip, this.offset, IPPROTO_TCP) && ip.udpTcpChecksumValid;
  }
}
