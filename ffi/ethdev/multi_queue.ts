/**
 * How a port's queues are shared out: receive side scaling (RSS), traffic classes (DCB), pools of queues
 * (VMDq), and what goes together.
 *
 * @module
 */

import { abi } from "../abi/mod.ts";
import { checkInteger, checkKeys, checkOneOf, type Field, quoted } from "../core/mod.ts";
import {
  rte_eth_conf,
  RTE_ETH_DCB_NUM_USER_PRIORITIES,
  RTE_ETH_DCB_PFC_SUPPORT,
  RTE_ETH_DCB_PG_SUPPORT,
  rte_eth_dcb_rx_conf,
  RTE_ETH_MQ_RX_DCB,
  RTE_ETH_MQ_RX_DCB_FLAG,
  RTE_ETH_MQ_RX_DCB_RSS,
  RTE_ETH_MQ_RX_NONE,
  RTE_ETH_MQ_RX_RSS,
  RTE_ETH_MQ_RX_RSS_FLAG,
  RTE_ETH_MQ_RX_VMDQ_DCB,
  RTE_ETH_MQ_RX_VMDQ_DCB_RSS,
  RTE_ETH_MQ_RX_VMDQ_FLAG,
  RTE_ETH_MQ_RX_VMDQ_ONLY,
  RTE_ETH_MQ_RX_VMDQ_RSS,
  RTE_ETH_MQ_TX_DCB,
  RTE_ETH_MQ_TX_NONE,
  RTE_ETH_MQ_TX_VMDQ_DCB,
  RTE_ETH_MQ_TX_VMDQ_ONLY,
  RTE_ETH_VLAN_ID_MAX,
  RTE_ETH_VMDQ_ACCEPT_BROADCAST,
  RTE_ETH_VMDQ_ACCEPT_HASH_MC,
  RTE_ETH_VMDQ_ACCEPT_HASH_UC,
  RTE_ETH_VMDQ_ACCEPT_MULTICAST,
  RTE_ETH_VMDQ_ACCEPT_UNTAG,
  rte_eth_vmdq_dcb_conf,
  rte_eth_vmdq_dcb_tx_conf,
  RTE_ETH_VMDQ_MAX_VLAN_FILTERS,
  rte_eth_vmdq_rx_conf,
} from "./layout.ts";

const RX_MODES: Readonly<Record<RxMqMode, number>> = {
  NONE: RTE_ETH_MQ_RX_NONE,
  RSS: RTE_ETH_MQ_RX_RSS,
  DCB: RTE_ETH_MQ_RX_DCB,
  DCB_RSS: RTE_ETH_MQ_RX_DCB_RSS,
  VMDQ_ONLY: RTE_ETH_MQ_RX_VMDQ_ONLY,
  VMDQ_RSS: RTE_ETH_MQ_RX_VMDQ_RSS,
  VMDQ_DCB: RTE_ETH_MQ_RX_VMDQ_DCB,
  VMDQ_DCB_RSS: RTE_ETH_MQ_RX_VMDQ_DCB_RSS,
};

const TX_MODES: Readonly<Record<TxMqMode, number>> = {
  NONE: RTE_ETH_MQ_TX_NONE,
  DCB: RTE_ETH_MQ_TX_DCB,
  VMDQ_DCB: RTE_ETH_MQ_TX_VMDQ_DCB,
  VMDQ_ONLY: RTE_ETH_MQ_TX_VMDQ_ONLY,
};

const ACCEPTS: Readonly<Record<VmdqAccept, number>> = {
  UNTAG: RTE_ETH_VMDQ_ACCEPT_UNTAG,
  HASH_MC: RTE_ETH_VMDQ_ACCEPT_HASH_MC,
  HASH_UC: RTE_ETH_VMDQ_ACCEPT_HASH_UC,
  BROADCAST: RTE_ETH_VMDQ_ACCEPT_BROADCAST,
  MULTICAST: RTE_ETH_VMDQ_ACCEPT_MULTICAST,
};

const namesOf = <T extends string>(table: Readonly<Record<T, number>>) => Object.keys(table) as T[];

