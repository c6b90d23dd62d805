/**
 * A mempool over several looks.
 *
 * @module
 */

import type { MempoolFlow } from "./flow.ts";
import type { MempoolState, RingState } from "./snapshot.ts";
import { type LeakOptions, LeakWatch } from "./watch_leak.ts";

/** What lies in the rings of a group that are no pool's driver's. */
export interface Queued {
  /** Of each pool by name, where it was counted. */
  readonly counted: ReadonlyMap<string, number>;
  /** Elements of rings whose pools were not counted: they may be any pool's. */
  readonly uncounted: number;
}

/** Sums up what lies in rings. */
export function queuedIn(rings: readonly RingState[]): Queued {
  const counted = new Map<string, number>();
  let uncounted = 0;
  for (const ring of rings) {
    if (ring.mempool !== undefined) continue;
    if (ring.holds === undefined) uncounted += ring.count;
    for (const { mempool, count } of ring.holds ?? []) {
      counted.set(mempool, (counted.get(mempool) ?? 0) + count);
    }
  }
  return { counted, uncounted };
}

/** What is known of a mempool from the looks before. */
export class MempoolWatch {
  #mempool: MempoolState;
  #lowWater: number | undefined;
  readonly #leak: LeakWatch;

  /** Begins with the first look at it. */
  constructor(mempool: MempoolState, clock: number) {
    this.#mempool = mempool;
    this.#leak = new LeakWatch(clock);
  }

  /** Whether this is the pool that was looked at before. */
  isOf({ address, name, size }: MempoolState): boolean {
    const { address: before, name: nameBefore, size: sizeBefore } = this.#mempool;
    return name === nameBefore && size === sizeBefore && address === before;
  }

  /**
   * Takes the next look at it into account.
   *
   * @param mempool the pool now
   * @param queued what lay in rings then
   * @param clock when, in milliseconds
   */
  next(mempool: MempoolState, queued: Queued, clock: number, options: LeakOptions): MempoolFlow {
    this.#mempool = mempool;
    const { available, inUse, populatedSize } = mempool;
    if (available !== undefined) {
      this.#lowWater = Math.min(this.#lowWater ?? available, available);
    }
    const counted = queued.counted.get(mempool.name);
    const seen = counted ?? (queued.uncounted === 0 ? 0 : undefined);
    // Rings and caches are read one after another: what moved meanwhile may have been seen twice.
    const inRings = seen === undefined ? undefined : Math.min(seen, inUse ?? seen);
    const flow = { mempool, lowWater: this.#lowWater, inRings };
    if (inUse === undefined) return { ...flow, fill: undefined, leak: undefined };
    const held = Math.max(0, inUse - (counted ?? 0) - queued.uncounted);
    const fill = populatedSize > 0 ? Math.min(1, Math.max(0, inUse / populatedSize)) : 0;
    return {
      ...flow,
      fill,
      leak: this.#leak.next(inUse, held, clock, { ...options, populatedSize }),
    };
  }
}
