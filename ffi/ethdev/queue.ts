/**
 * What receive and transmit queues have in common: the driver's function, and whether it still is.
 *
 * @module
 */

import {
  checkInteger,
  DpdkError,
  enrol,
  type Mortal,
  peek,
  type PointerBuffer,
  readPointer,
  refuseBurst,
  Region,
} from "../core/mod.ts";
import { eal, rte_memseg_list } from "../eal/mod.ts";
import { type Pointer, runtime } from "../runtime/mod.ts";
import { GroupMemory } from "../tailq/mod.ts";
import {
  type Burst,
  burstFunction,
  type Direction,
  direction,
  driverFunction,
  fpOpsAddress,
  isDummy,
} from "./fp_ops.ts";
import type { Port } from "./port.ts";

const NONE: Float64Array<ArrayBuffer> = new Float64Array(0);
const NO_VERSION: Int32Array<ArrayBuffer> = new Int32Array(0);

/**
 * A queue of a started port, as the burst calls of this process reach it. Pointers are compared as
 * doubles: their top bits are 0, so equal doubles are equal pointers. In C it is a port's and a
 * queue's number, which rte_ethdev.h looks up in `rte_eth_fp_ops` at each call.
 *
 * @example
 * ```ts
 * import { type BurstQueue, Eal, EthDev, PktmbufPool } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64, vdevs: ["net_null0"] });
 * using pool = PktmbufPool.create("packets", 1023);
 * const port = EthDev.find("net_null0");
 * port.configure({ rxQueues: 1, txQueues: 1 });
 * port.rxQueueSetup(0, 512, pool);
 * port.txQueueSetup(0, 512);
 * port.start();
 *
 * const queues: BurstQueue[] = [port.rxQueue(0), port.txQueue(0)];
 * console.log(queues.map(({ portId, queueId }) => `${portId}/${queueId}`).length); // 2
 * port.stop();
 * port.close();
 * ```
 */
export abstract class BurstQueue implements Mortal {
  /** The port's number. */
  readonly portId: number;
  /** The queue's number. */
  readonly queueId: number;
  /**
   * The port.
   *
   * @internal
   */
  protected readonly port: Port;
  /**
   * The driver's burst function, and the queue as it wants it.
   *
   * @internal
   */
  protected burst: Burst | undefined;
  /**
   * The driver's own structure of the queue: the first argument of its burst function.
   *
   * @internal
   */
  protected queue: Pointer | null = null;
  /**
   * The callbacks of this queue, a pointer: NULL where there are none.
   *
   * @internal
   */
  protected callbacks: Float64Array<ArrayBuffer> = NONE;
  // None that a burst passes is `#private`: see ready().
  /**
   * The burst function in `rte_eth_fp_ops`, and the queue in the queues' array. The primary's
   * `rte_free` clears the array when the port is closed or gets another array, which changes nothing in
   * the `rte_eth_fp_ops` of a secondary. The array's page may go with it: `memoryNow` is looked at first.
   */
  private readonly burstNow: Float64Array<ArrayBuffer>;
  private queueNow: Float64Array<ArrayBuffer> = NONE;
  /**
   * The version of the list of pages that the array is in. It is in the group's configuration, which stays
   * mapped, and is another before a secondary loses a page.
   */
  private memoryNow: Int32Array<ArrayBuffer> = NO_VERSION;
  /** What these three were when they were looked up. */
  private readonly seen: Float64Array<ArrayBuffer> = new Float64Array(3).fill(NaN);
  readonly #name: "rx" | "tx";
  #regions: readonly Region[] = [];

  /**
   * For `EthDev.rxQueue` and `EthDev.txQueue`, which have checked that there is such a queue.
   *
   * @internal
   */
  protected constructor(name: "rx" | "tx", port: Port, queueId: number) {
    this.port = port;
    this.portId = port.portId;
    this.queueId = queueId;
    this.#name = name;
    const ops = fpOpsAddress(port.portId);
    this.burstNow = word(ops + this.parts().burst);
    enrol(ops, this);
  }

  /**
   * For the library: the port is gone. Another that comes under its number may have the very same
   * functions and addresses, so that nothing would seem to have changed.
   *
   * @internal
   */
  die(): void {
    this.seen.fill(NaN);
  }

