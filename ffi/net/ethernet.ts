/**
 * Ethernet headers and VLAN tags: rte_ether.h.
 *
 * @module
 */

import type { ByteWindow } from "../core/mod.ts";
import { Header } from "./header.ts";
import {
  rte_ether_hdr,
  RTE_ETHER_HDR_LEN,
  RTE_ETHER_TYPE_QINQ,
  RTE_ETHER_TYPE_VLAN,
  rte_vlan_hdr,
} from "./layout.ts";
import { u16 } from "./range.ts";

const DST = rte_ether_hdr.fields.dst_addr.offset;
const SRC = rte_ether_hdr.fields.src_addr.offset;
const TYPE = rte_ether_hdr.fields.ether_type.offset;
const TAG = rte_vlan_hdr.size;

/** How many VLAN tags are skipped at most. */
const MAX_TAGS = 4;

/**
 * `struct rte_ether_hdr`, at the packet's beginning unless moved. MAC addresses are numbers below
 * 2 ** 48 whose most significant byte is the first on the wire; see `formatMac` and `parseMac`.
 *
 * @example
 * ```ts
 * import {
 *   Eal,
 *   EthernetHeader,
 *   MbufCursor,
 *   parseMac,
 *   PktmbufPool,
 *   RTE_ETHER_TYPE_ARP,
 * } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = PktmbufPool.create("packets", 255);
 * const packet = new MbufCursor().moveTo(pool.alloc()!);
 * packet.append(60);
 *
 * const ether = new EthernetHeader(packet);
 * ether.srcAddr = parseMac("02:00:00:00:00:01");
 * ether.etherType = RTE_ETHER_TYPE_ARP;
 * ether.swapAddresses();
 * console.log(ether.payloadType === RTE_ETHER_TYPE_ARP, ether.payloadOffset); // true 14
 * packet.free();
 * ```
 */
export class EthernetHeader extends Header {
  /**
   * Makes a view of an Ethernet header, at offset 0 until it is moved.
   *
   * @param packets the packet, or a cursor over packets
   */
  constructor(packets: ByteWindow) {
    super(packets, rte_ether_hdr.size, "Ethernet");
  }

  /** `dst_addr`: whom it is for. */
  get dstAddr(): number {
    return this.readMac(DST);
  }

  set dstAddr(value: number) {
    this.writeMac(DST, value, "dstAddr");
  }

  /** `src_addr`: whom it is from. */
  get srcAddr(): number {
    return this.readMac(SRC);
  }

  set srcAddr(value: number) {
    this.writeMac(SRC, value, "srcAddr");
  }

  /** `ether_type`: what follows, a tag included: `RTE_ETHER_TYPE_*`. */
  get etherType(): number {
    return this.view.getUint16(this.place(TYPE, 2));
  }

  set etherType(value: number) {
    this.view.setUint16(this.place(TYPE, 2), u16(value, "etherType"));
  }

  /** Exchanges the two addresses, as what answers or sends back does. */
  swapAddresses(): void {
    const at = this.place(0, 12);
    const view = this.view;
    const a = view.getInt32(at, true);
    const b = view.getInt32(at + 4, true);
    const c = view.getInt32(at + 8, true);
    view.setInt32(at, (b >>> 16) | (c << 16), true);
    view.setInt32(at + 4, (c >>> 16) | (a << 16), true);
    view.setInt32(at + 8, (a >>> 16) | (b << 16), true);
  }

  /**
   * Where in the packet the payload begins, past at most four VLAN tags (802.1Q, 802.1ad). A tag
   * that is cut off is not skipped, and `payloadType` is its type then.
   */
  get payloadOffset(): number {
    return this.past(this.#walk());
  }

  /** What is at `payloadOffset`: `RTE_ETHER_TYPE_*`. */
  get payloadType(): number {
    return this.view.getUint16(this.place(this.#walk() - 2, 2));
  }

  /** Bytes of the header and its tags. */
  #walk(): number {
    const { view } = this;
    let length: number = RTE_ETHER_HDR_LEN;
    let type = view.getUint16(this.place(TYPE, 2));
    for (let tags = 0; tags < MAX_TAGS; tags++) {
      if (type !== RTE_ETHER_TYPE_VLAN && type !== RTE_ETHER_TYPE_QINQ) break;
      if (!this.holds(length + TAG)) break;
      length += TAG;
      type = view.getUint16(this.place(length - 2, 2));
    }
    return length;
  }
}
