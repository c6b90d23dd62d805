/**
 * Ethernet ports.
 *
 * @module
 */

export type { EthDevConf } from "./conf.ts";
export type { EthDevOptions, RssOptions } from "./configure.ts";
export { EthDev } from "./ethdev.ts";
export { type EthEvent, type EthEventHandler, EthSubscription, onEthEvent } from "./events.ts";
export type { DescriptorLimits, EthDevInfo, PreferredConf } from "./info.ts";
export * from "./layout.ts";
export { ethdevLibrary } from "./library.ts";
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
export type {
  RxQueueConf,
  RxQueueOptions,
  Thresholds,
  TxQueueConf,
  TxQueueOptions,
} from "./queue_conf.ts";
export type { QueueState, RxQueueInfo, TxQueueInfo } from "./queue_setup.ts";
export type { Rss, RssConf } from "./rss.ts";
export type { RssFunction, RssType } from "./rss_types.ts";
export type { EthStats, QueueStats } from "./stats.ts";
export { BurstQueue } from "./queue.ts";
export { type RxDescriptorStatus, RxQueue } from "./rx_queue.ts";
export { EthDevStatus } from "./status.ts";
export { devSymbols, ethdevSymbols } from "./symbols.ts";
export { TxBuffer, type TxBufferErrorCallback, type TxBufferOptions } from "./tx_buffer.ts";
export { type TxDescriptorStatus, TxQueue, type TxQueueHandleOptions } from "./tx_queue.ts";
export type { Vlan, VlanOffloads } from "./vlan.ts";
export type { Xstat, Xstats } from "./xstats.ts";