/** How received packets come to queues: `RTE_ETH_MQ_RX_*`. */
export type RxMqMode =
  | ("NONE" | "RSS" | "DCB" | "DCB_RSS")
  | ("VMDQ_ONLY" | "VMDQ_RSS" | "VMDQ_DCB" | "VMDQ_DCB_RSS");

/** How sent packets are shared out: `RTE_ETH_MQ_TX_*`. */
export type TxMqMode = "NONE" | "DCB" | "VMDQ_DCB" | "VMDQ_ONLY";

/** Which packets a pool of queues takes: `RTE_ETH_VMDQ_ACCEPT_*`. */
export type VmdqAccept = "UNTAG" | "HASH_MC" | "HASH_UC" | "BROADCAST" | "MULTICAST";

/** Traffic classes: `struct rte_eth_dcb_rx_conf`, and the same for sending. */
export interface DcbOptions {
  /** How many there are. */
  readonly classes: 4 | 8;
  /** The class of each of the 8 priorities of a VLAN tag; default all are of class 0. */
  readonly classOf?: readonly number[];
  /** Whether each priority has flow control of its own: `RTE_ETH_DCB_PFC_SUPPORT`; default `false`. */
  readonly flowControl?: boolean;
}

/** A VLAN, and the pools that have its packets. */
export interface VmdqMap {
  /** The VLAN's id, 0 to 4095. */
  readonly vlanId: number;
  /** Pools, from 0 on. */
  readonly pools: readonly number[];
}

/** Pools of queues: `struct rte_eth_vmdq_rx_conf`, with classes `struct rte_eth_vmdq_dcb_conf`. */
export interface VmdqOptions {
  /** How many there are. */
  readonly pools: 8 | 16 | 32 | 64;
  /** Which pool has what belongs to none; default none. */
  readonly defaultPool?: number;
  /** Whether pools reach each other; not with classes. Default `false`. */
  readonly loopback?: boolean;
  /** What pools take besides their addresses; not with classes. Default nothing. */
  readonly accept?: readonly VmdqAccept[];
  /** Which VLANs are whose, at most 64; default none. */
  readonly maps?: readonly VmdqMap[];
}

/** What {@linkcode EthDevOptions} say of it. */
export interface MultiQueueOptions {
  readonly mqMode?: RxMqMode;
  readonly txMqMode?: TxMqMode;
  readonly rss?: unknown;
  readonly dcb?: DcbOptions;
  readonly vmdq?: VmdqOptions;
}

/** The modes that are asked for, as numbers. */
export function modesOf(options: MultiQueueOptions): { readonly rx: number; readonly tx: number } {
  const { mqMode = options.rss === undefined ? "NONE" : "RSS", txMqMode = "NONE" } = options;
  return { rx: RX_MODES[mqMode], tx: TX_MODES[txMqMode] };
}

/** The names of modes. */
export function modeNames(rx: number, tx: number): { mqMode: RxMqMode; txMqMode: TxMqMode } {
  return {
    mqMode: namesOf(RX_MODES).find((name) => RX_MODES[name] === rx) ?? "NONE",
    txMqMode: namesOf(TX_MODES).find((name) => TX_MODES[name] === tx) ?? "NONE",
  };
}

/** Whether the modes have traffic classes, and pools. */
function partsOf(options: MultiQueueOptions): { readonly dcb: boolean; readonly vmdq: boolean } {
  const { rx, tx } = modesOf(options);
  return {
    dcb: (rx & RTE_ETH_MQ_RX_DCB_FLAG) !== 0 || tx === RTE_ETH_MQ_TX_DCB ||
      tx === RTE_ETH_MQ_TX_VMDQ_DCB,
    vmdq: (rx & RTE_ETH_MQ_RX_VMDQ_FLAG) !== 0 || tx === RTE_ETH_MQ_TX_VMDQ_DCB ||
      tx === RTE_ETH_MQ_TX_VMDQ_ONLY,
  };
}

function checkBoolean(value: unknown, name: string): void {
  if (value === undefined || typeof value === "boolean") return;
  throw new TypeError(`Cannot use ${String(value)} as ${name}: it is true or false`);
}

