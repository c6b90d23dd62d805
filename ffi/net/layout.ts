/**
 * What librte_net's headers lay out; alike in 22.11, 24.11 and 25.11.
 *
 * Packets hold all of it in network byte order. The bit-fields that newer headers add to some
 * structs have no offsets; the classes take those bits out of the bytes that hold them.
 *
 * @module
 */

import type { Constants, StructLayout } from "../core/mod.ts";

/** `struct rte_ether_hdr`. */
export const rte_ether_hdr = {
  type: "struct rte_ether_hdr",
  header: "rte_ether.h",
  size: 14,
  fields: {
    dst_addr: { offset: 0, size: 6 },
    src_addr: { offset: 6, size: 6 },
    ether_type: { offset: 12, size: 2 },
  },
} as const satisfies StructLayout;

/** `struct rte_vlan_hdr`: what follows an EtherType that says VLAN. */
export const rte_vlan_hdr = {
  type: "struct rte_vlan_hdr",
  header: "rte_ether.h",
  size: 4,
  fields: {
    vlan_tci: { offset: 0, size: 2 },
    eth_proto: { offset: 2, size: 2 },
  },
} as const satisfies StructLayout;

/** `struct rte_arp_hdr` with its `struct rte_arp_ipv4`. */
export const rte_arp_hdr = {
  type: "struct rte_arp_hdr",
  header: "rte_arp.h",
  size: 28,
  fields: {
    arp_hardware: { offset: 0, size: 2 },
    arp_protocol: { offset: 2, size: 2 },
    arp_hlen: { offset: 4, size: 1 },
    arp_plen: { offset: 5, size: 1 },
    arp_opcode: { offset: 6, size: 2 },
    arp_sha: { offset: 8, size: 6, path: "arp_data.arp_sha" },
    arp_sip: { offset: 14, size: 4, path: "arp_data.arp_sip" },
    arp_tha: { offset: 18, size: 6, path: "arp_data.arp_tha" },
    arp_tip: { offset: 24, size: 4, path: "arp_data.arp_tip" },
  },
} as const satisfies StructLayout;

/** `struct rte_ipv4_hdr`; options may follow it. */
export const rte_ipv4_hdr = {
  type: "struct rte_ipv4_hdr",
  header: "rte_ip.h",
  size: 20,
  fields: {
    version_ihl: { offset: 0, size: 1 },
    type_of_service: { offset: 1, size: 1 },
    total_length: { offset: 2, size: 2 },
    packet_id: { offset: 4, size: 2 },
    fragment_offset: { offset: 6, size: 2 },
    time_to_live: { offset: 8, size: 1 },
    next_proto_id: { offset: 9, size: 1 },
    hdr_checksum: { offset: 10, size: 2 },
    src_addr: { offset: 12, size: 4 },
    dst_addr: { offset: 16, size: 4 },
  },
} as const satisfies StructLayout;

/** `struct rte_ipv6_hdr`; an address is 16 bytes in 22.11, and a struct of them later. */
export const rte_ipv6_hdr = {
  type: "struct rte_ipv6_hdr",
  header: "rte_ip.h",
  size: 40,
  fields: {
    vtc_flow: { offset: 0, size: 4 },
    payload_len: { offset: 4, size: 2 },
    proto: { offset: 6, size: 1 },
    hop_limits: { offset: 7, size: 1 },
    src_addr: { offset: 8, size: 16 },
    dst_addr: { offset: 24, size: 16 },
  },
} as const satisfies StructLayout;

/** `struct rte_ipv6_fragment_ext`: the extension header of a fragment. */
export const rte_ipv6_fragment_ext = {
  type: "struct rte_ipv6_fragment_ext",
  header: "rte_ip.h",
  size: 8,
  fields: {
    next_header: { offset: 0, size: 1 },
    frag_data: { offset: 2, size: 2 },
    id: { offset: 4, size: 4 },
  },
} as const satisfies StructLayout;

