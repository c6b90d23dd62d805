/**
 * How rte_ethdev.h lays out a port's configuration, with receive side scaling, traffic classes (DCB) and
 * pools of queues (VMDq). It stands in a file of its own for its size; layout.ts has it all.
 *
 * @module
 */

import type { Abi } from "../abi/mod.ts";
import type { BitField, Constants, Layout, StructLayout } from "../core/mod.ts";
import { moved } from "./moved.ts";

const header = "rte_ethdev.h";

/** Queues by receive side scaling: a bit of the other modes. */
export const RTE_ETH_MQ_RX_RSS_FLAG = 0x1;
/** Queues by traffic class: likewise. */
export const RTE_ETH_MQ_RX_DCB_FLAG = 0x2;
/** Queues in pools: likewise. */
export const RTE_ETH_MQ_RX_VMDQ_FLAG = 0x4;
/** One queue, or what the application does itself. */
export const RTE_ETH_MQ_RX_NONE = 0;
/** Queues by receive side scaling. */
export const RTE_ETH_MQ_RX_RSS = 1;
/** Queues by traffic class. */
export const RTE_ETH_MQ_RX_DCB = 2;
/** Queues of a traffic class by receive side scaling. */
export const RTE_ETH_MQ_RX_DCB_RSS = 3;
/** Pools of queues. */
export const RTE_ETH_MQ_RX_VMDQ_ONLY = 4;
/** Pools, their queues by receive side scaling. */
export const RTE_ETH_MQ_RX_VMDQ_RSS = 5;
/** Pools, their queues by traffic class. */
export const RTE_ETH_MQ_RX_VMDQ_DCB = 6;
/** Pools, their queues by traffic class and receive side scaling. */
export const RTE_ETH_MQ_RX_VMDQ_DCB_RSS = 7;
/** Neither classes nor pools when sending. */
export const RTE_ETH_MQ_TX_NONE = 0;
/** Traffic classes when sending. */
export const RTE_ETH_MQ_TX_DCB = 1;
/** Pools and traffic classes when sending. */
export const RTE_ETH_MQ_TX_VMDQ_DCB = 2;
/** Pools when sending. */
export const RTE_ETH_MQ_TX_VMDQ_ONLY = 3;
/** Priorities of a VLAN tag, each in a traffic class. */
export const RTE_ETH_DCB_NUM_USER_PRIORITIES = 8;
/** Groups of priorities. */
export const RTE_ETH_DCB_PG_SUPPORT = 0x1;
/** Flow control for each priority. */
export const RTE_ETH_DCB_PFC_SUPPORT = 0x2;
/** The most VLANs that are mapped to pools. */
export const RTE_ETH_VMDQ_MAX_VLAN_FILTERS = 64;
/** A pool takes packets without a tag. */
export const RTE_ETH_VMDQ_ACCEPT_UNTAG = 0x01;
/** A pool takes multicast packets whose hash is in the table. */
export const RTE_ETH_VMDQ_ACCEPT_HASH_MC = 0x02;
/** A pool takes unicast packets whose hash is in the table. */
export const RTE_ETH_VMDQ_ACCEPT_HASH_UC = 0x04;
/** A pool takes broadcasts. */
export const RTE_ETH_VMDQ_ACCEPT_BROADCAST = 0x08;
/** A pool takes all multicast packets. */
export const RTE_ETH_VMDQ_ACCEPT_MULTICAST = 0x10;

/** For the comparison with the header. */
export const multiQueueConstants = {
  header,
  values: {
    RTE_ETH_MQ_RX_RSS_FLAG,
    RTE_ETH_MQ_RX_DCB_FLAG,
    RTE_ETH_MQ_RX_VMDQ_FLAG,
    RTE_ETH_MQ_RX_NONE,
    RTE_ETH_MQ_RX_RSS,
    RTE_ETH_MQ_RX_DCB,
    RTE_ETH_MQ_RX_DCB_RSS,
    RTE_ETH_MQ_RX_VMDQ_ONLY,
    RTE_ETH_MQ_RX_VMDQ_RSS,
    RTE_ETH_MQ_RX_VMDQ_DCB,
    RTE_ETH_MQ_RX_VMDQ_DCB_RSS,
    RTE_ETH_MQ_TX_NONE,
    RTE_ETH_MQ_TX_DCB,
    RTE_ETH_MQ_TX_VMDQ_DCB,
    RTE_ETH_MQ_TX_VMDQ_ONLY,
    RTE_ETH_DCB_NUM_USER_PRIORITIES,
    RTE_ETH_DCB_PG_SUPPORT,
    RTE_ETH_DCB_PFC_SUPPORT,
    RTE_ETH_VMDQ_MAX_VLAN_FILTERS,
    RTE_ETH_VMDQ_ACCEPT_UNTAG,
    RTE_ETH_VMDQ_ACCEPT_HASH_MC,
    RTE_ETH_VMDQ_ACCEPT_HASH_UC,
    RTE_ETH_VMDQ_ACCEPT_BROADCAST,
    RTE_ETH_VMDQ_ACCEPT_MULTICAST,
  },
} as const satisfies Constants;

/** `struct rte_eth_dcb_rx_conf`; `struct rte_eth_dcb_tx_conf` has the same. */
export const rte_eth_dcb_rx_conf = {
  type: "struct rte_eth_dcb_rx_conf",
  header,
  size: 12,
  fields: {
    nb_tcs: { offset: 0, size: 4 },
    dcb_tc: { offset: 4, size: 8 },
  },
} as const satisfies StructLayout;