function checkCount(value: number, counts: readonly number[], name: string): void {
  if (counts.includes(value)) return;
  throw new RangeError(`Cannot use ${quoted(value)} as ${name}: there are ${counts.join(", ")}`);
}

function checkDcb({ classes, classOf, flowControl }: DcbOptions): void {
  checkCount(classes, [4, 8], "dcb.classes");
  checkBoolean(flowControl, "dcb.flowControl");
  if (classOf === undefined) return;
  if (classOf.length !== RTE_ETH_DCB_NUM_USER_PRIORITIES) {
    throw new RangeError(
      `Cannot use ${classOf.length} classes as dcb.classOf: there are ` +
        `${RTE_ETH_DCB_NUM_USER_PRIORITIES} priorities`,
    );
  }
  for (const each of classOf) checkInteger(each, "a traffic class", 0, classes - 1);
}

function checkVmdq({ pools, defaultPool, loopback, accept = [], maps = [] }: VmdqOptions): void {
  checkCount(pools, [8, 16, 32, 64], "vmdq.pools");
  checkBoolean(loopback, "vmdq.loopback");
  if (defaultPool !== undefined) checkInteger(defaultPool, "vmdq.defaultPool", 0, pools - 1);
  for (const each of accept) checkOneOf(each, namesOf(ACCEPTS), "vmdq.accept");
  if (maps.length > RTE_ETH_VMDQ_MAX_VLAN_FILTERS) {
    throw new RangeError(
      `Cannot use ${maps.length} VLANs as vmdq.maps: there are at most ` +
        `${RTE_ETH_VMDQ_MAX_VLAN_FILTERS}`,
    );
  }
  for (const map of maps) {
    checkKeys(map, ["vlanId", "pools"], "vmdq.maps");
    checkInteger(map.vlanId, "vmdq.maps[].vlanId", 0, RTE_ETH_VLAN_ID_MAX);
    for (const pool of map.pools) checkInteger(pool, "vmdq.maps[].pools", 0, pools - 1);
  }
}

/** Refuses what does not go together. */
export function checkMultiQueue(options: MultiQueueOptions): void {
  const { mqMode, txMqMode, rss, dcb, vmdq } = options;
  if (mqMode !== undefined) checkOneOf(mqMode, namesOf(RX_MODES), "mqMode");
  if (txMqMode !== undefined) checkOneOf(txMqMode, namesOf(TX_MODES), "txMqMode");
  if (dcb !== undefined) checkKeys(dcb, ["classes", "classOf", "flowControl"], "dcb");
  if (vmdq !== undefined) {
    checkKeys(vmdq, ["pools", "defaultPool", "loopback", "accept", "maps"], "vmdq");
  }
  const parts = partsOf(options);
  const modes = `mqMode "${modeNames(modesOf(options).rx, 0).mqMode}" and txMqMode "${
    txMqMode ?? "NONE"
  }"`;
  for (const [name, value] of [["dcb", dcb], ["vmdq", vmdq]] as const) {
    if (parts[name] === (value !== undefined)) continue;
    throw new TypeError(
      parts[name]
        ? `Cannot configure ${modes} without ${name}: these modes need it`
        : `Cannot use ${name} with ${modes}: these modes have nothing of it`,
    );
  }
  const { rx } = modesOf(options);
  if (rss !== undefined && (rx & RTE_ETH_MQ_RX_RSS_FLAG) === 0 && mqMode !== "NONE") {
    throw new TypeError(`Cannot use rss with ${modes}: these modes have nothing of it`);
  }
  if (dcb !== undefined) checkDcb(dcb);
  if (vmdq === undefined) return;
  checkVmdq(vmdq);
  if ((rx & RTE_ETH_MQ_RX_DCB_FLAG) === 0) return;
  for (const name of ["loopback", "accept"] as const) {
    if (vmdq[name] === undefined) continue;
    throw new TypeError(`Cannot use vmdq.${name} with ${modes}: pools with classes have it not`);
  }
}