/** `struct rte_udp_hdr`. */
export const rte_udp_hdr = {
  type: "struct rte_udp_hdr",
  header: "rte_udp.h",
  size: 8,
  fields: {
    src_port: { offset: 0, size: 2 },
    dst_port: { offset: 2, size: 2 },
    dgram_len: { offset: 4, size: 2 },
    dgram_cksum: { offset: 6, size: 2 },
  },
} as const satisfies StructLayout;

/** `struct rte_tcp_hdr`; options may follow it. */
export const rte_tcp_hdr = {
  type: "struct rte_tcp_hdr",
  header: "rte_tcp.h",
  size: 20,
  fields: {
    src_port: { offset: 0, size: 2 },
    dst_port: { offset: 2, size: 2 },
    sent_seq: { offset: 4, size: 4 },
    recv_ack: { offset: 8, size: 4 },
    data_off: { offset: 12, size: 1 },
    tcp_flags: { offset: 13, size: 1 },
    rx_win: { offset: 14, size: 2 },
    cksum: { offset: 16, size: 2 },
    tcp_urp: { offset: 18, size: 2 },
  },
} as const satisfies StructLayout;

/** `struct rte_icmp_hdr`. */
export const rte_icmp_hdr = {
  type: "struct rte_icmp_hdr",
  header: "rte_icmp.h",
  size: 8,
  fields: {
    icmp_type: { offset: 0, size: 1 },
    icmp_code: { offset: 1, size: 1 },
    icmp_cksum: { offset: 2, size: 2 },
    icmp_ident: { offset: 4, size: 2 },
    icmp_seq_nb: { offset: 6, size: 2 },
  },
} as const satisfies StructLayout;

/** Bytes of a MAC address. */
export const RTE_ETHER_ADDR_LEN = 6;
/** Bytes of an Ethernet header. */
export const RTE_ETHER_HDR_LEN = 14;
/** Bytes of an Ethernet frame's checksum, which a received packet does not have. */
export const RTE_ETHER_CRC_LEN = 4;
/** The shortest Ethernet frame, in bytes, with its checksum. */
export const RTE_ETHER_MIN_LEN = 64;
/** The longest Ethernet frame, in bytes, with its checksum; jumbo frames are longer. */
export const RTE_ETHER_MAX_LEN = 1518;
/** The most bytes that an Ethernet frame carries. */
export const RTE_ETHER_MTU = 1500;
/** The bit of a MAC address's first byte that says it was assigned locally. */
export const RTE_ETHER_LOCAL_ADMIN_ADDR = 0x02;
/** The bit of a MAC address's first byte that says multicast or broadcast. */
export const RTE_ETHER_GROUP_ADDR = 0x01;
/** Bytes of a VLAN tag. */
export const RTE_VLAN_HLEN = 4;
/** The VLAN identifier's bits of a tag. */
export const RTE_VLAN_ID_MASK = 0x0fff;
/** The drop eligible indicator's bit of a tag. */
export const RTE_VLAN_DEI_MASK = 0x1000;
/** Where in a tag the priority begins. */
export const RTE_VLAN_PRI_SHIFT = 13;

/** EtherType: IPv4. */
export const RTE_ETHER_TYPE_IPV4 = 0x0800;
/** EtherType: IPv6. */
export const RTE_ETHER_TYPE_IPV6 = 0x86dd;
/** EtherType: ARP. */
export const RTE_ETHER_TYPE_ARP = 0x0806;
/** EtherType: reverse ARP. */
export const RTE_ETHER_TYPE_RARP = 0x8035;
/** EtherType: a VLAN tag follows (802.1Q). */
export const RTE_ETHER_TYPE_VLAN = 0x8100;
/** EtherType: an outer VLAN tag follows (802.1ad). */
export const RTE_ETHER_TYPE_QINQ = 0x88a8;
/** EtherType: precise time protocol. */
export const RTE_ETHER_TYPE_1588 = 0x88f7;
/** EtherType: LACP and marker. */
export const RTE_ETHER_TYPE_SLOW = 0x8809;
/** EtherType: LLDP. */
export const RTE_ETHER_TYPE_LLDP = 0x88cc;
/** EtherType: MPLS. */
export const RTE_ETHER_TYPE_MPLS = 0x8847;