  /**
   * Where this direction's parts are in `rte_eth_fp_ops`.
   *
   * @internal
   */
  protected parts(): Direction {
    return direction(this.#name);
  }

  /**
   * Whether the port was started, stopped or set up anew since the last look.
   *
   * @internal
   */
  protected changed(): boolean {
    const { seen } = this;
    return this.burstNow[0] !== seen[0] || this.memoryNow[0] !== seen[1] ||
      this.queueNow[0] !== seen[2];
  }

  /**
   * Makes sure that a burst lies in its buffer, and that the driver's function is the port's.
   *
   * A script's loop is fast where the engine compiles all of a burst call in line with it. Bun's does
   * so with functions that call others of at most 170 bytes of bytecode, five deep. A name that is
   * `#private` and a function of another module take many, so the steps of a burst are methods, and
   * few. tests/allocation/in_line.test.ts counts.
   *
   * @internal
   * @throws {RangeError} when it does not
   * @throws {DpdkError} when the port is not started, or has no such queue
   */
  protected ready(mbufs: PointerBuffer, n: number, from: number): void {
    const { seen } = this;
    if (
      (n & 0xffff) !== n || (from >>> 0) !== from || from + n > mbufs.doubles.length ||
      this.burstNow[0] !== seen[0] || this.memoryNow[0] !== seen[1] ||
      this.queueNow[0] !== seen[2]
    ) this.renew(mbufs, n, from);
  }

  /** For a burst that does not fit, or a port that is not as it was. */
  private renew(mbufs: PointerBuffer, n: number, from: number): void {
    if (!fits(mbufs, n, from)) refuse(mbufs, n, from);
    this.refresh();
  }

  /**
   * Looks anew at what the port's functions and queues are.
   *
   * @internal
   * @param what what is tried with the queue; default its bursts
   * @throws {DpdkError} when the port is not started, or has no such queue
   */
  protected refresh(
    what = `${this.#name === "rx" ? "receive from" : "send to"} ${this.port.label}`,
  ): void {
    this.seen.fill(NaN);
    this.port.calls(what); // throws when it is gone
    for (const region of this.#regions) region.release();
    this.#regions = [];
    this.queueNow = NONE;
    this.memoryNow = NO_VERSION;
    const parts = this.parts();
    const burst = driverFunction(this.portId, parts.burst);
    const refuse = (advice: string): never => {
      throw new DpdkError({ what, advice });
    };
    if (burst === 0) {
      refuse(
        `the driver of ${this.port.label} lets only the primary receive and send; use one that is ` +
          "made for several processes, such as net_tap or that of a NIC",
      );
    }
    if (isDummy(parts.burst, burst)) {
      refuse("it is not started; set it up in the primary and start it");
    }
    const data = driverFunction(this.portId, parts.data);
    if (data === 0) {
      refuse(
        `${this.port.label} had no queues when this process attached to it; start this process ` +
          "again, after the primary has set the port up",
      );
    }
    const pages = pagesVersion(data);
    const memoryNow = pages === undefined ? NO_VERSION : new Int32Array(pages.buffer);
    const version = memoryNow[0];
    if (
      pages === undefined || version === undefined ||
      !new GroupMemory().has(data + 8 * this.queueId, 8)
    ) {
      return refuse(
        `the primary has put the queues of ${this.port.label} elsewhere; start this process again`,
      );
    }
    const queue = readPointer(peek(data + 8 * this.queueId, 8), 0);
    if (queue === 0) {
      refuse(`${this.#name} queue ${this.queueId} of ${this.port.label} is not set up`);
    }
    const place = new Region(data + 8 * this.queueId, 8);
    this.#regions = [place, pages];
    this.queueNow = new Float64Array(place.buffer);
    this.memoryNow = memoryNow;
    const callbacks = driverFunction(this.portId, parts.callbacks);
    this.callbacks = word(callbacks + 8 * this.queueId);
    this.burst = burstFunction(burst);
    this.queue = runtime.pointer(queue);
    this.seen[0] = this.burstNow[0]!;
    this.seen[1] = version;
    this.seen[2] = this.queueNow[0]!;
  }

  /**
   * The address of one of the port's other functions, with the queue ready for it; 0 for none.
   *
   * @internal
   */
  protected function(offset: number, what: string): number {
    if (this.changed()) this.refresh(what);
    return driverFunction(this.portId, offset);
  }

  /**
   * The callbacks of this queue, as a pointer.
   *
   * @internal
   */
  protected callback(): Pointer | null {
    const { callbacks } = this.parts();
    const list = driverFunction(this.portId, callbacks);
    return runtime.pointer(readPointer(peek(list + 8 * this.queueId, 8), 0));
  }
}

/** A pointer in memory that stays mapped. */
function word(address: number): Float64Array<ArrayBuffer> {
  return new Float64Array(runtime.memory(address, 8));
}

/** The version of the list of pages that an address is in, where it is DPDK's memory. */
function pagesVersion(address: number): Region | undefined {
  const list = eal().rte_mem_virt2memseg_list(runtime.pointer(address));
  const { offset, size } = rte_memseg_list.fields.version;
  return list === null ? undefined : new Region(runtime.address(list) + offset, size);
}

/** Whether `n` pointers from an index on lie in a buffer, and are no more than a burst takes. */
export function fits(mbufs: PointerBuffer, n: number, from: number): boolean {
  return (n >>> 0) === n && (from >>> 0) === from && n <= 0xffff &&
    from + n <= mbufs.doubles.length;
}

/** Says what is wrong with a burst that does not fit. */
export function refuse(mbufs: PointerBuffer, n: number, from: number): never {
  if (n > 0xffff) checkInteger(n, "a number of packets", 0, 0xffff);
  refuseBurst("move", "packets", n, from, mbufs.doubles.length);
}
