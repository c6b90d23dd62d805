/**
 * Which packets are the kernel's: by protocol, by port, or by address.
 *
 * @module
 */

import {
  EthernetHeader,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  Ipv4Header,
  Ipv6Header,
  type MbufCursor,
  parseIpv4,
  parseIpv6,
  RTE_ETHER_TYPE_IPV4,
  RTE_ETHER_TYPE_IPV6,
  UdpHeader,
} from "../../mod.ts";

const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: IPPROTO_ICMP,
  icmp6: IPPROTO_ICMPV6,
  tcp: IPPROTO_TCP,
  udp: IPPROTO_UDP,
};

/** What is said of rules. */
export const RULES_USAGE = `
 --kernel: what the kernel gets, as often as needed: a protocol (${
  Object.keys(PROTOCOLS).join(", ")
}
   or a number), a port to which something is sent (tcp/22, udp/53), or an address (10.9.0.1, fe80::1)`;

/** Where each port of TCP and UDP has a bit of its own. */
const TCP_BIT = 1, UDP_BIT = 2;

/** Rules, and what looks at packets by them. Of fragments only protocol and address count. */
export class KernelRules {
  readonly #protocols = new Uint8Array(256);
  readonly #ports = new Uint8Array(65536);
  readonly #addresses = new Set<number>();
  /** IPv6 addresses, 16 bytes each. */
  readonly #addresses6: Uint8Array[] = [];
  readonly #ether: EthernetHeader;
  readonly #ip4: Ipv4Header;
  readonly #ip6: Ipv6Header;
  readonly #transport: UdpHeader; // TCP has its ports at the same place
  readonly #address6 = new Uint8Array(16);

  /**
   * @param packets the cursor over the packets
   * @param rules in words
   * @throws {TypeError} when one is none
   */
  constructor(packets: MbufCursor, rules: readonly string[]) {
    this.#ether = new EthernetHeader(packets);
    this.#ip4 = new Ipv4Header(packets);
    this.#ip6 = new Ipv6Header(packets);
    this.#transport = new UdpHeader(packets);
    for (const rule of rules) {
      if (this.#addProtocol(rule) || this.#addPort(rule) || this.#addAddress(rule)) continue;
      throw new TypeError(
        `Cannot use "${rule}" as --kernel: it is no protocol, no port and no address`,
      );
    }
  }

  #addProtocol(rule: string): boolean {
    const number = PROTOCOLS[rule] ?? (/^\d{1,3}$/.test(rule) ? Number(rule) : NaN);
    if (!(number < 256)) return false;
    this.#protocols[number] = 1;
    return true;
  }

  #addPort(rule: string): boolean {
    const [, protocol, digits] = /^(tcp|udp)\/(\d{1,5})$/.exec(rule) ?? [];
    const port = Number(digits ?? NaN);
    if (!(port < 65536)) return false;
    this.#ports[port]! |= protocol === "tcp" ? TCP_BIT : UDP_BIT;
    return true;
  }

  #addAddress(rule: string): boolean {
    try {
      if (rule.includes(":")) this.#addresses6.push(parseIpv6(rule));
      else this.#addresses.add(parseIpv4(rule));
      return true;
    } catch {
      return false;
    }
  }

  /** Whether the packet at the cursor is the kernel's. */
  get here(): boolean {
    const ether = this.#ether;
    if (!ether.at(0)) return false;
    const type = ether.payloadType;
    if (type === RTE_ETHER_TYPE_IPV4) {
      const ip4 = this.#ip4;
      return ip4.at(ether.payloadOffset) && (this.#addresses.has(ip4.dstAddr) ||
        this.#isOurs(ip4.nextProtoId, ip4.isFragment ? -1 : ip4.payloadOffset));
    }
    const ip6 = this.#ip6;
    if (type !== RTE_ETHER_TYPE_IPV6 || !ip6.at(ether.payloadOffset)) return false;
    return this.#isAddress6() ||
      this.#isOurs(ip6.payloadProto, ip6.isFragment ? -1 : ip6.payloadOffset);
  }

  /** @param at where the ports are, or -1 */
  #isOurs(protocol: number, at: number): boolean {
    if (this.#protocols[protocol] === 1) return true;
    const bit = protocol === IPPROTO_TCP ? TCP_BIT : protocol === IPPROTO_UDP ? UDP_BIT : 0;
    const transport = this.#transport;
    if (bit === 0 || at < 0 || !transport.at(at)) return false;
    return (this.#ports[transport.dstPort]! & bit) !== 0;
  }

  #isAddress6(): boolean {
    if (this.#addresses6.length === 0) return false;
    const is = this.#ip6.readDstAddr(this.#address6);
    return this.#addresses6.some((bytes) => bytes.every((byte, i) => byte === is[i]));
  }
}
