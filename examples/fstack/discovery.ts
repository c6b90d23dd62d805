/**
 * Which packets every process wants to see: those by which hosts find each other.
 *
 * @module
 */

import {
  EthernetHeader,
  IcmpHeader,
  IPPROTO_ICMPV6,
  Ipv6Header,
  type MbufCursor,
  RTE_ETHER_TYPE_ARP,
  RTE_ETHER_TYPE_IPV6,
} from "../../mod.ts";

/** The types of ICMPv6 that are NDP: router and neighbour solicitations and advertisements, redirects. */
const NDP_FIRST = 133, NDP_LAST = 137;

/** Tells ARP and NDP from all else. */
export class Discovery {
  readonly #ether: EthernetHeader;
  readonly #ip6: Ipv6Header;
  readonly #icmp: IcmpHeader;

  /** @param packets the cursor over the packets to tell */
  constructor(packets: MbufCursor) {
    this.#ether = new EthernetHeader(packets);
    this.#ip6 = new Ipv6Header(packets);
    this.#icmp = new IcmpHeader(packets);
  }

  /** Whether the packet at the cursor is one. */
  get here(): boolean {
    const ether = this.#ether;
    if (!ether.at(0)) return false;
    const type = ether.payloadType;
    if (type === RTE_ETHER_TYPE_ARP) return true;
    if (type !== RTE_ETHER_TYPE_IPV6) return false;
    const ip6 = this.#ip6;
    if (!ip6.at(ether.payloadOffset) || ip6.payloadProto !== IPPROTO_ICMPV6) return false;
    if (ip6.isFragment || !this.#icmp.at(ip6.payloadOffset)) return false;
    const icmp = this.#icmp.type;
    return icmp >= NDP_FIRST && icmp <= NDP_LAST;
  }
}
