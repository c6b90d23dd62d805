/**
 * What rte_ethdev.h lays out. From 22.11 to 24.11 `struct rte_eth_rss_conf` got an algorithm, the
 * device info a largest buffer, and the fast path's functions another order; 25.11 has no counters
 * of queues in `struct rte_eth_stats`.
 *
 * @module
 */

import type { Abi } from "../abi/mod.ts";
import type { Field, Layout, StructLayout } from "../core/mod.ts";
import { moved } from "./moved.ts";

export * from "./constants.ts";
export * from "./conf_layout.ts";

const header = "rte_ethdev.h";

/** `struct rte_eth_rxconf`: how a receive queue is set up. */
export const rte_eth_rxconf = {
  type: "struct rte_eth_rxconf",
  header,
  size: 80,
  fields: {
    pthresh: { offset: 0, size: 1, path: "rx_thresh.pthresh" },
    hthresh: { offset: 1, size: 1, path: "rx_thresh.hthresh" },
    wthresh: { offset: 2, size: 1, path: "rx_thresh.wthresh" },
    rx_free_thresh: { offset: 4, size: 2 },
    rx_drop_en: { offset: 6, size: 1 },
    rx_deferred_start: { offset: 7, size: 1 },
    rx_nseg: { offset: 8, size: 2 },
    offloads: { offset: 16, size: 8 },
    rx_nmempool: { offset: 40, size: 2 },
  },
} as const satisfies StructLayout;

/** `struct rte_eth_txconf`: how a transmit queue is set up. */
export const rte_eth_txconf = {
  type: "struct rte_eth_txconf",
  header,
  size: 56,
  fields: {
    pthresh: { offset: 0, size: 1, path: "tx_thresh.pthresh" },
    hthresh: { offset: 1, size: 1, path: "tx_thresh.hthresh" },
    wthresh: { offset: 2, size: 1, path: "tx_thresh.wthresh" },
    tx_rs_thresh: { offset: 4, size: 2 },
    tx_free_thresh: { offset: 6, size: 2 },
    tx_deferred_start: { offset: 8, size: 1 },
    offloads: { offset: 16, size: 8 },
  },
} as const satisfies StructLayout;

/** `struct rte_eth_desc_lim`: how many descriptors a queue may have. */
export const rte_eth_desc_lim = {
  type: "struct rte_eth_desc_lim",
  header,
  size: 10,
  fields: {
    nb_max: { offset: 0, size: 2 },
    nb_min: { offset: 2, size: 2 },
    nb_align: { offset: 4, size: 2 },
    nb_seg_max: { offset: 6, size: 2 },
    nb_mtu_seg_max: { offset: 8, size: 2 },
  },
} as const satisfies StructLayout;

/** `struct rte_eth_dev_portconf`: what a driver does best with. */
export const rte_eth_dev_portconf = {
  type: "struct rte_eth_dev_portconf",
  header,
  size: 6,
  fields: {
    burst_size: { offset: 0, size: 2 },
    ring_size: { offset: 2, size: 2 },
    nb_queues: { offset: 4, size: 2 },
  },
} as const satisfies StructLayout;

/** Fields of {@linkcode rte_eth_dev_info}. */
export type DevInfoField =
  | ("device" | "driver_name" | "if_index" | "min_mtu" | "max_mtu" | "dev_flags")
  | ("min_rx_bufsize" | "max_rx_pktlen" | "max_lro_pkt_size" | "max_rx_queues" | "max_tx_queues")
  | (
    | "max_mac_addrs"
    | "max_vfs"
    | "max_vmdq_pools"
    | "rx_offload_capa"
    | "tx_offload_capa"
    | "rx_queue_offload_capa"
  )
  | ("tx_queue_offload_capa" | "reta_size" | "hash_key_size" | "flow_type_rss_offloads")
  | ("default_rxconf" | "default_txconf" | "rx_desc_lim" | "tx_desc_lim" | "speed_capa")
  | ("nb_rx_queues" | "nb_tx_queues" | "default_rxportconf" | "default_txportconf" | "dev_capa");

