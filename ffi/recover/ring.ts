/**
 * Rings at which a process has died in the middle of an operation.
 *
 * @module
 */

import {
  checkInteger,
  checkKeys,
  DpdkError,
  type ElementBuffer,
  peek,
  readPointer,
  Region,
} from "../core/mod.ts";
import { requireEal } from "../eal/mod.ts";
import { type ClaimedLcore, deadLcores } from "../lcore/mod.ts";
import { type RingBase, rte_ring } from "../ring/mod.ts";
import { endedProcesses, livingProcesses } from "./living.ts";
import { readEnd, RingEnd } from "./ring_end.ts";

/** How {@linkcode inspectRing} looks. */
export interface InspectRingOptions {
  /** How long an end must stand still to count as stuck, in ms; default 100. */
  readonly watchMs?: number;
}

/** A ring as it was found. */
export interface RingReport {
  /** Its name. */
  readonly name: string;
  /** The producers' end. */
  readonly producer: RingEnd;
  /** The consumers' end. */
  readonly consumer: RingEnd;
  /** Whether either end is stuck. */
  readonly stuck: boolean;
  /**
   * What lies in the slots that the producer, or the consumer, has reserved: the pointers, for a ring
   * of such. Of a producer they may be garbage, of a consumer they are what it was about to take.
   */
  readonly produced: readonly number[];
  /** What the consumer was about to take, likewise. */
  readonly consumed: readonly number[];
  /** The lcores of processes of this library that were killed. */
  readonly dead: readonly ClaimedLcore[];
  /** The pids of all processes that were killed, as far as can be told: the owner is among them. */
  readonly ended: readonly number[];
  /** The living processes of the group, any of which may be the owner, and only be slow or stopped. */
  readonly living: readonly number[];
  /**
   * The pid of the owner of what is stuck, where it can be told: one process has ended, and no other
   * one lives. A ring itself says of nobody who works on it.
   */
  readonly owner: number | undefined;
}

type RingPlace = Pick<RingBase<ElementBuffer>, "address" | "size" | "elementSize">;

/** The pointers in the slots from a position on. */
function slots(ring: RingPlace, from: number, n: number): number[] {
  if (ring.elementSize !== 8) return [];
  const view = peek(ring.address + rte_ring.size, ring.size * 8);
  const many = Math.min(n, ring.size);
  return Array.from({ length: many }, (_, i) => readPointer(view, ((from + i) % ring.size) * 8));
}

/**
 * Looks whether a process has died at a ring between moving a head and moving its tail, in any sync
 * mode. It takes no lock and changes nothing; {@linkcode RingEnd.publish} and {@linkcode
 * RingEnd.withdraw} of the end that is stuck do, at the caller's word. DPDK has no function for it;
 * `rte_ring_dump` prints heads and tails.
 *
 * @param ring the ring; the one of a pool is `Ring.lookup("MP_" + pool.name)`
 * @param options how long to watch, in milliseconds
 * @returns both ends as they were found, with what can be done about them
 * @throws {DpdkError} when the ring was freed or EAL cleaned up
 * @example
 * ```ts
 * import { Eal, inspectRing, Ring } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using ring = Ring.create("to_others", 64);
 * const { producer, consumer } = await inspectRing(ring, { watchMs: 10 });
 * if (producer.stuck) producer.withdraw(); // or publish()
 * console.log(producer.sync, consumer.reserved); // MT 0
 * ```
 */
export async function inspectRing<B extends ElementBuffer>(
  ring: RingBase<B>,
  options: InspectRingOptions = {},
): Promise<RingReport> {
  checkKeys(options, ["watchMs"], "inspectRing");
  const watchMs = checkInteger(options.watchMs ?? 100, "watchMs", 1, 2 ** 31 - 1);
  requireEal(`inspect ring "${ring.name}"`);
  if (!ring.alive) {
    throw new DpdkError({ what: `inspect ring "${ring.name}"`, advice: "it was freed" });
  }
  const header = new Region(ring.address, rte_ring.size);
  const [producing, consuming] = [readEnd(header, "producer"), readEnd(header, "consumer")];
  await new Promise((resolve) => setTimeout(resolve, watchMs));
  const producer = new RingEnd(ring.name, "producer", header, producing);
  const consumer = new RingEnd(ring.name, "consumer", header, consuming);
  const [dead, ended, living] = [deadLcores(), endedProcesses(), livingProcesses()];
  const stuck = producer.stuck || consumer.stuck;
  return {
    name: ring.name,
    producer,
    consumer,
    stuck,
    produced: slots(ring, producer.tail, producer.reserved),
    consumed: slots(ring, consumer.tail, consumer.reserved),
    dead,
    ended,
    living,
    owner: stuck && ended.length === 1 && living.length === 0 ? ended[0] : undefined,
  };
}
