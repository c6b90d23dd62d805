/**
 * ARP for IPv4 over Ethernet: rte_arp.h.
 *
 * @module
 */

import type { ByteWindow } from "../core/mod.ts";
import { Header } from "./header.ts";
import { rte_arp_hdr, RTE_ARP_HRD_ETHER, RTE_ETHER_TYPE_IPV4 } from "./layout.ts";
import { u16, u32, u8 } from "./range.ts";

const { fields } = rte_arp_hdr;
const HARDWARE = fields.arp_hardware.offset;
const PROTOCOL = fields.arp_protocol.offset;
const HLEN = fields.arp_hlen.offset;
const PLEN = fields.arp_plen.offset;
const OPCODE = fields.arp_opcode.offset;
const SHA = fields.arp_sha.offset;
const SIP = fields.arp_sip.offset;
const THA = fields.arp_tha.offset;
const TIP = fields.arp_tip.offset;

/**
 * `struct rte_arp_hdr` with addresses of IPv4 and Ethernet. MAC addresses are numbers below 2 ** 48,
 * IPv4 addresses numbers below 2 ** 32, as everywhere here.
 *
 * @example
 * ```ts
 * import {
 *   ArpHeader,
 *   Eal,
 *   MbufCursor,
 *   parseIpv4,
 *   PktmbufPool,
 *   RTE_ARP_OP_REPLY,
 * } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = PktmbufPool.create("packets", 255);
 * const packet = new MbufCursor().moveTo(pool.alloc()!);
 * packet.append(60);
 *
 * const arp = new ArpHeader(packet);
 * if (arp.at(14) && arp.isIpv4OverEthernet && arp.targetIpv4 === parseIpv4("10.0.0.1")) {
 *   arp.opcode = RTE_ARP_OP_REPLY;
 * }
 * packet.free();
 * ```
 */
export class ArpHeader extends Header {
  /**
   * Makes a view of an ARP header, at offset 0 until it is moved.
   *
   * @param packets the packet, or a cursor over packets
   */
  constructor(packets: ByteWindow) {
    super(packets, rte_arp_hdr.size, "ARP");
  }

  /** Whether it is for IPv4 over Ethernet: only then are the addresses where this class has them. */
  get isIpv4OverEthernet(): boolean {
    return this.hardware === RTE_ARP_HRD_ETHER && this.protocol === RTE_ETHER_TYPE_IPV4 &&
      this.hlen === 6 && this.plen === 4;
  }

  /** `arp_hardware`: the kind of hardware addresses; `RTE_ARP_HRD_ETHER`. */
  get hardware(): number {
    return this.view.getUint16(this.place(HARDWARE, 2));
  }

  set hardware(value: number) {
    this.view.setUint16(this.place(HARDWARE, 2), u16(value, "hardware"));
  }

  /** `arp_protocol`: the kind of protocol addresses; `RTE_ETHER_TYPE_IPV4`. */
  get protocol(): number {
    return this.view.getUint16(this.place(PROTOCOL, 2));
  }

  set protocol(value: number) {
    this.view.setUint16(this.place(PROTOCOL, 2), u16(value, "protocol"));
  }

  /** `arp_hlen`: bytes of a hardware address, 6. */
  get hlen(): number {
    return this.view.getUint8(this.place(HLEN, 1));
  }

  set hlen(value: number) {
    this.view.setUint8(this.place(HLEN, 1), u8(value, "hlen"));
  }

  /** `arp_plen`: bytes of a protocol address, 4. */
  get plen(): number {
    return this.view.getUint8(this.place(PLEN, 1));
  }

  set plen(value: number) {
    this.view.setUint8(this.place(PLEN, 1), u8(value, "plen"));
  }

  /** `arp_opcode`: `RTE_ARP_OP_*`. */
  get opcode(): number {
    return this.view.getUint16(this.place(OPCODE, 2));
  }

  set opcode(value: number) {
    this.view.setUint16(this.place(OPCODE, 2), u16(value, "opcode"));
  }

  /** `arp_sha`: the sender's MAC address. */
  get senderMac(): number {
    return this.readMac(SHA);
  }

  set senderMac(value: number) {
    this.writeMac(SHA, value, "senderMac");
  }

  /** `arp_sip`: the sender's IPv4 address. */
  get senderIpv4(): number {
    return this.view.getUint32(this.place(SIP, 4));
  }

  set senderIpv4(value: number) {
    this.view.setUint32(this.place(SIP, 4), u32(value, "senderIpv4"));
  }

  /** `arp_tha`: the target's MAC address; 0 in a request. */
  get targetMac(): number {
    return this.readMac(THA);
  }

  set targetMac(value: number) {
    this.writeMac(THA, value, "targetMac");
  }

  /** `arp_tip`: the target's IPv4 address. */
  get targetIpv4(): number {
    return this.view.getUint32(this.place(TIP, 4));
  }

  set targetIpv4(value: number) {
    this.view.setUint32(this.place(TIP, 4), u32(value, "targetIpv4"));
  }
}
