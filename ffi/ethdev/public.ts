/**
 * Ethernet ports.
 *
 * This is what scripts import; `mod.ts` beside it is the door for the other folders.
 *
 * @module
 */

export type { EthDevConf } from "./conf.ts";
export type { EthDevOptions, RssOptions } from "./configure.ts";
export {
  RTE_ETH_ALL,
  RTE_ETH_DEV_CAPA_RUNTIME_RX_QUEUE_SETUP,
  RTE_ETH_DEV_CAPA_RUNTIME_TX_QUEUE_SETUP,
  RTE_ETH_DEV_INTR_LSC,
  RTE_ETH_DEV_INTR_RMV,
  RTE_ETH_DEV_NO_OWNER,
  RTE_ETH_EVENT_DESTROY,
  RTE_ETH_EVENT_ERR_RECOVERING,
  RTE_ETH_EVENT_FLOW_AGED,
  RTE_ETH_EVENT_INTR_LSC,
  RTE_ETH_EVENT_INTR_RESET,
  RTE_ETH_EVENT_INTR_RMV,
  RTE_ETH_EVENT_IPSEC,
  RTE_ETH_EVENT_MACSEC,
  RTE_ETH_EVENT_NEW,
  RTE_ETH_EVENT_QUEUE_STATE,
  RTE_ETH_EVENT_RECOVERY_FAILED,
  RTE_ETH_EVENT_RECOVERY_SUCCESS,
  RTE_ETH_EVENT_RX_AVAIL_THRESH,
  RTE_ETH_EVENT_VF_MBOX,
  RTE_ETH_MAX_OWNER_NAME_LEN,
  RTE_ETH_NAME_MAX_LEN,
  RTE_ETH_QINQ_STRIP_OFFLOAD,
  RTE_ETH_QUEUE_STATE_HAIRPIN,
  RTE_ETH_QUEUE_STATE_STARTED,
  RTE_ETH_QUEUE_STATE_STOPPED,
  RTE_ETH_RETA_GROUP_SIZE,
  RTE_ETH_SPEED_NUM_UNKNOWN,
  RTE_ETH_VLAN_EXTEND_OFFLOAD,
  RTE_ETH_VLAN_FILTER_OFFLOAD,
  RTE_ETH_VLAN_ID_MAX,
  RTE_ETH_VLAN_STRIP_OFFLOAD,
  RTE_ETH_XSTATS_NAME_SIZE,
  RTE_MAX_ETHPORTS,
  RTE_MAX_QUEUES_PER_PORT,
} from "./constants.ts";
export {
  RTE_ETH_DCB_NUM_USER_PRIORITIES,
  RTE_ETH_DCB_PFC_SUPPORT,
  RTE_ETH_DCB_PG_SUPPORT,
  RTE_ETH_MQ_RX_DCB,
  RTE_ETH_MQ_RX_DCB_RSS,
  RTE_ETH_MQ_RX_NONE,
  RTE_ETH_MQ_RX_RSS,
  RTE_ETH_MQ_RX_VMDQ_DCB,
  RTE_ETH_MQ_RX_VMDQ_DCB_RSS,
  RTE_ETH_MQ_RX_VMDQ_ONLY,
  RTE_ETH_MQ_RX_VMDQ_RSS,
  RTE_ETH_MQ_TX_DCB,
  RTE_ETH_MQ_TX_NONE,
  RTE_ETH_MQ_TX_VMDQ_DCB,
  RTE_ETH_MQ_TX_VMDQ_ONLY,
  RTE_ETH_VMDQ_ACCEPT_BROADCAST,
  RTE_ETH_VMDQ_ACCEPT_HASH_MC,
  RTE_ETH_VMDQ_ACCEPT_HASH_UC,
  RTE_ETH_VMDQ_ACCEPT_MULTICAST,
  RTE_ETH_VMDQ_ACCEPT_UNTAG,
  RTE_ETH_VMDQ_MAX_VLAN_FILTERS,
} from "./conf_layout.ts";
export { EthDev } from "./ethdev.ts";
export { type EthEvent, type EthEventHandler, EthSubscription, onEthEvent } from "./events.ts";
export type { DescriptorLimits, EthDevInfo, PreferredConf } from "./info.ts";
export type { EthLink } from "./link.ts";
export type {
  DcbOptions,
  RxMqMode,
  TxMqMode,
  VmdqAccept,
  VmdqMap,
  VmdqOptions,
} from "./multi_queue.ts";
export type { EthOwner } from "./owner.ts";
export { BurstQueue } from "./queue.ts";
export type {
  RxQueueConf,
  RxQueueOptions,
  Thresholds,
  TxQueueConf,
  TxQueueOptions,
} from "./queue_conf.ts";
export type { QueueState, RxQueueInfo, TxQueueInfo } from "./queue_setup.ts";
export { Rss, type RssConf } from "./rss.ts";
export type { RssFunction, RssType } from "./rss_types.ts";
export { type RxDescriptorStatus, RxQueue } from "./rx_queue.ts";
export type { EthStats, QueueStats } from "./stats.ts";
export { EthDevStatus } from "./status.ts";
export { devSymbols, ethdevSymbols } from "./symbols.ts";
export { TxBuffer, type TxBufferErrorCallback, type TxBufferOptions } from "./tx_buffer.ts";
export { type TxDescriptorStatus, TxQueue, type TxQueueHandleOptions } from "./tx_queue.ts";
export { Vlan, type VlanOffloads } from "./vlan.ts";
export { type Xstat, Xstats } from "./xstats.ts";
