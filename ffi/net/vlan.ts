/**
 * VLAN tags: `struct rte_vlan_hdr` of rte_ether.h.
 *
 * @module
 */

import type { ByteWindow } from "../core/mod.ts";
import { Header } from "./header.ts";
import { RTE_VLAN_DEI_MASK, rte_vlan_hdr, RTE_VLAN_ID_MASK, RTE_VLAN_PRI_SHIFT } from "./layout.ts";
import { bits, flag, u16 } from "./range.ts";

const TCI = rte_vlan_hdr.fields.vlan_tci.offset;
const PROTO = rte_vlan_hdr.fields.eth_proto.offset;
const REST_OF_PCP = (1 << RTE_VLAN_PRI_SHIFT) - 1;

/**
 * `struct rte_vlan_hdr`: the four bytes after an EtherType that says VLAN.
 *
 * @example
 * ```ts
 * import {
 *   Eal,
 *   EthernetHeader,
 *   MbufCursor,
 *   PktmbufPool,
 *   RTE_ETHER_HDR_LEN,
 *   RTE_ETHER_TYPE_VLAN,
 *   VlanHeader,
 * } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = PktmbufPool.create("packets", 255);
 * const packet = new MbufCursor().moveTo(pool.alloc()!);
 * packet.append(64);
 *
 * const ether = new EthernetHeader(packet);
 * const vlan = new VlanHeader(packet);
 * ether.etherType = RTE_ETHER_TYPE_VLAN;
 * if (vlan.at(RTE_ETHER_HDR_LEN)) vlan.vid = 7;
 * console.log(vlan.vid); // 7
 * packet.free();
 * ```
 */
export class VlanHeader extends Header {
  /**
   * Makes a view of a VLAN header, at offset 0 until it is moved.
   *
   * @param packets the packet, or a cursor over packets
   */
  constructor(packets: ByteWindow) {
    super(packets, rte_vlan_hdr.size, "VLAN");
  }

  /** `vlan_tci`: priority, drop eligible indicator and identifier in 16 bits. */
  get vlanTci(): number {
    return this.view.getUint16(this.place(TCI, 2));
  }

  set vlanTci(value: number) {
    this.view.setUint16(this.place(TCI, 2), u16(value, "vlanTci"));
  }

  /** The priority code point, from 0 to 7. */
  get pcp(): number {
    return this.vlanTci >>> RTE_VLAN_PRI_SHIFT;
  }

  set pcp(value: number) {
    bits(value, "pcp", 7);
    this.vlanTci = (this.vlanTci & REST_OF_PCP) | (value << RTE_VLAN_PRI_SHIFT);
  }

  /** The drop eligible indicator. */
  get dei(): boolean {
    return (this.vlanTci & RTE_VLAN_DEI_MASK) !== 0;
  }

  set dei(value: boolean) {
    const bit = flag(value, "dei") ? RTE_VLAN_DEI_MASK : 0;
    this.vlanTci = (this.vlanTci & ~RTE_VLAN_DEI_MASK) | bit;
  }

  /** The VLAN identifier, from 0 to 4095. */
  get vid(): number {
    return this.vlanTci & RTE_VLAN_ID_MASK;
  }

  set vid(value: number) {
    bits(value, "vid", RTE_VLAN_ID_MASK);
    this.vlanTci = (this.vlanTci & ~RTE_VLAN_ID_MASK) | value;
  }

  /** `eth_proto`: what follows the tag: `RTE_ETHER_TYPE_*`. */
  get ethProto(): number {
    return this.view.getUint16(this.place(PROTO, 2));
  }

  set ethProto(value: number) {
    this.view.setUint16(this.place(PROTO, 2), u16(value, "ethProto"));
  }

  /** Where in the packet begins what follows the tag; it may be another tag. */
  get payloadOffset(): number {
    return this.past(rte_vlan_hdr.size);
  }
}
