/**
 * Numbers of rte_ethdev.h. They stand in a file of their own for its size; layout.ts has them all.
 *
 * @module
 */

import type { Abi } from "../abi/mod.ts";
import type { Constants } from "../core/mod.ts";
import { rssFunctions } from "./rss_types.ts";

/** How many ports a process can have. */
export const RTE_MAX_ETHPORTS = 32;
/** How many queues of each kind a port can have. */
export const RTE_MAX_QUEUES_PER_PORT = 1024;
/** The longest name of a port is one byte shorter: the NUL. */
export const RTE_ETH_NAME_MAX_LEN = 64;
/** The longest name of an extended counter is one byte shorter: the NUL. */
export const RTE_ETH_XSTATS_NAME_SIZE = 64;
/** The longest name of an owner is one byte shorter: the NUL. */
export const RTE_ETH_MAX_OWNER_NAME_LEN = 64;
/** The owner id of a port that nobody owns. */
export const RTE_ETH_DEV_NO_OWNER = 0;
/** All ports, where a callback is registered. */
export const RTE_ETH_ALL = 32;
/** Entries of a redirection table in one `struct rte_eth_rss_reta_entry64`. */
export const RTE_ETH_RETA_GROUP_SIZE = 64;
/** The speed of a link that nobody knows. */
export const RTE_ETH_SPEED_NUM_UNKNOWN = 0xffffffff;
/** A queue is stopped. */
export const RTE_ETH_QUEUE_STATE_STOPPED = 0;
/** A queue is started. */
export const RTE_ETH_QUEUE_STATE_STARTED = 1;
/** A queue is a hairpin: what it receives goes out again in hardware. */
export const RTE_ETH_QUEUE_STATE_HAIRPIN = 2;
/** Outer VLAN tags are taken off. */
export const RTE_ETH_VLAN_STRIP_OFFLOAD = 0x1;
/** Only VLANs that were let in are received. */
export const RTE_ETH_VLAN_FILTER_OFFLOAD = 0x2;
/** Two tags are expected. */
export const RTE_ETH_VLAN_EXTEND_OFFLOAD = 0x4;
/** Both tags of two are taken off. */
export const RTE_ETH_QINQ_STRIP_OFFLOAD = 0x8;
/** The largest VLAN id that DPDK takes. */
export const RTE_ETH_VLAN_ID_MAX = 0x0fff;
/** The flag of a device that reports a changed link by an interrupt. */
export const RTE_ETH_DEV_INTR_LSC = 0x2;
/** The flag of a device that reports its removal by an interrupt. */
export const RTE_ETH_DEV_INTR_RMV = 0x8;
/** The capability to set up receive queues of a started port. */
export const RTE_ETH_DEV_CAPA_RUNTIME_RX_QUEUE_SETUP = 0x1;
/** The capability to set up transmit queues of a started port. */
export const RTE_ETH_DEV_CAPA_RUNTIME_TX_QUEUE_SETUP = 0x2;

/** A link has changed. */
export const RTE_ETH_EVENT_INTR_LSC = 1;
/** A queue was enabled or disabled. */
export const RTE_ETH_EVENT_QUEUE_STATE = 2;
/** The port must be reset. */
export const RTE_ETH_EVENT_INTR_RESET = 3;
/** A message from a virtual function. */
export const RTE_ETH_EVENT_VF_MBOX = 4;
/** Something of MACsec. */
export const RTE_ETH_EVENT_MACSEC = 5;
/** The device was removed. */
export const RTE_ETH_EVENT_INTR_RMV = 6;
/** A port is new. */
export const RTE_ETH_EVENT_NEW = 7;
/** A port is released. */
export const RTE_ETH_EVENT_DESTROY = 8;
/** Something of IPsec. */
export const RTE_ETH_EVENT_IPSEC = 9;
/** Flows have aged out. */
export const RTE_ETH_EVENT_FLOW_AGED = 10;
/** A receive queue has fewer free descriptors than was asked for. */
export const RTE_ETH_EVENT_RX_AVAIL_THRESH = 11;
/** A port repairs itself. */
export const RTE_ETH_EVENT_ERR_RECOVERING = 12;
/** A port has repaired itself. */
export const RTE_ETH_EVENT_RECOVERY_SUCCESS = 13;
/** A port could not repair itself. */
export const RTE_ETH_EVENT_RECOVERY_FAILED = 14;

