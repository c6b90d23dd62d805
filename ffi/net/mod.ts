/**
 * Packet headers, read and written in place.
 *
 * @module
 */

export { ArpHeader } from "./arp.ts";
export { rawChecksum } from "./checksum.ts";
export { EthernetHeader } from "./ethernet.ts";
export { Header } from "./header.ts";
export { IcmpHeader } from "./icmp.ts";
export { Ipv4Header } from "./ipv4.ts";
export { Ipv6Header } from "./ipv6.ts";
export { formatIpv6, parseIpv6 } from "./ipv6_text.ts";
export * from "./layout.ts";
export { TcpHeader } from "./tcp.ts";
export { formatIpv4, formatMac, parseIpv4, parseMac } from "./text.ts";
export { UdpHeader } from "./udp.ts";
export { VlanHeader } from "./vlan.ts";
