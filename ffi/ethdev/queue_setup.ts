/**
 * Setting up queues, starting and stopping them, and asking what they are.
 *
 * @module
 */

import { checkInteger, DpdkError, Errno, type Field, readPointer } from "../core/mod.ts";
import { lendPool, PktmbufPool, RTE_PKTMBUF_HEADROOM } from "../mbuf/mod.ts";
import type { Mempool } from "../mempool/mod.ts";
import { runtime } from "../runtime/mod.ts";
import { isConfigured, portOffloads } from "./conf.ts";
import { RawInfo } from "./info.ts";
import { RTE_MAX_QUEUES_PER_PORT } from "./layout.ts";
import { rte_eth_rxconf, rte_eth_rxq_info, rte_eth_txconf, rte_eth_txq_info } from "./layout.ts";
import { checkCapable, namesOf, rxOffloads, txOffloads } from "./names.ts";
import { isPrimary, type Port, quietly, Scratch } from "./port.ts";
import {
  applyRxOptions,
  applyTxOptions,
  checkRxOptions,
  checkTxOptions,
  readRxConf,
  readTxConf,
  type RxQueueConf,
  type RxQueueOptions,
  type TxQueueConf,
  type TxQueueOptions,
} from "./queue_conf.ts";

/** Whether a queue works: `RTE_ETH_QUEUE_STATE_*`. */
export type QueueState = "stopped" | "started" | "hairpin";

const STATES: readonly QueueState[] = ["stopped", "started", "hairpin"];

/** What a receive queue is: `struct rte_eth_rxq_info`. */
export interface RxQueueInfo {
  /** Where its mempool is; 0 when the driver does not say. */
  readonly poolAddress: number;
  /** Descriptors. */
  readonly descriptors: number;
  /** Bytes of the buffers that the device fills; 0 when the driver does not say. */
  readonly bufferSize: number;
  /** Whether a packet may come in several mbufs. */
  readonly scattered: boolean;
  /** Whether it is started. */
  readonly state: QueueState;
  /** How it was set up. */
  readonly conf: RxQueueConf;
}

/** What a transmit queue is: `struct rte_eth_txq_info`. */
export interface TxQueueInfo {
  /** Descriptors. */
  readonly descriptors: number;
  /** Whether it is started. */
  readonly state: QueueState;
  /** How it was set up. */
  readonly conf: TxQueueConf;
}

type Side = "rx" | "tx";

const WORD = { rx: "receive", tx: "transmit" } as const;

function checkQueue(queue: number): number {
  return checkInteger(queue, "a queue", 0, RTE_MAX_QUEUES_PER_PORT - 1);
}

/** Refuses a queue that the port was not configured with. */
export function checkConfigured(
  port: Port,
  info: RawInfo,
  side: Side,
  queue: number,
  what: string,
): void {
  // Some drivers count queues before there are any: DPDK's own check is not enough.
  if (!isConfigured(port, what)) {
    throw new DpdkError({
      what,
      errno: Errno.EINVAL,
      advice: isPrimary()
        ? "the port was not configured; call configure first"
        : "the primary has not configured the port yet; start this process when it has",
    });
  }
  const has = info.number(side === "rx" ? "nb_rx_queues" : "nb_tx_queues");
  if (queue < has) return;
  throw new RangeError(
    `Cannot use ${WORD[side]} queue ${queue} of ${port.label}: it was configured with ${has}`,
  );
}

function checkDescriptors(info: RawInfo, side: Side, descriptors: number, what: string): void {
  const { min, max, align } = info.limits(side === "rx" ? "rx_desc_lim" : "tx_desc_lim");
  if (align === 0) {
    throw new DpdkError({ what, advice: "its driver says that 0 divides numbers of descriptors" });
  }
  if (descriptors === 0) return;
  if (descriptors >= min && descriptors <= max && descriptors % align === 0) return;
  throw new RangeError(
    `Cannot ${what}: ${descriptors} descriptors are not between ${min} and ${max}` +
      (align === 1 ? "" : ` and a multiple of ${align}`) + "; adjustDescriptors finds the nearest",
  );
}

/** The pool as one of packets, as long as it is there. */
function packetPool(pool: PktmbufPool | Mempool, what: string): PktmbufPool {
  if (typeof pool?.address !== "number" || typeof pool.name !== "string") {
    throw new TypeError(`Cannot ${what}: ${String(pool)} is no PktmbufPool`);
  }
  const mempool = pool instanceof PktmbufPool ? pool.mempool : pool;
  if (!mempool.alive) void mempool.availCount; // throws, and says why
  return pool instanceof PktmbufPool ? pool : PktmbufPool.lookup(pool.name);
}

function checkRoom(info: RawInfo, pool: PktmbufPool, what: string): void {
  const room = pool.dataRoomSize - RTE_PKTMBUF_HEADROOM;
  const needs = info.number("min_rx_bufsize");
  if (room >= 0 && room >= needs) return;
  throw new DpdkError({
    what,
    errno: Errno.EINVAL,
    advice: `the mbufs of "${pool.name}" have room for ${Math.max(room, 0)} bytes behind their ` +
      `headroom, and the device needs ${needs}; create the pool with a dataRoomSize of at least ` +
      `${needs + RTE_PKTMBUF_HEADROOM}`,
  });
}

