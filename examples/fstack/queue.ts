/**
 * One process's part of a port: a queue of its own, a ring in which it finds what others received for
 * it, and a dispatcher that decides what becomes of what it receives itself.
 *
 * @module
 */

import {
  DpdkError,
  type EthDev,
  type MbufCursor,
  Memzone,
  PktmbufPool,
  PointerBuffer,
  prefetchData,
  prefetchMbufs,
  Ring,
  type RxQueue,
} from "../../mod.ts";
import { Discovery } from "./discovery.ts";
import { dispatchRing, mbufPool, ringZone } from "./names.ts";
import { BURST, drain, Outlet } from "./outlet.ts";

/** What a dispatcher answers for a packet that is to be freed. */
export const FREE = -1;

/** What a dispatcher answers for a packet that is to be sent from where it came, as it is now. */
export const TRANSMIT = -2;

/**
 * Decides about the packet at the cursor that it was made over: it goes to a queue, from 0 on, or is
 * freed, or sent. It leaves ARP and NDP to the queue that they came by: from there everybody has them.
 *
 * @param queue the one that it came by
 * @param queues how many there are
 * @returns a queue, {@linkcode FREE} or {@linkcode TRANSMIT}; what is none of these frees the packet
 */
export type Dispatcher = (queue: number, queues: number) => number;

/**
 * Takes a packet, which is at the cursor, too. It is the function's own then.
 *
 * @param fromRing whether another process received it
 */
export type Input = (burst: PointerBuffer, index: number, fromRing: boolean) => void;

/** What a process does with a queue. */
export interface PortQueueOptions {
  readonly dev: EthDev;
  /** The process's queue, from 0 on. */
  readonly queue: number;
  /** How many there are: one for each process. */
  readonly queues: number;
  /** The cursor that dispatcher and input look at packets with. */
  readonly packets: MbufCursor;
  readonly dispatcher: Dispatcher;
  readonly input: Input;
}

/** A process's queue of a port. */
export class PortQueue {
  /** Packets that were received from the port, and those taken out of the ring. */
  received = 0;
  fromRing = 0;
  /** Packets that were left to other queues, sent by the dispatcher's word, or freed by it. */
  dispatched = 0;
  transmitted = 0;
  freed = 0;
  /** Copies of ARP and NDP for other queues, and those that no pool had an mbuf for. */
  copied = 0;
  notCopied = 0;
  /** What goes out by this queue of the port. */
  readonly tx: Outlet;
  readonly #options: PortQueueOptions;
  /** Where the port has fewer queues to receive from than processes, the others have a ring only. */
  readonly #rx: RxQueue | undefined;
  readonly #ring: Ring;
  /** The other queues' rings and the pools of their sockets; nothing at this one's place. */
  readonly #others: readonly (Other | undefined)[];
  readonly #discovery: Discovery;
  readonly #burst = new PointerBuffer(BURST);

  constructor(options: PortQueueOptions) {
    const { dev, queue, queues, packets } = options;
    const rings = Array.from(
      { length: queues },
      (_, q) => ringOf(dev.portId, q, queues),
    );
    const tx = dev.txQueue(queue);
    this.tx = new Outlet((burst, n) => tx.txBurst(burst, n));
    this.#options = options;
    this.#rx = queue < dev.info().rxQueues ? dev.rxQueue(queue) : undefined;
    this.#ring = rings[queue]!;
    this.#others = rings.map((ring, q) => q === queue ? undefined : otherQueue(ring));
    this.#discovery = new Discovery(packets);
  }

  /** Packets that others had no room for in their rings. */
  get dropped(): number {
    return this.#others.reduce((sum, other) => sum + (other?.outlet.dropped ?? 0), 0);
  }

  /** Takes a burst from the port, and one from the ring; how many packets came. */
  turn(): number {
    const n = (this.#rx === undefined ? 0 : this.#receive(this.#rx)) + this.#takeOver();
    if (n > 0) this.tx.flush();
    return n;
  }

  /** Frees what is in the ring, as nobody else may; how many packets there were. */
  drain(): number {
    return drain(this.#ring);
  }

  #receive(rx: RxQueue): number {
    const { packets, dispatcher, input, queue, queues } = this.#options;
    const burst = this.#burst;
    const n = rx.rxBurst(burst);
    if (n === 0) return 0;
    this.received += n;
    for (let i = 0; i < n; i++) {
      packets.at(burst, i);
      const to = dispatcher(queue, queues);
      if (to === queue) {
        if (this.#discovery.here) this.#tellAll();
        input(burst, i, false);
      } else if (to === TRANSMIT) {
        this.transmitted++;
        this.tx.give(burst, i);
      } else {
        const other = this.#others[to];
        if (other === undefined) {
          this.freed++;
          packets.free();
        } else {
          this.dispatched++;
          other.outlet.give(burst, i);
        }
      }
    }
    for (let q = 0; q < queues; q++) this.#others[q]?.outlet.flush();
    return n;
  }

  /** Copies the packet at the cursor for every other queue. */
  #tellAll(): void {
    const { packets, queues } = this.#options;
    for (let q = 0; q < queues; q++) {
      const other = this.#others[q];
      if (other === undefined) continue;
      const copy = packets.copy(other.pool);
      if (copy === undefined) {
        this.notCopied++;
      } else {
        this.copied++;
        other.outlet.giveOne(copy);
      }
    }
  }

  /** What comes by the ring was dispatched, and told to all: it is never so again. */
  #takeOver(): number {
    const { packets, input } = this.#options;
    const burst = this.#burst;
    const n = this.#ring.dequeueBurst(burst);
    this.fromRing += n;
    prefetchMbufs(burst, n); // another process's CPU had them
    prefetchData(burst, n);
    for (let i = 0; i < n; i++) {
      packets.at(burst, i);
      input(burst, i, true);
    }
    return n;
  }
}

/**
 * The ring of a process's queue.
 *
 * @throws {TypeError} when there is none
 */
export function ringOf(port: number, queue: number, queues: number): Ring {
  const name = dispatchRing(port, queue);
  try {
    return Ring.lookup(name);
  } catch (error) {
    if (!(error instanceof DpdkError) || error.code !== "ENOENT") throw error;
    throw new TypeError(
      `Cannot be one of ${queues} processes: there is no ring "${name}"; ` +
        "start the primary first, with the same --num-procs and --address",
    );
  }
}

/** Another process's queue: the way to it, and where copies for it come from. */
interface Other {
  readonly outlet: Outlet;
  readonly pool: PktmbufPool;
}

function otherQueue(ring: Ring): Other {
  return {
    outlet: new Outlet((burst, n) => ring.enqueueBurst(burst, n)),
    pool: poolBeside(ring),
  };
}

/** The pool of a process's NUMA socket: that of the memory in which the ring of its queue is. */
export function poolBeside(ring: Ring): PktmbufPool {
  return PktmbufPool.lookup(mbufPool(Memzone.lookup(ringZone(ring.name)).socketId));
}
