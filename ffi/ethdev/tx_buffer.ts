/**
 * Collecting packets until there is a burst of them.
 *
 * @module
 */

import { checkInteger, checkKeys, checkOneOf, PointerBuffer } from "../core/mod.ts";
import { checkPackets, MbufCursor } from "../mbuf/mod.ts";
import { TxQueue } from "./tx_queue.ts";

/**
 * What is done with packets that could not be sent. They are the caller's then: it frees them, or
 * keeps their addresses.
 *
 * @param mbufs the buffer that they are in; it is used again after the call
 * @param n how many
 * @param from the first
 */
export type TxBufferErrorCallback = (mbufs: PointerBuffer, n: number, from: number) => void;

/** How a buffer is made. */
export interface TxBufferOptions {
  /** How many packets make a burst, 1 to 65,535; default 32. */
  readonly size?: number;
  /**
   * What is done with packets that could not be sent. `drop` (the default) frees them:
   * `rte_eth_tx_buffer_drop_callback`. `count` frees and counts them, see
   * {@linkcode TxBuffer.unsent}: `rte_eth_tx_buffer_count_callback`.
   */
  readonly onError?: "drop" | "count" | TxBufferErrorCallback;
}

/**
 * Packets on their way to a transmit queue: `struct rte_eth_dev_tx_buffer` and its functions.
 *
 * @example
 * ```ts
 * import { Eal, EthDev, PktmbufPool, PointerBuffer, TxBuffer } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64, vdevs: ["net_null0"] });
 * using pool = PktmbufPool.create("packets", 1023);
 * const port = EthDev.find("net_null0");
 * port.configure({ rxQueues: 1, txQueues: 1 });
 * port.rxQueueSetup(0, 512, pool);
 * port.txQueueSetup(0, 512);
 * port.start();
 *
 * const buffer = new TxBuffer(port.txQueue(0), { onError: "count" });
 * const burst = new PointerBuffer(8);
 * const n = pool.allocBulk(burst);
 * let sent = 0;
 * for (let i = 0; i < n; i++) sent += buffer.add(burst, i); // sends all when there are 32
 * sent += buffer.flush();
 * console.log(sent); // 8
 * port.stop();
 * port.close();
 * ```
 */
export class TxBuffer {
  /** Where the packets go. */
  readonly queue: TxQueue;
  /** How many packets make a burst. */
  readonly size: number;
  readonly #mbufs: PointerBuffer;
  readonly #one: PointerBuffer = new PointerBuffer(1);
  readonly #packets: MbufCursor = new MbufCursor();
  readonly #onError: TxBufferErrorCallback;
  #length = 0;
  #unsent = 0;

  /**
   * A buffer without packets: `rte_eth_tx_buffer_init`, `rte_eth_tx_buffer_set_err_callback`.
   *
   * @param queue where packets go
   * @param options how many it holds, and what happens to what cannot be sent
   */
  constructor(queue: TxQueue, options: TxBufferOptions = {}) {
    checkKeys(options, ["size", "onError"], "TxBuffer");
    if (!(queue instanceof TxQueue)) {
      throw new TypeError(`Cannot send to ${String(queue)}: it is no TxQueue`);
    }
    const { size = 32, onError = "drop" } = options;
    this.size = checkInteger(size, "a buffer's size", 1, 65535);
    this.queue = queue;
    this.#mbufs = new PointerBuffer(size);
    if (typeof onError === "function") {
      this.#onError = onError;
    } else {
      const counts = checkOneOf(onError, ["drop", "count"], "onError") === "count";
      this.#onError = (mbufs, n, from) => {
        if (counts) this.#unsent += n;
        this.#packets.freeBulk(mbufs, n, from);
      };
    }
  }

  /** How many packets are in it. */
  get length(): number {
    return this.#length;
  }

  /** How many packets `count` has freed because they could not be sent. */
  get unsent(): number {
    return this.#unsent;
  }

  /**
   * Adds a packet, and sends all when there are {@linkcode TxBuffer.size}: `rte_eth_tx_buffer`.
   *
   * @param mbufs the buffer that has its address
   * @param index where
   * @returns how many were sent
   * @throws {RangeError} when the buffer has no such pointer
   * @throws {DpdkError} when it is no packet, or was freed by this script; it is not added then. And
   *   when the port is not started; the packets stay in the buffer
   */
  add(mbufs: PointerBuffer, index: number): number {
    if ((index >>> 0) !== index || index >= mbufs.capacity) {
      throw new RangeError(`Cannot add packet ${index}: the buffer holds ${mbufs.capacity}`);
    }
    checkPackets(mbufs, 1, index, "ends", "add a packet");
    this.#room();
    this.#mbufs.doubles[this.#length++] = mbufs.doubles[index]!;
    return this.#length === this.size ? this.flush() : 0;
  }

  /**
   * {@linkcode TxBuffer.add} of a packet by its address.
   *
   * @param address a `struct rte_mbuf *`
   * @returns how many packets were sent: 0 unless the buffer was full
   */
  addAddress(address: number): number {
    this.#one.set(0, address);
    return this.add(this.#one, 0);
  }

  /** A buffer that could not be sent when it was full is tried once more. */
  #room(): void {
    if (this.#length === this.size) this.flush();
  }

  /**
   * Sends all packets that are in it: `rte_eth_tx_buffer_flush`.
   *
   * @returns how many were sent; the others went to `onError`
   * @throws {DpdkError} when the port is not started; the packets stay in the buffer
   */
  flush(): number {
    const length = this.#length;
    if (length === 0) return 0;
    const sent = this.queue.txBurst(this.#mbufs, length);
    this.#length = 0;
    if (sent < length) this.#onError(this.#mbufs, length - sent, sent);
    return sent;
  }

  /**
   * Frees all packets that are in it.
   *
   * @throws {DpdkError} when one was freed meanwhile, or is there twice; the others are freed
   */
  clear(): void {
    const errors: unknown[] = [];
    for (let i = 0; i < this.#length; i++) {
      try {
        this.#packets.freeBulk(this.#mbufs, 1, i);
      } catch (error) {
        errors.push(error);
      }
    }
    this.#length = 0;
    if (errors.length > 0) throw errors[0];
  }
}
