/**
 * Sending.
 *
 * @module
 */

import { abi } from "../abi/mod.ts";
import {
  checkInteger,
  checkKeys,
  checkMaker,
  checkOneOf,
  Errno,
  failed,
  type Maker,
  type PointerBuffer,
} from "../core/mod.ts";
import { rteErrno } from "../eal/mod.ts";
import { checkPackets, PACKET_CHECKS, type PacketCheck } from "../mbuf/mod.ts";
import { type Call, runtime } from "../runtime/mod.ts";
import { type Burst, burstFunction } from "./fp_ops.ts";
import { rte_eth_fp_ops } from "./layout.ts";
import { ethdevLibrary } from "./library.ts";
import type { Port } from "./port.ts";
import { BurstQueue, fits, refuse } from "./queue.ts";

const STATUS = "int (void *queue, uint16_t offset)";

/** What a descriptor of a transmit queue is doing: `RTE_ETH_TX_DESC_*`. */
export type TxDescriptorStatus = "full" | "done" | "unavailable";

const STATUSES: readonly TxDescriptorStatus[] = ["full", "done", "unavailable"];

/** What a handle of a queue checks. */
export interface TxQueueHandleOptions {
  /**
   * `ends` (the default): the first and the last packet of a burst, which tells most mistakes at
   * next to no cost. `all`: every one.
   */
  readonly check?: PacketCheck;
}

/**
 * A transmit queue. One thread of one process uses it at a time. The class stands for `rte_eth_tx_burst`
 * and its like (rte_ethdev.h).
 *
 * @example
 * ```ts
 * import { Eal, EthDev, MbufCursor, PktmbufPool, PointerBuffer } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64, vdevs: ["net_null0"] });
 * using pool = PktmbufPool.create("packets", 1023);
 * const port = EthDev.find("net_null0");
 * port.configure({ rxQueues: 1, txQueues: 1 });
 * port.rxQueueSetup(0, 512, pool);
 * port.txQueueSetup(0, 512);
 * port.start();
 *
 * const tx = port.txQueue(0);
 * const burst = new PointerBuffer(32);
 * const n = pool.allocBulk(burst); // 32 or 0
 * const sent = tx.txBurst(burst, n);
 * new MbufCursor().freeBulk(burst, n - sent, sent); // what was not taken is still ours
 * port.stop();
 * port.close();
 * ```
 */
export class TxQueue extends BurstQueue {
  private readonly check: PacketCheck;
  #prepare: { at: number; call: Burst } | undefined;
  #status: { at: number; call: Call<typeof STATUS> } | undefined;

  /**
   * For `EthDev.txQueue`.
   *
   * @internal
   */
  constructor(key: Maker, port: Port, queueId: number, options: TxQueueHandleOptions) {
    checkMaker(key, "TxQueue", "EthDev.txQueue");
    super("tx", port, queueId);
    checkKeys(options, ["check"], "EthDev.txQueue");
    this.check = checkOneOf(options.check ?? "ends", PACKET_CHECKS, "check");
  }

  /**
   * Sends packets: `rte_eth_tx_burst`. What was sent belongs to the port, which frees it; the others,
   * behind them in the buffer, still belong to the caller.
   *
   * The first and the last, or with `check: "all"` every one, are checked to be packets that this
   * script has not freed before any is sent.
   *
   * @param mbufs their addresses
   * @param n how many, up to 65,535; default the buffer's capacity
   * @param from the first
   * @returns how many were taken
   * @throws {RangeError} when the buffer has fewer
   * @throws {DpdkError} when the port is not started, or one is no packet; none was sent then
   */
  txBurst(mbufs: PointerBuffer, n: number = mbufs.capacity, from: number = 0): number {
    this.ready(mbufs, n, from);
    return this.burst!(this.queue, mbufs.pointerAt(from), this.sendable(mbufs, n, from));
  }

  /** How many of a burst are to be sent, after the checks and the callbacks. */
  private sendable(mbufs: PointerBuffer, n: number, from: number): number {
    if (n !== 0) checkPackets(mbufs, n, from, this.check, "send packets");
    return this.callbacks[0] === 0 ? n : this.called(mbufs, from, n);
  }

  /** How many of a burst the callbacks of this queue leave. */
  private called(mbufs: PointerBuffer, from: number, n: number): number {
    const callback = this.callback();
    if (callback === null) return n;
    return ethdevLibrary().rte_eth_call_tx_callbacks(
      this.portId,
      this.queueId,
      mbufs.pointerAt(from),
      n,
      callback,
    );
  }

  /**
   * Makes packets with offloads ready to be sent: `rte_eth_tx_prepare`.
   *
   * @param mbufs their addresses
   * @param n how many; default the buffer's capacity
   * @param from the first
   * @returns how many are ready; the one behind them is the first that is not
   */
  txPrepare(mbufs: PointerBuffer, n: number = mbufs.capacity, from: number = 0): number {
    if (!fits(mbufs, n, from)) refuse(mbufs, n, from);
    const what = `prepare packets for ${this.port.label}`;
    const at = this.function(rte_eth_fp_ops(abi()).fields.tx_pkt_prepare.offset, what);
    if (n === 0 || at === 0) return n;
    checkPackets(mbufs, n, from, this.check, "prepare packets");
    if (this.#prepare?.at !== at) this.#prepare = { at, call: burstFunction(at) };
    return this.#prepare.call(this.queue, mbufs.pointerAt(from), n);
  }

  /** Why the packet behind the last {@linkcode TxQueue.txPrepare} was not ready: an error number. */
  get prepareErrno(): number {
    return rteErrno();
  }

  /**
   * What a descriptor is doing: `rte_eth_tx_descriptor_status`.
   *
   * @param offset from the place where the next packet will go
   * @returns whether it waits to be sent, is done, or is not for use
   * @throws {DpdkError} when the driver cannot tell (`ENOTSUP`), or there is none (`EINVAL`)
   */
  descriptorStatus(offset: number): TxDescriptorStatus {
    checkInteger(offset, "a descriptor", 0, 0xffff);
    const what = `look at descriptor ${offset} of tx queue ${this.queueId} of ${this.port.label}`;
    const at = this.function(rte_eth_fp_ops(abi()).fields.tx_descriptor_status.offset, what);
    const call = "rte_eth_tx_descriptor_status";
    if (at === 0) throw failed(what, call, Errno.ENOTSUP, UNSUPPORTED);
    if (this.#status?.at !== at) {
      this.#status = { at, call: runtime.link({ call: at }, { call: STATUS }).call };
    }
    const status = this.#status.call(this.queue, offset);
    if (status < 0) throw failed(what, call, -status, UNSUPPORTED);
    return STATUSES[status]!;
  }
}

const UNSUPPORTED = {
  ENOTSUP: "this port's driver cannot tell",
  EINVAL: "the queue has no such descriptor",
};