/** Stores them in a `struct rte_eth_conf`. */
export function applyMultiQueue(view: DataView, options: MultiQueueOptions): void {
  const C = rte_eth_conf(abi()).fields;
  const { rx, tx } = modesOf(options);
  view.setUint32(C.rx_mq_mode.offset, rx, true);
  view.setUint32(C.tx_mq_mode.offset, tx, true);
  const { dcb, vmdq } = options;
  const pools = (rx & RTE_ETH_MQ_RX_VMDQ_FLAG) !== 0;
  if (dcb !== undefined) {
    const flow = dcb.flowControl === true ? RTE_ETH_DCB_PFC_SUPPORT : 0;
    view.setUint32(C.dcb_capability_en.offset, RTE_ETH_DCB_PG_SUPPORT | flow, true);
    if ((rx & RTE_ETH_MQ_RX_DCB_FLAG) !== 0 && !pools) {
      const { nb_tcs, dcb_tc } = rte_eth_dcb_rx_conf.fields;
      view.setUint32(C.dcb_rx_conf.offset + nb_tcs.offset, dcb.classes, true);
      putClasses(view, C.dcb_rx_conf.offset + dcb_tc.offset, dcb);
    }
  }
  if (vmdq !== undefined && pools) {
    if (dcb !== undefined && (rx & RTE_ETH_MQ_RX_DCB_FLAG) !== 0) {
      const at = C.vmdq_dcb_conf.offset;
      putPools(view, at, rte_eth_vmdq_dcb_conf.fields, vmdq);
      putClasses(view, at + rte_eth_vmdq_dcb_conf.fields.dcb_tc.offset, dcb);
    } else {
      const { enable_loop_back, rx_mode } = rte_eth_vmdq_rx_conf.fields;
      const at = C.vmdq_rx_conf.offset;
      putPools(view, at, rte_eth_vmdq_rx_conf.fields, vmdq);
      view.setUint8(at + enable_loop_back.offset, vmdq.loopback === true ? 1 : 0);
      const accept = (vmdq.accept ?? []).reduce((bits, name) => bits | ACCEPTS[name], 0);
      view.setUint32(at + rx_mode.offset, accept, true);
    }
  }
  if (tx === RTE_ETH_MQ_TX_NONE) return;
  // A union: the first word is a number of classes or of pools, the classes stand behind it.
  const { nb_queue_pools, dcb_tc } = rte_eth_vmdq_dcb_tx_conf.fields;
  const at = C.vmdq_dcb_tx_conf.offset;
  const count = tx === RTE_ETH_MQ_TX_DCB ? dcb!.classes : vmdq!.pools;
  view.setUint32(at + nb_queue_pools.offset, count, true);
  if (tx !== RTE_ETH_MQ_TX_VMDQ_ONLY) putClasses(view, at + dcb_tc.offset, dcb!);
}

function putClasses(view: DataView, at: number, { classOf = [] }: DcbOptions): void {
  classOf.forEach((each, priority) => view.setUint8(at + priority, each));
}

/** The fields that both kinds of pools have. */
type PoolField =
  | ("nb_queue_pools" | "enable_default_pool" | "default_pool" | "nb_pool_maps")
  | ("pool_map" | "vlan_id" | "pools" | "pool_map_1");

function putPools(
  view: DataView,
  at: number,
  fields: Readonly<Record<PoolField, Field>>,
  { pools, defaultPool, maps = [] }: VmdqOptions,
): void {
  view.setUint32(at + fields.nb_queue_pools.offset, pools, true);
  view.setUint8(at + fields.enable_default_pool.offset, defaultPool === undefined ? 0 : 1);
  view.setUint8(at + fields.default_pool.offset, defaultPool ?? 0);
  view.setUint8(at + fields.nb_pool_maps.offset, maps.length);
  const step = fields.pool_map_1.offset - fields.pool_map.offset;
  for (const [i, map] of maps.entries()) {
    const bits = map.pools.reduce((all, pool) => all | (1n << BigInt(pool)), 0n);
    view.setUint16(at + i * step + fields.vlan_id.offset, map.vlanId, true);
    view.setBigUint64(at + i * step + fields.pools.offset, bits, true);
  }
}