/** For the comparison with the headers. */
export const etherConstants = {
  header: "rte_ether.h",
  values: {
    RTE_ETHER_ADDR_LEN,
    RTE_ETHER_HDR_LEN,
    RTE_ETHER_CRC_LEN,
    RTE_ETHER_MIN_LEN,
    RTE_ETHER_MAX_LEN,
    RTE_ETHER_MTU,
    RTE_ETHER_LOCAL_ADMIN_ADDR,
    RTE_ETHER_GROUP_ADDR,
    RTE_VLAN_HLEN,
    RTE_VLAN_ID_MASK,
    RTE_VLAN_DEI_MASK,
    RTE_VLAN_PRI_SHIFT,
    RTE_ETHER_TYPE_IPV4,
    RTE_ETHER_TYPE_IPV6,
    RTE_ETHER_TYPE_ARP,
    RTE_ETHER_TYPE_RARP,
    RTE_ETHER_TYPE_VLAN,
    RTE_ETHER_TYPE_QINQ,
    RTE_ETHER_TYPE_1588,
    RTE_ETHER_TYPE_SLOW,
    RTE_ETHER_TYPE_LLDP,
    RTE_ETHER_TYPE_MPLS,
  },
} as const satisfies Constants;

/** ARP hardware type: Ethernet. */
export const RTE_ARP_HRD_ETHER = 1;
/** ARP opcode: who has the target's IPv4 address? */
export const RTE_ARP_OP_REQUEST = 1;
/** ARP opcode: the sender has it. */
export const RTE_ARP_OP_REPLY = 2;
/** ARP opcode: reverse request, for the IPv4 address of a MAC address. */
export const RTE_ARP_OP_REVREQUEST = 3;
/** ARP opcode: reverse reply. */
export const RTE_ARP_OP_REVREPLY = 4;

/** For the comparison with the headers. */
export const arpConstants = {
  header: "rte_arp.h",
  values: {
    RTE_ARP_HRD_ETHER,
    RTE_ARP_OP_REQUEST,
    RTE_ARP_OP_REPLY,
    RTE_ARP_OP_REVREQUEST,
    RTE_ARP_OP_REVREPLY,
  },
} as const satisfies Constants;

/** The smallest `ihl`: a header without options has 5 words of 4 bytes. */
export const RTE_IPV4_MIN_IHL = 5;
/** Bytes that `ihl` counts by. */
export const RTE_IPV4_IHL_MULTIPLIER = 4;
/** The don't-fragment bit of `fragment_offset`. */
export const RTE_IPV4_HDR_DF_FLAG = 0x4000;
/** The more-fragments bit of `fragment_offset`. */
export const RTE_IPV4_HDR_MF_FLAG = 0x2000;
/** The offset's bits of `fragment_offset`. */
export const RTE_IPV4_HDR_OFFSET_MASK = 0x1fff;
/** Bytes that a fragment's offset counts by. */
export const RTE_IPV4_HDR_OFFSET_UNITS = 8;
/** The more-fragments bit of an IPv6 fragment's `frag_data`. */
export const RTE_IPV6_EHDR_MF_MASK = 1;
/** Where the offset begins in an IPv6 fragment's `frag_data`. */
export const RTE_IPV6_EHDR_FO_SHIFT = 3;

