/**
 * How a queue is set up: `struct rte_eth_rxconf`, `struct rte_eth_txconf`.
 *
 * @module
 */

import { checkInteger, checkKeys } from "../core/mod.ts";
import { rte_eth_rxconf, rte_eth_txconf } from "./layout.ts";
import { bitsOf, namesOf, rxOffloads, txOffloads } from "./names.ts";

const RX = rte_eth_rxconf.fields;
const TX = rte_eth_txconf.fields;

/** When a device fetches and writes back descriptors: `struct rte_eth_thresh`. */
export interface Thresholds {
  /** Prefetch threshold, in descriptors, 0 to 255. */
  readonly prefetch: number;
  /** Host threshold. */
  readonly host: number;
  /** Write-back threshold. */
  readonly writeBack: number;
}

/** How a receive queue is set up. */
export interface RxQueueConf {
  /** When the device fetches and writes back descriptors. */
  readonly thresholds: Thresholds;
  /** How many descriptors must be free before the driver refills them. */
  readonly freeThreshold: number;
  /** Whether packets are dropped when there are no descriptors. */
  readonly dropEnable: boolean;
  /** Whether the queue stays stopped when the port starts. */
  readonly deferredStart: boolean;
  /** Offloads of this queue; those of the port may be among them, and are on anyhow. */
  readonly offloads: readonly string[];
}

/** How a transmit queue is set up. */
export interface TxQueueConf {
  /** When the device fetches and writes back descriptors. */
  readonly thresholds: Thresholds;
  /** After how many packets the device writes back. */
  readonly rsThreshold: number;
  /** How few descriptors may be free before the driver frees what was sent. */
  readonly freeThreshold: number;
  /** Whether the queue stays stopped when the port starts. */
  readonly deferredStart: boolean;
  /** Offloads of this queue; those of the port may be among them, and are on anyhow. */
  readonly offloads: readonly string[];
}

/** What is asked for of a receive queue; what is not is the driver's default. */
export interface RxQueueOptions extends Partial<RxQueueConf> {
  /** NUMA socket of the descriptors, -1 for any; default the device's. */
  readonly socketId?: number;
}

/** What is asked for of a transmit queue; what is not is the driver's default. */
export interface TxQueueOptions extends Partial<TxQueueConf> {
  /** NUMA socket of the descriptors, -1 for any; default the device's. */
  readonly socketId?: number;
}

function readThresholds(view: DataView, at: number): Thresholds {
  return {
    prefetch: view.getUint8(at + RX.pthresh.offset),
    host: view.getUint8(at + RX.hthresh.offset),
    writeBack: view.getUint8(at + RX.wthresh.offset),
  };
}

function writeThresholds(view: DataView, at: number, thresholds: Thresholds): void {
  view.setUint8(at + RX.pthresh.offset, thresholds.prefetch);
  view.setUint8(at + RX.hthresh.offset, thresholds.host);
  view.setUint8(at + RX.wthresh.offset, thresholds.writeBack);
}

/** Reads a `struct rte_eth_rxconf`. */
export function readRxConf(view: DataView, at: number): RxQueueConf {
  return {
    thresholds: readThresholds(view, at),
    freeThreshold: view.getUint16(at + RX.rx_free_thresh.offset, true),
    dropEnable: view.getUint8(at + RX.rx_drop_en.offset) !== 0,
    deferredStart: view.getUint8(at + RX.rx_deferred_start.offset) !== 0,
    offloads: namesOf(view.getBigUint64(at + RX.offloads.offset, true), rxOffloads()),
  };
}

/** Reads a `struct rte_eth_txconf`. */
export function readTxConf(view: DataView, at: number): TxQueueConf {
  return {
    thresholds: readThresholds(view, at),
    rsThreshold: view.getUint16(at + TX.tx_rs_thresh.offset, true),
    freeThreshold: view.getUint16(at + TX.tx_free_thresh.offset, true),
    deferredStart: view.getUint8(at + TX.tx_deferred_start.offset) !== 0,
    offloads: namesOf(view.getBigUint64(at + TX.offloads.offset, true), txOffloads()),
  };
}

const COMMON = ["socketId", "thresholds", "freeThreshold", "deferredStart", "offloads"];

function checkFlag(value: boolean | undefined, name: string): void {
  if (value === undefined || typeof value === "boolean") return;
  throw new TypeError(`Cannot use ${String(value)} as ${name}: it is true or false`);
}

function checkCommon(options: RxQueueOptions | TxQueueOptions): void {
  checkInteger(options.socketId ?? -1, "socketId", -1, 1023);
  checkInteger(options.freeThreshold ?? 0, "freeThreshold", 0, 65535);
  checkFlag(options.deferredStart, "deferredStart");
  if (options.thresholds === undefined) return;
  checkKeys(options.thresholds, ["prefetch", "host", "writeBack"], "thresholds");
  const { prefetch, host, writeBack } = options.thresholds;
  checkInteger(prefetch, "thresholds.prefetch", 0, 255);
  checkInteger(host, "thresholds.host", 0, 255);
  checkInteger(writeBack, "thresholds.writeBack", 0, 255);
}

/** Refuses options that no receive queue has. */
export function checkRxOptions(options: RxQueueOptions): void {
  checkKeys(options, [...COMMON, "dropEnable"], "rxQueueSetup");
  checkCommon(options);
  checkFlag(options.dropEnable, "dropEnable");
}

/** Refuses options that no transmit queue has. */
export function checkTxOptions(options: TxQueueOptions): void {
  checkKeys(options, [...COMMON, "rsThreshold"], "txQueueSetup");
  checkCommon(options);
  checkInteger(options.rsThreshold ?? 0, "rsThreshold", 0, 65535);
}

/** Puts options over the driver's default; gives the offloads that are asked for, if any are. */
export function applyRxOptions(view: DataView, options: RxQueueOptions): bigint | undefined {
  const { thresholds, freeThreshold, dropEnable, deferredStart, offloads } = options;
  if (thresholds !== undefined) writeThresholds(view, 0, thresholds);
  if (freeThreshold !== undefined) view.setUint16(RX.rx_free_thresh.offset, freeThreshold, true);
  if (dropEnable !== undefined) view.setUint8(RX.rx_drop_en.offset, Number(dropEnable));
  if (deferredStart !== undefined) {
    view.setUint8(RX.rx_deferred_start.offset, Number(deferredStart));
  }
  if (offloads === undefined) return undefined;
  const bits = bitsOf(offloads, rxOffloads(), "a receive offload");
  view.setBigUint64(RX.offloads.offset, bits, true);
  return bits;
}

/** Puts options over the driver's default; gives the offloads that are asked for, if any are. */
export function applyTxOptions(view: DataView, options: TxQueueOptions): bigint | undefined {
  const { thresholds, rsThreshold, freeThreshold, deferredStart, offloads } = options;
  if (thresholds !== undefined) writeThresholds(view, 0, thresholds);
  if (rsThreshold !== undefined) view.setUint16(TX.tx_rs_thresh.offset, rsThreshold, true);
  if (freeThreshold !== undefined) view.setUint16(TX.tx_free_thresh.offset, freeThreshold, true);
  if (deferredStart !== undefined) {
    view.setUint8(TX.tx_deferred_start.offset, Number(deferredStart));
  }
  if (offloads === undefined) return undefined;
  const bits = bitsOf(offloads, txOffloads(), "a transmit offload");
  view.setBigUint64(TX.offloads.offset, bits, true);
  return bits;
}
