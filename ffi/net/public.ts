/**
 * Packet headers, read and written in place.
 *
 * This is what scripts import; `mod.ts` beside it is the door for the other folders.
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
export {
  IPPROTO_AH,
  IPPROTO_DSTOPTS,
  IPPROTO_ESP,
  IPPROTO_FRAGMENT,
  IPPROTO_GRE,
  IPPROTO_HOPOPTS,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_NONE,
  IPPROTO_ROUTING,
  IPPROTO_SCTP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  RTE_ARP_HRD_ETHER,
  RTE_ARP_OP_REPLY,
  RTE_ARP_OP_REQUEST,
  RTE_ARP_OP_REVREPLY,
  RTE_ARP_OP_REVREQUEST,
  RTE_ETHER_ADDR_LEN,
  RTE_ETHER_CRC_LEN,
  RTE_ETHER_GROUP_ADDR,
  RTE_ETHER_HDR_LEN,
  RTE_ETHER_LOCAL_ADMIN_ADDR,
  RTE_ETHER_MAX_LEN,
  RTE_ETHER_MIN_LEN,
  RTE_ETHER_MTU,
  RTE_ETHER_TYPE_1588,
  RTE_ETHER_TYPE_ARP,
  RTE_ETHER_TYPE_IPV4,
  RTE_ETHER_TYPE_IPV6,
  RTE_ETHER_TYPE_LLDP,
  RTE_ETHER_TYPE_MPLS,
  RTE_ETHER_TYPE_QINQ,
  RTE_ETHER_TYPE_RARP,
  RTE_ETHER_TYPE_SLOW,
  RTE_ETHER_TYPE_VLAN,
  RTE_IP_ICMP_ECHO_REPLY,
  RTE_IP_ICMP_ECHO_REQUEST,
  RTE_IPV4_HDR_DF_FLAG,
  RTE_IPV4_HDR_MF_FLAG,
  RTE_IPV4_HDR_OFFSET_MASK,
  RTE_IPV4_HDR_OFFSET_UNITS,
  RTE_IPV4_IHL_MULTIPLIER,
  RTE_IPV4_MIN_IHL,
  RTE_IPV6_EHDR_FO_SHIFT,
  RTE_IPV6_EHDR_MF_MASK,
  RTE_TCP_ACK_FLAG,
  RTE_TCP_CWR_FLAG,
  RTE_TCP_ECE_FLAG,
  RTE_TCP_FIN_FLAG,
  RTE_TCP_PSH_FLAG,
  RTE_TCP_RST_FLAG,
  RTE_TCP_SYN_FLAG,
  RTE_TCP_URG_FLAG,
  RTE_VLAN_DEI_MASK,
  RTE_VLAN_HLEN,
  RTE_VLAN_ID_MASK,
  RTE_VLAN_PRI_SHIFT,
} from "./layout.ts";
export { TcpHeader } from "./tcp.ts";
export { formatIpv4, formatMac, parseIpv4, parseMac } from "./text.ts";
export { UdpHeader } from "./udp.ts";
export { VlanHeader } from "./vlan.ts";