/** Refuses a pool that cannot fill the queue: a device would start without packets to receive into. */
function checkSize(pool: PktmbufPool, descriptors: number, what: string): void {
  if (pool.size >= descriptors) return;
  throw new DpdkError({
    what,
    errno: Errno.EINVAL,
    advice:
      `pool "${pool.name}" has ${pool.size} mbufs, and the queue takes ${descriptors} of them ` +
      "at once; make a larger pool, or use fewer descriptors",
  });
}

const SETUP = {
  EBUSY: "the port or the queue is started; stop it first",
  EINVAL: "DPDK or the driver refused an option",
  ENOMEM: "there is not enough memory left, or the pool has fewer mbufs than the queue descriptors",
  ENOSPC: "the pool is none of mbufs; make one by PktmbufPool.create",
};

/** The socket as C takes it: unsigned. */
function socketOf(port: Port, asked: number | undefined, what: string): number {
  return (asked ?? port.calls(what).rte_eth_dev_socket_id(port.portId)) >>> 0;
}

function copyOf<T extends string>(view: DataView, at: number, size: number): Scratch<T> {
  const copy = new Scratch<T>(size);
  new Uint8Array(copy.view.buffer).set(new Uint8Array(view.buffer, view.byteOffset + at, size));
  return copy;
}

/** Sets up a receive queue: `rte_eth_rx_queue_setup`. */
export function rxQueueSetup(
  port: Port,
  queue: number,
  descriptors: number,
  pool: PktmbufPool | Mempool,
  options: RxQueueOptions,
): void {
  checkQueue(queue);
  checkInteger(descriptors, "a number of descriptors", 0, 65535);
  checkRxOptions(options);
  const what = `set up receive queue ${queue} of ${port.label}`;
  const rte = port.primaryCalls(what);
  const packets = packetPool(pool, what);
  const info = new RawInfo(port, what);
  checkConfigured(port, info, "rx", queue, what);
  checkDescriptors(info, "rx", descriptors, what);
  checkRoom(info, packets, what);
  checkSize(packets, descriptors, what);
  const conf = copyOf<"struct rte_eth_rxconf">(
    info.view,
    info.at("default_rxconf"),
    rte_eth_rxconf.size,
  );
  const offloads = applyRxOptions(conf.view, options) ?? 0n;
  const show = (bits: bigint) => namesOf(bits, rxOffloads());
  const can = info.bits("rx_queue_offload_capa") | portOffloads(port, what).rx;
  checkCapable(offloads, can, show, what, "receive offload for one queue");
  const socket = socketOf(port, options.socketId, what);
  const mempool = runtime.pointer<"struct rte_mempool">(packets.address);
  port.attempt(
    what,
    "rte_eth_rx_queue_setup",
    () =>
      rte.rte_eth_rx_queue_setup(port.portId, queue, descriptors, socket, conf.pointer, mempool),
    SETUP,
  );
  lendPool(packets.address, port.portId, port.label);
}

/** Sets up a transmit queue: `rte_eth_tx_queue_setup`. */
export function txQueueSetup(
  port: Port,
  queue: number,
  descriptors: number,
  options: TxQueueOptions,
): void {
  checkQueue(queue);
  checkInteger(descriptors, "a number of descriptors", 0, 65535);
  checkTxOptions(options);
  const what = `set up transmit queue ${queue} of ${port.label}`;
  const rte = port.primaryCalls(what);
  const info = new RawInfo(port, what);
  checkConfigured(port, info, "tx", queue, what);
  checkDescriptors(info, "tx", descriptors, what);
  const conf = copyOf<"struct rte_eth_txconf">(
    info.view,
    info.at("default_txconf"),
    rte_eth_txconf.size,
  );
  const offloads = applyTxOptions(conf.view, options) ?? 0n;
  const show = (bits: bigint) => namesOf(bits, txOffloads());
  const can = info.bits("tx_queue_offload_capa") | portOffloads(port, what).tx;
  checkCapable(offloads, can, show, what, "transmit offload for one queue");
  const socket = socketOf(port, options.socketId, what);
  port.attempt(
    what,
    "rte_eth_tx_queue_setup",
    () => rte.rte_eth_tx_queue_setup(port.portId, queue, descriptors, socket, conf.pointer),
    SETUP,
  );
}

/** The nearest numbers of descriptors that the device takes: `rte_eth_dev_adjust_nb_rx_tx_desc`. */
export function adjustDescriptors(
  port: Port,
  rx: number,
  tx: number,
): { readonly rx: number; readonly tx: number } {
  checkInteger(rx, "a number of receive descriptors", 0, 65535);
  checkInteger(tx, "a number of transmit descriptors", 0, 65535);
  const what = `adjust descriptors of ${port.label}`;
  const rte = port.calls(what);
  const both = [new Scratch<"uint16_t">(2), new Scratch<"uint16_t">(2)] as const;
  both[0].view.setUint16(0, rx, true);
  both[1].view.setUint16(0, tx, true);
  port.attempt(
    what,
    "rte_eth_dev_adjust_nb_rx_tx_desc",
    () => rte.rte_eth_dev_adjust_nb_rx_tx_desc(port.portId, both[0].pointer, both[1].pointer),
  );
  return { rx: both[0].view.getUint16(0, true), tx: both[1].view.getUint16(0, true) };
}

