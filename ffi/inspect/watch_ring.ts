/**
 * A ring over several looks.
 *
 * @module
 */

import type { RingFlow, StuckEnd } from "./flow.ts";
import type { RingEndState, RingState } from "./snapshot.ts";

/**
 * Elements a millisecond that no ring moves: C on one core moves some 2.5 a nanosecond at its best.
 * What seems faster is another ring at the same place.
 */
const IMPOSSIBLE = 8e6;

/**
 * A position that became smaller has gone past 2^32, or the ring began anew. It has gone past it if
 * the ring moves at about the rate it had, or at no more than this many elements a millisecond.
 */
const UNREMARKABLE = 1e4;
const FASTER = 8;

/**
 * How many elements a position has moved on; `undefined` when it cannot have come there by itself.
 */
function moved(before: number, now: number, elapsedMs: number, peak: number): number | undefined {
  const delta = (now - before) >>> 0;
  if (delta > elapsedMs * IMPOSSIBLE) return undefined;
  if (now >= before) return delta;
  return delta > elapsedMs * Math.max(UNREMARKABLE, FASTER * peak) ? undefined : delta;
}

/** How long an end stands still with somebody at it. */
class EndWatch {
  #head = 0;
  #tail = 0;
  #since = 0;

  /** Forgets what was. */
  begin(end: RingEndState, clock: number): void {
    this.#head = end.head;
    this.#tail = end.tail;
    this.#since = clock;
  }

  /** For how long it has been stuck so far, 0 when it is not. */
  next(end: RingEndState, clock: number): number {
    if (end.head === end.tail || end.head !== this.#head || end.tail !== this.#tail) {
      this.begin(end, clock);
    }
    return clock - this.#since;
  }
}

const SIDES = ["prod", "cons"] as const;

/** What is known of a ring from the looks before. */
export class RingWatch {
  #ring: RingState;
  #highWater = 0;
  /** The highest rate so far, in elements a millisecond. */
  #peak = 0;
  readonly #ends = { prod: new EndWatch(), cons: new EndWatch() };

  /** Begins with the first look at it. */
  constructor(ring: RingState, clock: number) {
    this.#ring = ring;
    this.#begin(ring, clock);
  }

  /** Whether this is the ring that was looked at before. */
  isOf(ring: RingState): boolean {
    return ring.name === this.#ring.name && ring.size === this.#ring.size &&
      ring.address === this.#ring.address;
  }

  #begin(ring: RingState, clock: number): void {
    this.#highWater = 0;
    this.#peak = 0;
    for (const side of SIDES) this.#ends[side].begin(ring[side], clock);
  }

  /**
   * Takes the next look at it into account.
   *
   * @param ring the ring now
   * @param clock when, in milliseconds
   * @param elapsedMs since the look before, 0 when there was none
   * @param stuckAfterMs after how long an end is stuck
   * @returns its flow, without suspects
   */
  next(ring: RingState, clock: number, elapsedMs: number, stuckAfterMs: number): RingFlow {
    const before = this.#ring;
    this.#ring = ring;
    let came = moved(before.prod.tail, ring.prod.tail, elapsedMs, this.#peak);
    let went = moved(before.cons.tail, ring.cons.tail, elapsedMs, this.#peak);
    if (came === undefined || went === undefined) {
      this.#begin(ring, clock);
      came = went = 0;
    }
    if (elapsedMs > 0) this.#peak = Math.max(this.#peak, came / elapsedMs, went / elapsedMs);
    this.#highWater = Math.max(this.#highWater, Math.min(ring.count, ring.capacity));
    const stuck: StuckEnd[] = [];
    for (const side of SIDES) {
      const end = ring[side];
      const forMs = this.#ends[side].next(end, clock);
      if (forMs <= stuckAfterMs || end.head === end.tail) continue;
      const elements = (end.head - end.tail) >>> 0;
      stuck.push({ side, forMs, elements, suspects: [] });
    }
    return {
      ring,
      inRate: elapsedMs > 0 ? came * 1000 / elapsedMs : 0,
      outRate: elapsedMs > 0 ? went * 1000 / elapsedMs : 0,
      fill: ring.capacity > 0 ? Math.min(1, ring.count / ring.capacity) : 0,
      highWater: this.#highWater,
      stuck,
    };
  }
}
