/**
 * Packets and texts in words.
 *
 * @module
 */

import type { ByteWindow } from "../core/mod.ts";
import {
  ArpHeader,
  EthernetHeader,
  formatIpv4,
  formatMac,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  Ipv4Header,
  Ipv6Header,
  RTE_ARP_OP_REQUEST,
  RTE_ETHER_HDR_LEN,
  RTE_ETHER_TYPE_ARP,
  RTE_ETHER_TYPE_IPV4,
  RTE_ETHER_TYPE_IPV6,
  UdpHeader,
} from "../net/mod.ts";

const PROTOCOLS: Readonly<Record<number, string>> = {
  [IPPROTO_ICMP]: "ICMP",
  [IPPROTO_TCP]: "TCP",
  [IPPROTO_UDP]: "UDP",
  [IPPROTO_ICMPV6]: "ICMPv6",
};

interface Ends {
  readonly from: string;
  readonly to: string;
  readonly protocol: number;
  readonly offset: number;
  readonly fragment: boolean;
}

function transport(packet: ByteWindow, { from, to, protocol, offset, fragment }: Ends): string {
  const name = PROTOCOLS[protocol] ?? `protocol ${protocol}`;
  const ports = protocol === IPPROTO_TCP || protocol === IPPROTO_UDP;
  // Both begin with the same two ports.
  const header = new UdpHeader(packet);
  const where = ports && !fragment && header.at(offset)
    ? `${from}:${header.srcPort} > ${to}:${header.dstPort}`
    : `${from} > ${to}`;
  return `${name} ${where}${fragment ? " (fragment)" : ""}`;
}

function network(packet: ByteWindow, type: number, offset: number): string {
  if (type === RTE_ETHER_TYPE_IPV4) {
    const ip = new Ipv4Header(packet);
    if (!ip.at(offset)) return "IPv4, cut off";
    return transport(packet, {
      from: formatIpv4(ip.srcAddr),
      to: formatIpv4(ip.dstAddr),
      protocol: ip.payloadProto,
      offset: ip.payloadOffset,
      fragment: ip.isFragment,
    });
  }
  if (type === RTE_ETHER_TYPE_IPV6) {
    const ip = new Ipv6Header(packet);
    if (!ip.at(offset)) return "IPv6, cut off";
    return transport(packet, {
      from: `[${ip.srcAddr}]`,
      to: `[${ip.dstAddr}]`,
      protocol: ip.payloadProto,
      offset: ip.payloadOffset,
      fragment: ip.isFragment,
    });
  }
  if (type !== RTE_ETHER_TYPE_ARP) return `type 0x${type.toString(16).padStart(4, "0")}`;
  const arp = new ArpHeader(packet);
  if (!arp.at(offset)) return "ARP, cut off";
  const [sender, target] = [formatIpv4(arp.senderIpv4), formatIpv4(arp.targetIpv4)];
  return arp.opcode === RTE_ARP_OP_REQUEST
    ? `ARP who has ${target}, tell ${sender}`
    : `ARP ${sender} is at ${formatMac(arp.senderMac)}`;
}

/**
 * A packet in words: `UDP 10.0.0.1:53 > 10.0.0.2:4000`; of one that is no IP or ARP, its addresses.
 *
 * @param packet its first segment, or the beginning of it
 */
export function packetSummary(packet: ByteWindow): string {
  if (packet.dataLen < RTE_ETHER_HDR_LEN) return "too short for Ethernet";
  const ether = new EthernetHeader(packet);
  try {
    const inside = network(packet, ether.payloadType, ether.payloadOffset);
    if (!inside.startsWith("type ")) return inside;
    return `${formatMac(ether.srcAddr)} > ${formatMac(ether.dstAddr)}, ${inside}`;
  } catch (error) {
    if (error instanceof RangeError) return "cut off"; // a length in it says more than there is
    throw error;
  }
}

/** The printable text that bytes begin with, up to a NUL; empty when there is none. */
export function textIn(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const text = new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
  // deno-lint-ignore no-control-regex -- these are what is looked for
  return /[\u0000-\u0008\u000e-\u001f\u007f\ufffd]/.test(text) ? "" : text;
}