/** Protocol: IPv6 hop-by-hop options, an extension header. */
export const IPPROTO_HOPOPTS = 0;
/** Protocol: ICMP. */
export const IPPROTO_ICMP = 1;
/** Protocol: TCP. */
export const IPPROTO_TCP = 6;
/** Protocol: UDP. */
export const IPPROTO_UDP = 17;
/** Protocol: IPv6 routing, an extension header. */
export const IPPROTO_ROUTING = 43;
/** Protocol: IPv6 fragment, an extension header. */
export const IPPROTO_FRAGMENT = 44;
/** Protocol: GRE. */
export const IPPROTO_GRE = 47;
/** Protocol: encrypted payload (IPsec). */
export const IPPROTO_ESP = 50;
/** Protocol: authentication header (IPsec), an extension header. */
export const IPPROTO_AH = 51;
/** Protocol: ICMPv6. */
export const IPPROTO_ICMPV6 = 58;
/** Protocol: nothing follows. */
export const IPPROTO_NONE = 59;
/** Protocol: IPv6 destination options, an extension header. */
export const IPPROTO_DSTOPTS = 60;
/** Protocol: SCTP. */
export const IPPROTO_SCTP = 132;

/** For the comparison with the headers; `IPPROTO_*` are those of libc, which `rte_ip.h` includes. */
export const ipConstants = {
  header: "rte_ip.h",
  values: {
    RTE_IPV4_MIN_IHL,
    RTE_IPV4_IHL_MULTIPLIER,
    RTE_IPV4_HDR_DF_FLAG,
    RTE_IPV4_HDR_MF_FLAG,
    RTE_IPV4_HDR_OFFSET_MASK,
    RTE_IPV4_HDR_OFFSET_UNITS,
    RTE_IPV6_EHDR_MF_MASK,
    RTE_IPV6_EHDR_FO_SHIFT,
    IPPROTO_HOPOPTS,
    IPPROTO_ICMP,
    IPPROTO_TCP,
    IPPROTO_UDP,
    IPPROTO_ROUTING,
    IPPROTO_FRAGMENT,
    IPPROTO_GRE,
    IPPROTO_ESP,
    IPPROTO_AH,
    IPPROTO_ICMPV6,
    IPPROTO_NONE,
    IPPROTO_DSTOPTS,
    IPPROTO_SCTP,
  },
} as const satisfies Constants;

/** TCP flag: congestion window reduced. */
export const RTE_TCP_CWR_FLAG = 0x80;
/** TCP flag: ECN echo. */
export const RTE_TCP_ECE_FLAG = 0x40;
/** TCP flag: the urgent pointer counts. */
export const RTE_TCP_URG_FLAG = 0x20;
/** TCP flag: the acknowledgment number counts. */
export const RTE_TCP_ACK_FLAG = 0x10;
/** TCP flag: push. */
export const RTE_TCP_PSH_FLAG = 0x08;
/** TCP flag: reset. */
export const RTE_TCP_RST_FLAG = 0x04;
/** TCP flag: synchronize sequence numbers. */
export const RTE_TCP_SYN_FLAG = 0x02;
/** TCP flag: the sender is done. */
export const RTE_TCP_FIN_FLAG = 0x01;

/** For the comparison with the headers. */
export const tcpConstants = {
  header: "rte_tcp.h",
  values: {
    RTE_TCP_CWR_FLAG,
    RTE_TCP_ECE_FLAG,
    RTE_TCP_URG_FLAG,
    RTE_TCP_ACK_FLAG,
    RTE_TCP_PSH_FLAG,
    RTE_TCP_RST_FLAG,
    RTE_TCP_SYN_FLAG,
    RTE_TCP_FIN_FLAG,
  },
} as const satisfies Constants;

/** ICMP type: echo reply; newer headers prefer `RTE_ICMP_TYPE_ECHO_REPLY`. */
export const RTE_IP_ICMP_ECHO_REPLY = 0;
/** ICMP type: echo request; newer headers prefer `RTE_ICMP_TYPE_ECHO_REQUEST`. */
export const RTE_IP_ICMP_ECHO_REQUEST = 8;

/** For the comparison with the headers; the names are those that all releases know. */
export const icmpConstants = {
  header: "rte_icmp.h",
  values: { RTE_IP_ICMP_ECHO_REPLY, RTE_IP_ICMP_ECHO_REQUEST },
} as const satisfies Constants;