/** Starts or stops one queue: `rte_eth_dev_rx_queue_start` and its like. */
export function switchQueue(port: Port, side: Side, queue: number, verb: "start" | "stop"): void {
  checkQueue(queue);
  const what = `${verb} ${WORD[side]} queue ${queue} of ${port.label}`;
  const rte = port.primaryCalls(what);
  checkConfigured(port, new RawInfo(port, what), side, queue, what);
  const name = `rte_eth_dev_${side}_queue_${verb}` as const;
  port.attempt(what, name, () => rte[name](port.portId, queue), {
    EINVAL: "start the port first, and set the queue up",
    ENOTSUP: "its driver starts and stops queues with the port only",
  });
}

/** What a receive queue is: `rte_eth_rx_queue_info_get`. */
export function rxQueueInfo(port: Port, queue: number): RxQueueInfo {
  const view = queueInfo(port, "rx", queue, rte_eth_rxq_info.size);
  const F = rte_eth_rxq_info.fields;
  return {
    poolAddress: readPointer(view, F.mp.offset),
    descriptors: view.getUint16(F.nb_desc.offset, true),
    bufferSize: view.getUint16(F.rx_buf_size.offset, true),
    scattered: view.getUint8(F.scattered_rx.offset) !== 0,
    state: stateOf(view, F.queue_state),
    conf: readRxConf(view, F.conf.offset),
  };
}

/** What a transmit queue is: `rte_eth_tx_queue_info_get`. */
export function txQueueInfo(port: Port, queue: number): TxQueueInfo {
  const view = queueInfo(port, "tx", queue, rte_eth_txq_info.size);
  const F = rte_eth_txq_info.fields;
  return {
    descriptors: view.getUint16(F.nb_desc.offset, true),
    state: stateOf(view, F.queue_state),
    conf: readTxConf(view, F.conf.offset),
  };
}

function stateOf(view: DataView, field: Field): QueueState {
  return STATES[view.getUint8(field.offset)] ?? "stopped";
}

function queueInfo(port: Port, side: Side, queue: number, size: number): DataView {
  checkQueue(queue);
  const what = `ask what ${WORD[side]} queue ${queue} of ${port.label} is`;
  port.calls(what);
  checkConfigured(port, new RawInfo(port, what), side, queue, what);
  const info = new Scratch(size);
  port.attempt(
    what,
    `rte_eth_${side}_queue_info_get`,
    () => askQueue(port, side, queue, info, what),
    {
      EINVAL: "the queue was not set up; call " + side + "QueueSetup first",
      ENOTSUP: "its driver does not tell",
    },
  );
  return info.view;
}

function askQueue(port: Port, side: Side, queue: number, info: Scratch<string>, what: string) {
  const rte = port.calls(what);
  return side === "rx"
    ? rte.rte_eth_rx_queue_info_get(port.portId, queue, runtime.pointerTo(info.view.buffer))
    : rte.rte_eth_tx_queue_info_get(port.portId, queue, runtime.pointerTo(info.view.buffer));
}

/**
 * Whether a queue was set up. DPDK's functions look whether it was before they look whether the
 * driver can tell more.
 */
export function isSetUp(port: Port, side: Side, queue: number, what: string): boolean {
  const scratch = new Scratch(side === "rx" ? rte_eth_rxq_info.size : rte_eth_txq_info.size);
  return -quietly(() => askQueue(port, side, queue, scratch, what)) !== Errno.EINVAL;
}

/** The queues that are configured and were not set up: drivers start without looking. */
export function missingQueues(port: Port, info: RawInfo, what: string): string[] {
  return (["rx", "tx"] as const).flatMap((side) => {
    const n = info.number(side === "rx" ? "nb_rx_queues" : "nb_tx_queues");
    return Array.from({ length: n }, (_, queue) => queue)
      .filter((queue) => !isSetUp(port, side, queue, what))
      .map((queue) => `${WORD[side]} queue ${queue}`);
  });
}

/** Frees what was sent: `rte_eth_tx_done_cleanup`. */
export function txDoneCleanup(port: Port, queue: number, free: number): number {
  checkQueue(queue);
  checkInteger(free, "a number of packets", 0, 0xffffffff);
  const what = `free what transmit queue ${queue} of ${port.label} has sent`;
  const rte = port.calls(what);
  checkConfigured(port, new RawInfo(port, what), "tx", queue, what);
  if (!isSetUp(port, "tx", queue, what)) {
    throw new DpdkError({ what, errno: Errno.EINVAL, advice: "call txQueueSetup first" });
  }
  return port.attempt(
    what,
    "rte_eth_tx_done_cleanup",
    () => rte.rte_eth_tx_done_cleanup(port.portId, queue, free),
  );
}
