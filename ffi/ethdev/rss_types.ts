/**
 * What receive side scaling can hash, by name: the `RTE_ETH_RSS_*` of rte_ethdev.h without their
 * prefix. DPDK has no function that names them.
 *
 * @module
 */

import type { Abi } from "../abi/mod.ts";

/** Packet types and options, each by its one bit, in all releases. */
const SINGLE = {
  IPV4: 2,
  FRAG_IPV4: 3,
  NONFRAG_IPV4_TCP: 4,
  NONFRAG_IPV4_UDP: 5,
  NONFRAG_IPV4_SCTP: 6,
  NONFRAG_IPV4_OTHER: 7,
  IPV6: 8,
  FRAG_IPV6: 9,
  NONFRAG_IPV6_TCP: 10,
  NONFRAG_IPV6_UDP: 11,
  NONFRAG_IPV6_SCTP: 12,
  NONFRAG_IPV6_OTHER: 13,
  L2_PAYLOAD: 14,
  IPV6_EX: 15,
  IPV6_TCP_EX: 16,
  IPV6_UDP_EX: 17,
  PORT: 18,
  VXLAN: 19,
  GENEVE: 20,
  NVGRE: 21,
  GTPU: 23,
  ETH: 24,
  S_VLAN: 25,
  C_VLAN: 26,
  ESP: 27,
  AH: 28,
  L2TPV3: 29,
  PFCP: 30,
  PPPOE: 31,
  ECPRI: 32,
  MPLS: 33,
  IPV4_CHKSUM: 34,
  L4_CHKSUM: 35,
  L2TPV2: 36,
  LEVEL_OUTERMOST: 50,
  LEVEL_INNERMOST: 51,
  L3_PRE96: 52,
  L3_PRE64: 53,
  L3_PRE56: 54,
  L3_PRE48: 55,
  L3_PRE40: 56,
  L3_PRE32: 57,
  L2_DST_ONLY: 58,
  L2_SRC_ONLY: 59,
  L4_DST_ONLY: 60,
  L4_SRC_ONLY: 61,
  L3_DST_ONLY: 62,
  L3_SRC_ONLY: 63,
} as const;

/** What came later, with the ABI that brought it. */
const LATER = {
  IPV6_FLOW_LABEL: { abi: 25, bit: 37 },
  IB_BTH: { abi: 26, bit: 38 },
} as const;

/** Several types under one name. */
const COMBINED = {
  IP: [
    "IPV4",
    "FRAG_IPV4",
    "NONFRAG_IPV4_OTHER",
    "IPV6",
    "FRAG_IPV6",
    "NONFRAG_IPV6_OTHER",
    "IPV6_EX",
  ],
  UDP: ["NONFRAG_IPV4_UDP", "NONFRAG_IPV6_UDP", "IPV6_UDP_EX"],
  TCP: ["NONFRAG_IPV4_TCP", "NONFRAG_IPV6_TCP", "IPV6_TCP_EX"],
  SCTP: ["NONFRAG_IPV4_SCTP", "NONFRAG_IPV6_SCTP"],
  TUNNEL: ["VXLAN", "GENEVE", "NVGRE"],
  VLAN: ["S_VLAN", "C_VLAN"],
} as const;

/**
 * Names of the tables, for the types below.
 *
 * @internal
 */
type Single = keyof typeof SINGLE;
/** @internal */
type Later = keyof typeof LATER;
/** @internal */
type Combined = keyof typeof COMBINED;

/** A packet type or an option of receive side scaling: `RTE_ETH_RSS_NONFRAG_IPV4_UDP` and others. */
export type RssType = Single | Later;

/** An {@linkcode RssType}, or several under one name: `RTE_ETH_RSS_IP`, `RTE_ETH_RSS_UDP`, ... */
export type RssFunction = RssType | Combined;

/** The single ones of a release, each by its bit's number. */
function singles(abi: Abi): Record<string, number> {
  const later = Object.entries(LATER).filter(([, { abi: since }]) => abi.number >= since);
  return { ...SINGLE, ...Object.fromEntries(later.map(([name, { bit }]) => [name, bit])) };
}

/** All that a release has, by name: the single ones and the combined. */
export function rssFunctions(abi: Abi): Readonly<Record<string, bigint>> {
  const bits: Record<string, bigint> = {};
  for (const [name, bit] of Object.entries(singles(abi))) bits[name] = 1n << BigInt(bit);
  for (const [name, parts] of Object.entries(COMBINED)) {
    bits[name] = parts.reduce((sum, part) => sum | bits[part]!, 0n);
  }
  return bits;
}

/** The names of the bits that are set. A bit that the release has no name for is `bit 40`. */
export function rssNames(bits: bigint, abi: Abi): string[] {
  const names = new Map(Object.entries(singles(abi)).map(([name, bit]) => [bit, name]));
  return Array.from({ length: 64 }, (_, bit) => bit)
    .filter((bit) => ((bits >> BigInt(bit)) & 1n) === 1n)
    .map((bit) => names.get(bit) ?? `bit ${bit}`);
}