/** `struct rte_eth_dev_info`. */
export function rte_eth_dev_info(abi: Abi): Layout<DevInfoField> {
  return {
    type: "struct rte_eth_dev_info",
    header,
    size: 376,
    fields: {
      device: { offset: 0, size: 8 },
      driver_name: { offset: 8, size: 8 },
      if_index: { offset: 16, size: 4 },
      min_mtu: { offset: 20, size: 2 },
      max_mtu: { offset: 22, size: 2 },
      dev_flags: { offset: 24, size: 8 },
      min_rx_bufsize: { offset: 32, size: 4 },
      max_rx_pktlen: moved(abi, 36, 40, 4),
      max_lro_pkt_size: moved(abi, 40, 44, 4),
      max_rx_queues: moved(abi, 44, 48, 2),
      max_tx_queues: moved(abi, 46, 50, 2),
      max_mac_addrs: moved(abi, 48, 52, 4),
      max_vfs: moved(abi, 56, 60, 2),
      max_vmdq_pools: moved(abi, 58, 62, 2),
      rx_offload_capa: { offset: 72, size: 8 },
      tx_offload_capa: { offset: 80, size: 8 },
      rx_queue_offload_capa: { offset: 88, size: 8 },
      tx_queue_offload_capa: { offset: 96, size: 8 },
      reta_size: { offset: 104, size: 2 },
      hash_key_size: { offset: 106, size: 1 },
      flow_type_rss_offloads: { offset: 112, size: 8 },
      default_rxconf: { offset: 120, size: 80 },
      default_txconf: { offset: 200, size: 56 },
      rx_desc_lim: { offset: 262, size: 10 },
      tx_desc_lim: { offset: 272, size: 10 },
      speed_capa: { offset: 284, size: 4 },
      nb_rx_queues: { offset: 288, size: 2 },
      nb_tx_queues: { offset: 290, size: 2 },
      default_rxportconf: { offset: 294, size: 6 },
      default_txportconf: { offset: 300, size: 6 },
      dev_capa: { offset: 312, size: 8 },
    },
  };
}

const QUEUE_COUNTERS = ["q_ipackets", "q_opackets", "q_ibytes", "q_obytes", "q_errors"] as const;

/** Fields of {@linkcode rte_eth_stats} that all releases have. */
export type StatsField =
  | ("ipackets" | "opackets" | "ibytes" | "obytes" | "imissed" | "ierrors" | "oerrors")
  | "rx_nombuf";

/** Counters of queues in {@linkcode rte_eth_stats}, up to 24.11. */
export type QueueStatsField = (typeof QUEUE_COUNTERS)[number];

/** `struct rte_eth_stats`: 25.11 has no counters of queues. */
export function rte_eth_stats(
  abi: Abi,
): StructLayout & {
  readonly fields: Record<StatsField, Field> & Partial<Record<QueueStatsField, Field>>;
} {
  const counter = (i: number): Field => ({ offset: 8 * i, size: 8 });
  const queues = QUEUE_COUNTERS.map((name, i) =>
    [name, { offset: 64 + 128 * i, size: 128 }] as const
  );
  return {
    type: "struct rte_eth_stats",
    header,
    size: abi.number === 26 ? 64 : 704,
    fields: {
      ipackets: counter(0),
      opackets: counter(1),
      ibytes: counter(2),
      obytes: counter(3),
      imissed: counter(4),
      ierrors: counter(5),
      oerrors: counter(6),
      rx_nombuf: counter(7),
      ...(abi.number === 26 ? {} : Object.fromEntries(queues)),
    },
  };
}

/** `struct rte_eth_xstat`: an extended counter. */
export const rte_eth_xstat = {
  type: "struct rte_eth_xstat",
  header,
  size: 16,
  fields: {
    id: { offset: 0, size: 8 },
    value: { offset: 8, size: 8 },
  },
} as const satisfies StructLayout;

/** `struct rte_eth_xstat_name`. */
export const rte_eth_xstat_name = {
  type: "struct rte_eth_xstat_name",
  header,
  size: 64,
  fields: {
    name: { offset: 0, size: 64 },
  },
} as const satisfies StructLayout;

