/**
 * Receiving.
 *
 * @module
 */

import { abi } from "../abi/mod.ts";
import {
  checkInteger,
  checkMaker,
  Errno,
  failed,
  type Maker,
  type PointerBuffer,
} from "../core/mod.ts";
import { type Call, runtime } from "../runtime/mod.ts";
import { rte_eth_fp_ops } from "./layout.ts";
import { ethdevLibrary } from "./library.ts";
import type { Port } from "./port.ts";
import { BurstQueue } from "./queue.ts";

/** A `uint32_t` before 25.11, which `rte_eth_rx_queue_count` takes for an `int`: it may be an error. */
const COUNT = "int (void *queue)";
const STATUS = "int (void *queue, uint16_t offset)";

/** What a descriptor of a receive queue is doing: `RTE_ETH_RX_DESC_*`. */
export type RxDescriptorStatus = "available" | "done" | "unavailable";

const STATUSES: readonly RxDescriptorStatus[] = ["available", "done", "unavailable"];

/**
 * A receive queue. One thread of one process uses it at a time. The class stands for `rte_eth_rx_burst`
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
 * const rx = port.rxQueue(0);
 * const burst = new PointerBuffer(32);
 * const n = rx.rxBurst(burst);
 * console.log(n); // 32
 * new MbufCursor().freeBulk(burst, n);
 * port.stop();
 * port.close();
 * ```
 */
export class RxQueue extends BurstQueue {
  #count: { at: number; call: Call<typeof COUNT> } | undefined;
  #status: { at: number; call: Call<typeof STATUS> } | undefined;

  /**
   * For `EthDev.rxQueue`.
   *
   * @internal
   */
  constructor(key: Maker, port: Port, queueId: number) {
    checkMaker(key, "RxQueue", "EthDev.rxQueue");
    super("rx", port, queueId);
  }

  /**
   * Takes packets that came in: `rte_eth_rx_burst`.
   *
   * In a secondary nothing tells that the primary has stopped the port meanwhile, as in C: agree on
   * that first. The next burst tells that it has closed the port, unless both happen at once.
   *
   * @param mbufs gets their addresses
   * @param n how many at most, up to 65,535; default the buffer's capacity
   * @param at where the first goes
   * @returns how many
   * @throws {RangeError} when the buffer is too small
   * @throws {DpdkError} when the port is not started
   */
  rxBurst(mbufs: PointerBuffer, n: number = mbufs.capacity, at: number = 0): number {
    this.ready(mbufs, n, at);
    const got = this.burst!(this.queue, mbufs.pointerAt(at), n);
    if (this.callbacks[0] === 0) return got;
    return this.called(mbufs, at, got, n);
  }

  /** How many of a burst the callbacks of this queue leave. */
  private called(mbufs: PointerBuffer, at: number, got: number, n: number): number {
    const callback = this.callback();
    if (callback === null) return got;
    return ethdevLibrary().rte_eth_call_rx_callbacks(
      this.portId,
      this.queueId,
      mbufs.pointerAt(at),
      got,
      n,
      callback,
    );
  }

  /**
   * Descriptors in use, roughly the packets that wait: `rte_eth_rx_queue_count`.
   *
   * @throws {DpdkError} when the driver cannot tell (`ENOTSUP`)
   */
  get count(): number {
    const what = `count what waits in rx queue ${this.queueId} of ${this.port.label}`;
    const at = this.function(rte_eth_fp_ops(abi()).fields.rx_queue_count.offset, what);
    if (at === 0) throw failed(what, "rte_eth_rx_queue_count", Errno.ENOTSUP, UNSUPPORTED);
    if (this.#count?.at !== at) {
      this.#count = { at, call: runtime.link({ call: at }, { call: COUNT }).call };
    }
    const count = this.#count.call(this.queue);
    if (count < 0) throw failed(what, "rte_eth_rx_queue_count", -count, UNSUPPORTED);
    return count;
  }

  /**
   * What a descriptor is doing: `rte_eth_rx_descriptor_status`.
   *
   * @param offset from the next one to be received
   * @returns whether the driver has it, it holds a packet, or it is not for use
   * @throws {DpdkError} when the driver cannot tell (`ENOTSUP`), or there is none (`EINVAL`)
   */
  descriptorStatus(offset: number): RxDescriptorStatus {
    checkInteger(offset, "a descriptor", 0, 0xffff);
    const what = `look at descriptor ${offset} of rx queue ${this.queueId} of ${this.port.label}`;
    const at = this.function(rte_eth_fp_ops(abi()).fields.rx_descriptor_status.offset, what);
    if (at === 0) throw failed(what, "rte_eth_rx_descriptor_status", Errno.ENOTSUP, UNSUPPORTED);
    if (this.#status?.at !== at) {
      this.#status = { at, call: runtime.link({ call: at }, { call: STATUS }).call };
    }
    const status = this.#status.call(this.queue, offset);
    if (status < 0) throw failed(what, "rte_eth_rx_descriptor_status", -status, UNSUPPORTED);
    return STATUSES[status]!;
  }
}

const UNSUPPORTED = {
  ENOTSUP: "this port's driver cannot tell",
  EINVAL: "the queue has no such descriptor",
};
