/**
 * Ports that work, and what forwards between them.
 *
 * @module
 */

import {
  type EthDev,
  installation,
  MbufCursor,
  type PktmbufPool,
  PointerBuffer,
  type RxQueue,
  type TxQueue,
} from "../../mod.ts";

/**
 * Whether net_null frees what it is given when it copies packets (`copy=1`); that of 25.11.4 does not,
 * whoever asks it to send.
 */
export const COPY_FREES: boolean = installation().abi.number < 26;

/** How a port is brought up. */
export interface BringUp {
  readonly rxQueues?: number;
  readonly txQueues?: number;
  readonly descriptors?: number;
  readonly mtu?: number;
  readonly lsc?: boolean;
  readonly rxOffloads?: readonly string[];
  readonly txOffloads?: readonly string[];
}

/** Configures a port, sets its queues up and starts it. */
export function bringUp(dev: EthDev, pool: PktmbufPool, options: BringUp = {}): EthDev {
  const { descriptors = 256, ...rest } = options;
  dev.configure(rest);
  for (let q = 0; q < (options.rxQueues ?? 1); q++) dev.rxQueueSetup(q, descriptors, pool);
  for (let q = 0; q < (options.txQueues ?? 1); q++) dev.txQueueSetup(q, descriptors);
  dev.start();
  return dev;
}

/** A wait, in milliseconds. */
export function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until something holds, for a bounded time. */
export async function until(holds: () => boolean, what: string, ms: number = 5_000): Promise<void> {
  for (const limit = performance.now() + ms; !holds();) {
    if (performance.now() > limit) throw new Error(`Cannot see that ${what}: ${ms} ms have passed`);
    await rest(1);
  }
}

/**
 * What is done with a burst on its way: it may change the packets, and free some. Those that are to
 * be sent are in front then, and their number is the answer.
 */
export type Change = (burst: PointerBuffer, n: number) => number;

/** From one queue to another. */
export class Lane {
  readonly rx: RxQueue;
  readonly tx: TxQueue;
  readonly change: Change | undefined;
  /** Packets received, sent, and freed as there was no room for them. */
  received = 0;
  sent = 0;
  dropped = 0;
  readonly #burst: PointerBuffer = new PointerBuffer(32);
  readonly #packets: MbufCursor = new MbufCursor();

  constructor(rx: RxQueue, tx: TxQueue, change?: Change) {
    this.rx = rx;
    this.tx = tx;
    this.change = change;
  }

  /** Moves a burst on; how many came. */
  step(): number {
    const burst = this.#burst;
    const came = this.rx.rxBurst(burst);
    if (came === 0) return 0;
    const n = this.change === undefined ? came : this.change(burst, came);
    let sent = 0;
    try {
      for (let tries = 0; sent < n && tries < 1000; tries++) {
        sent += this.tx.txBurst(burst, n - sent, sent);
      }
    } finally { // a port that was stopped refuses them
      this.#packets.freeBulk(burst, n - sent, sent);
      this.received += came;
      this.sent += sent;
      this.dropped += n - sent;
    }
    return came;
  }
}

/** Forwards along lanes while the script does other things. */
export class Forwarder implements AsyncDisposable {
  readonly lanes: readonly Lane[];
  #stopping = false;
  #error: unknown;
  readonly #done: Promise<void>;

  constructor(...lanes: readonly Lane[]) {
    this.lanes = lanes;
    this.#done = this.#run();
  }

  /** Between two ports, both ways. */
  static between(one: EthDev, other: EthDev, ...changes: readonly Change[]): Forwarder {
    return new Forwarder(
      new Lane(one.rxQueue(0), other.txQueue(0), changes[0]),
      new Lane(other.rxQueue(0), one.txQueue(0), changes[1] ?? changes[0]),
    );
  }

  async #run(): Promise<void> {
    try {
      while (!this.#stopping) {
        let moved = 0;
        for (let i = 0; i < 16; i++) for (const lane of this.lanes) moved += lane.step();
        await (moved > 0 ? new Promise<void>((resolve) => setImmediate(resolve)) : rest(1));
      }
    } catch (error) {
      this.#error = error;
    }
  }

  /** Ends it, and tells whether all went well. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#done;
    if (this.#error !== undefined) throw this.#error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