/** `struct rte_eth_link`. Behind the speed are bit-fields; from 25.11 on, others follow these. */
export const rte_eth_link = {
  type: "struct rte_eth_link",
  header,
  size: 8,
  fields: {
    link_speed: { offset: 0, size: 4 },
  },
  bits: {
    link_duplex: { offset: 4, size: 2, shift: 0, bits: 1 },
    link_autoneg: { offset: 4, size: 2, shift: 1, bits: 1 },
    link_status: { offset: 4, size: 2, shift: 2, bits: 1 },
  },
} as const satisfies StructLayout;

/** `struct rte_eth_rxq_info`. */
export const rte_eth_rxq_info = {
  type: "struct rte_eth_rxq_info",
  header,
  size: 128,
  fields: {
    mp: { offset: 0, size: 8 },
    conf: { offset: 8, size: 80 },
    scattered_rx: { offset: 88, size: 1 },
    queue_state: { offset: 89, size: 1 },
    nb_desc: { offset: 90, size: 2 },
    rx_buf_size: { offset: 92, size: 2 },
  },
} as const satisfies StructLayout;

/** `struct rte_eth_txq_info`. */
export const rte_eth_txq_info = {
  type: "struct rte_eth_txq_info",
  header,
  size: 64,
  fields: {
    conf: { offset: 0, size: 56 },
    nb_desc: { offset: 56, size: 2 },
    queue_state: { offset: 58, size: 1 },
  },
} as const satisfies StructLayout;

/** `struct rte_eth_rss_reta_entry64`: 64 entries of a redirection table. */
export const rte_eth_rss_reta_entry64 = {
  type: "struct rte_eth_rss_reta_entry64",
  header,
  size: 136,
  fields: {
    mask: { offset: 0, size: 8 },
    reta: { offset: 8, size: 128 },
  },
} as const satisfies StructLayout;

/** `struct rte_eth_dev_owner`. */
export const rte_eth_dev_owner = {
  type: "struct rte_eth_dev_owner",
  header,
  size: 72,
  fields: {
    id: { offset: 0, size: 8 },
    name: { offset: 8, size: 64 },
  },
} as const satisfies StructLayout;

/** `struct rte_ether_addr`. */
export const rte_ether_addr = {
  type: "struct rte_ether_addr",
  header: "rte_ether.h",
  size: 6,
  fields: {
    addr_bytes: { offset: 0, size: 6 },
  },
} as const satisfies StructLayout;

/** Fields of {@linkcode rte_eth_fp_ops}. */
export type FpOpsField =
  | ("rx_pkt_burst" | "rx_queue_count" | "rx_descriptor_status" | "rxq_data" | "rxq_clbk")
  | ("tx_pkt_burst" | "tx_pkt_prepare" | "tx_descriptor_status" | "txq_data" | "txq_clbk");

/** `struct rte_eth_fp_ops`: a port's functions and queues as bursts need them, in each process. */
export function rte_eth_fp_ops(abi: Abi): Layout<FpOpsField> {
  return {
    type: "struct rte_eth_fp_ops",
    header: "rte_ethdev.h",
    size: 128,
    fields: {
      rx_pkt_burst: moved(abi, 0, 16, 8),
      rx_queue_count: moved(abi, 8, 24, 8),
      rx_descriptor_status: moved(abi, 16, 32, 8),
      rxq_data: { ...moved(abi, 24, 0, 8), path: "rxq.data" },
      rxq_clbk: { ...moved(abi, 32, 8, 8), path: "rxq.clbk" },
      tx_pkt_burst: moved(abi, 64, 80, 8),
      tx_pkt_prepare: moved(abi, 72, 88, 8),
      tx_descriptor_status: moved(abi, 80, 96, 8),
      txq_data: { ...moved(abi, 88, 64, 8), path: "txq.data" },
      txq_clbk: { ...moved(abi, 96, 72, 8), path: "txq.clbk" },
    },
  };
}

/** `struct rte_eth_dev_tx_buffer`; the pointers to the packets follow it. */
export const rte_eth_dev_tx_buffer = {
  type: "struct rte_eth_dev_tx_buffer",
  header,
  size: 24,
  fields: {
    error_callback: { offset: 0, size: 8 },
    error_userdata: { offset: 8, size: 8 },
    bufferSize: { offset: 16, size: 2, path: "size" },
    length: { offset: 18, size: 2 },
  },
} as const satisfies StructLayout;