/** For the comparison with the header. */
export const ethdevConstants = {
  header: "rte_ethdev.h",
  values: {
    RTE_MAX_ETHPORTS,
    RTE_MAX_QUEUES_PER_PORT,
    RTE_ETH_NAME_MAX_LEN,
    RTE_ETH_XSTATS_NAME_SIZE,
    RTE_ETH_MAX_OWNER_NAME_LEN,
    RTE_ETH_DEV_NO_OWNER,
    RTE_ETH_ALL,
    RTE_ETH_RETA_GROUP_SIZE,
    RTE_ETH_SPEED_NUM_UNKNOWN,
    RTE_ETH_QUEUE_STATE_STOPPED,
    RTE_ETH_QUEUE_STATE_STARTED,
    RTE_ETH_QUEUE_STATE_HAIRPIN,
    RTE_ETH_VLAN_STRIP_OFFLOAD,
    RTE_ETH_VLAN_FILTER_OFFLOAD,
    RTE_ETH_VLAN_EXTEND_OFFLOAD,
    RTE_ETH_QINQ_STRIP_OFFLOAD,
    RTE_ETH_VLAN_ID_MAX,
    RTE_ETH_DEV_INTR_LSC,
    RTE_ETH_DEV_INTR_RMV,
    RTE_ETH_DEV_CAPA_RUNTIME_RX_QUEUE_SETUP,
    RTE_ETH_DEV_CAPA_RUNTIME_TX_QUEUE_SETUP,
    RTE_ETH_EVENT_INTR_LSC,
    RTE_ETH_EVENT_QUEUE_STATE,
    RTE_ETH_EVENT_INTR_RESET,
    RTE_ETH_EVENT_VF_MBOX,
    RTE_ETH_EVENT_MACSEC,
    RTE_ETH_EVENT_INTR_RMV,
    RTE_ETH_EVENT_NEW,
    RTE_ETH_EVENT_DESTROY,
    RTE_ETH_EVENT_IPSEC,
    RTE_ETH_EVENT_FLOW_AGED,
    RTE_ETH_EVENT_RX_AVAIL_THRESH,
    RTE_ETH_EVENT_ERR_RECOVERING,
    RTE_ETH_EVENT_RECOVERY_SUCCESS,
    RTE_ETH_EVENT_RECOVERY_FAILED,
  },
} as const satisfies Constants;

/** For the comparison with the header: each bit as the `long long` that C prints. */
export function rssConstants(abi: Abi): Constants {
  const values = Object.entries(rssFunctions(abi)).map(([name, bits]) =>
    [`RTE_ETH_RSS_${name}`, Number(BigInt.asIntN(64, bits))] as const
  );
  return { header: "rte_ethdev.h", values: Object.fromEntries(values) };
}

/** The longest name of a device is one byte shorter: the NUL. */
export const RTE_DEV_NAME_MAX_LEN = 64;

/** For the comparison with the header. */
export const devConstants = {
  header: "rte_dev.h",
  values: { RTE_DEV_NAME_MAX_LEN },
} as const satisfies Constants;

/** The speeds that links can have, in Mbps. */
export function speedConstants(abi: Abi): Constants {
  return {
    header: "rte_ethdev.h",
    values: {
      RTE_ETH_SPEED_NUM_10M: 10,
      RTE_ETH_SPEED_NUM_100M: 100,
      RTE_ETH_SPEED_NUM_1G: 1000,
      RTE_ETH_SPEED_NUM_2_5G: 2500,
      RTE_ETH_SPEED_NUM_5G: 5000,
      RTE_ETH_SPEED_NUM_10G: 10000,
      RTE_ETH_SPEED_NUM_20G: 20000,
      RTE_ETH_SPEED_NUM_25G: 25000,
      RTE_ETH_SPEED_NUM_40G: 40000,
      RTE_ETH_SPEED_NUM_50G: 50000,
      RTE_ETH_SPEED_NUM_56G: 56000,
      RTE_ETH_SPEED_NUM_100G: 100000,
      RTE_ETH_SPEED_NUM_200G: 200000,
      ...(abi.number >= 25 ? { RTE_ETH_SPEED_NUM_400G: 400000 } : {}),
      ...(abi.number >= 26 ? { RTE_ETH_SPEED_NUM_800G: 800000 } : {}),
    },
  };
}