/** `struct rte_eth_vmdq_dcb_tx_conf`; of `struct rte_eth_vmdq_tx_conf` it is the first field alone. */
export const rte_eth_vmdq_dcb_tx_conf = {
  type: "struct rte_eth_vmdq_dcb_tx_conf",
  header,
  size: 12,
  fields: {
    nb_queue_pools: { offset: 0, size: 4 },
    dcb_tc: { offset: 4, size: 8 },
  },
} as const satisfies StructLayout;

/** `struct rte_eth_vmdq_dcb_conf`. A VLAN of `pool_map` takes 16 bytes. */
export const rte_eth_vmdq_dcb_conf = {
  type: "struct rte_eth_vmdq_dcb_conf",
  header,
  size: 1040,
  fields: {
    nb_queue_pools: { offset: 0, size: 4 },
    enable_default_pool: { offset: 4, size: 1 },
    default_pool: { offset: 5, size: 1 },
    nb_pool_maps: { offset: 6, size: 1 },
    pool_map: { offset: 8, size: 1024 },
    vlan_id: { offset: 8, size: 2, path: "pool_map[0].vlan_id" },
    pools: { offset: 16, size: 8, path: "pool_map[0].pools" },
    pool_map_1: { offset: 24, size: 16, path: "pool_map[1]" },
    dcb_tc: { offset: 1032, size: 8 },
  },
} as const satisfies StructLayout;

/** `struct rte_eth_vmdq_rx_conf`. A VLAN of `pool_map` takes 16 bytes. */
export const rte_eth_vmdq_rx_conf = {
  type: "struct rte_eth_vmdq_rx_conf",
  header,
  size: 1040,
  fields: {
    nb_queue_pools: { offset: 0, size: 4 },
    enable_default_pool: { offset: 4, size: 1 },
    default_pool: { offset: 5, size: 1 },
    enable_loop_back: { offset: 6, size: 1 },
    nb_pool_maps: { offset: 7, size: 1 },
    rx_mode: { offset: 8, size: 4 },
    pool_map: { offset: 16, size: 1024 },
    vlan_id: { offset: 16, size: 2, path: "pool_map[0].vlan_id" },
    pools: { offset: 24, size: 8, path: "pool_map[0].pools" },
    pool_map_1: { offset: 32, size: 16, path: "pool_map[1]" },
  },
} as const satisfies StructLayout;

/** Fields of {@linkcode rte_eth_rss_conf}. */
export type RssConfField = "rss_key" | "rss_key_len" | "rss_hf";

/** `struct rte_eth_rss_conf`. From 24.11 on, `algorithm` follows; 0 leaves it to the driver. */
export function rte_eth_rss_conf(abi: Abi): Layout<RssConfField> {
  return {
    type: "struct rte_eth_rss_conf",
    header,
    size: abi.number === 23 ? 24 : 32,
    fields: {
      rss_key: { offset: 0, size: 8 },
      rss_key_len: { offset: 8, size: 1 },
      rss_hf: { offset: 16, size: 8 },
    },
  };
}

/** Fields of {@linkcode rte_eth_conf}. */
export type ConfField =
  | ("link_speeds" | "rx_mq_mode" | "mtu" | "max_lro_pkt_size" | "rx_offloads")
  | ("tx_mq_mode" | "tx_offloads" | "lpbk_mode" | "rss_conf" | "intr_conf")
  | ("vmdq_dcb_conf" | "dcb_rx_conf" | "vmdq_rx_conf" | "vmdq_dcb_tx_conf" | "dcb_capability_en");

/** Bit-fields of {@linkcode rte_eth_conf}: what is reported by interrupts. */
export type InterruptField = "lsc" | "rxq" | "rmv";

/** `struct rte_eth_conf`. */
export function rte_eth_conf(
  abi: Abi,
): Layout<ConfField> & { readonly bits: Readonly<Record<InterruptField, BitField>> } {
  const interrupts = moved(abi, 2264, 2272, 4);
  const interrupt = (name: InterruptField, shift: number): BitField => ({
    ...interrupts,
    shift,
    bits: 1,
    path: `intr_conf.${name}`,
  });
  return {
    type: "struct rte_eth_conf",
    header,
    size: abi.number === 23 ? 2272 : 2280,
    fields: {
      link_speeds: { offset: 0, size: 4 },
      rx_mq_mode: { offset: 8, size: 4, path: "rxmode.mq_mode" },
      mtu: { offset: 12, size: 4, path: "rxmode.mtu" },
      max_lro_pkt_size: { offset: 16, size: 4, path: "rxmode.max_lro_pkt_size" },
      rx_offloads: { offset: 24, size: 8, path: "rxmode.offloads" },
      tx_mq_mode: { offset: 64, size: 4, path: "txmode.mq_mode" },
      tx_offloads: { offset: 72, size: 8, path: "txmode.offloads" },
      lpbk_mode: { offset: 120, size: 4 },
      rss_conf: {
        offset: 128,
        size: rte_eth_rss_conf(abi).size,
        path: "rx_adv_conf.rss_conf",
      },
      vmdq_dcb_conf: { ...moved(abi, 152, 160, 1040), path: "rx_adv_conf.vmdq_dcb_conf" },
      dcb_rx_conf: { ...moved(abi, 1192, 1200, 12), path: "rx_adv_conf.dcb_rx_conf" },
      vmdq_rx_conf: { ...moved(abi, 1208, 1216, 1040), path: "rx_adv_conf.vmdq_rx_conf" },
      vmdq_dcb_tx_conf: { ...moved(abi, 2248, 2256, 12), path: "tx_adv_conf.vmdq_dcb_tx_conf" },
      dcb_capability_en: moved(abi, 2260, 2268, 4),
      intr_conf: interrupts,
    },
    bits: { lsc: interrupt("lsc", 0), rxq: interrupt("rxq", 1), rmv: interrupt("rmv", 2) },
  };
}
