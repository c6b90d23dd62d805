/**
 * What follows from several looks at a group.
 *
 * @module
 */

import { checkInteger, checkKeys } from "../core/mod.ts";
import type { Flow, Link, RingFlow, Suspect } from "./flow.ts";
import type { PortState, RingState, Snapshot } from "./snapshot.ts";
import type { LeakOptions } from "./watch_leak.ts";
import { MempoolWatch, queuedIn } from "./watch_mempool.ts";
import { portFlow } from "./watch_port.ts";
import { RingWatch } from "./watch_ring.ts";

/** How often suspects that were found are looked for anew, in milliseconds. */
const SUSPECTS_EVERY_MS = 1000;

/** Who is at the ends of rings, by the ring's address: {@linkcode findSuspects} looks in /proc. */
export type SuspectFinder = (
  snapshot: Snapshot,
  rings: readonly RingState[],
) => ReadonlyMap<number, readonly Suspect[]>;

/** What a {@linkcode Watch} goes by. */
export interface WatchOptions {
  /**
   * After how long a ring's end counts as stuck at which head and tail stand apart and still, in
   * milliseconds; default 1000. Who peeks at a ring, or copies within it (the zero-copy functions),
   * holds them apart for as long as that takes.
   */
  readonly stuckAfterMs?: number;
  /**
   * The shortest time of which the quietest moment is compared for leaks, in milliseconds; default
   * 5000. It is longer when looks are rare.
   */
  readonly leakWindowMs?: number;
  /**
   * How many of those in a row must be worse than the one before, until a leak is told; default 12.
   */
  readonly leakWindows?: number;
  /**
   * Finds who may be at a stuck end, where the group lives on this machine: `findSuspects`. Asked
   * only while ends are stuck, and not more often than each second unless another one is. Default:
   * nobody is looked for.
   */
  readonly suspects?: SuspectFinder;
  /** Finds which process knows which ring, at each look: `Links`. Default: not looked for. */
  readonly links?: (snapshot: Snapshot) => readonly Link[];
}

const KEYS = ["stuckAfterMs", "leakWindowMs", "leakWindows", "suspects", "links"] as const;

/** Milliseconds in a day, above which no time to wait makes sense. */
const DAY = 86_400_000;

/**
 * Carries what is known of objects over to the next look; of those that are gone, nothing stays.
 */
function carry<State extends { address: number }, Known extends { isOf(state: State): boolean }>(
  states: readonly State[],
  before: ReadonlyMap<number, Known>,
  begin: (state: State) => Known,
): Map<number, Known> {
  const after = new Map<number, Known>();
  for (const state of states) {
    const known = before.get(state.address);
    after.set(state.address, known?.isOf(state) === true ? known : begin(state));
  }
  return after;
}

/** What is known from the looks before. */
interface Known {
  readonly snapshot: Snapshot | undefined;
  /** The pid of the primary that was seen last. */
  readonly primary: number | undefined;
  readonly rings: ReadonlyMap<number, RingWatch>;
  readonly mempools: ReadonlyMap<number, MempoolWatch>;
  readonly ports: ReadonlyMap<number, PortState>;
}

const NOTHING: Known = {
  snapshot: undefined,
  primary: undefined,
  rings: new Map(),
  mempools: new Map(),
  ports: new Map(),
};

function primaryOf({ processes }: Snapshot): number | undefined {
  return processes.find(({ role }) => role === "primary")?.pid;
}

/** Whether a look is a later one at the same life of the same group. */
function continues({ snapshot: before, primary }: Known, snapshot: Snapshot): boolean {
  if (before === undefined) return true;
  return (primaryOf(snapshot) ?? primary) === (primary ?? primaryOf(snapshot)) &&
    snapshot.clock >= before.clock && snapshot.version === before.version &&
    snapshot.filePrefix === before.filePrefix && snapshot.directory === before.directory;
}

/**
 * Watches a group: from one look after another it tells rates, marks, and what seems to be wrong.
 * It reads no clock and no memory, so that it works on recorded looks as on live ones.
 *
 * Rates are differences of positions, which are counted modulo 2^32: between two looks no more than
 * that may go through a ring (some seconds at the rate of the fastest). DPDK has no function for it;
 * `rte_ring_dump` (rte_ring.h) prints one ring at one moment.
 *
 * @example
 * ```ts
 * import { findSuspects, Inspector, Watch } from "@dpdk-ts/dpdk/inspect";
 *
 * const inspector = Inspector.open({ filePrefix: "demo" });
 * const watch = new Watch({ suspects: findSuspects });
 * watch.next(inspector.snapshot());
 * const { rings } = watch.next(inspector.snapshot());
 * const hello = rings.find(({ ring }) => ring.name === "HELLO");
 * console.log(hello?.inRate, hello?.highWater, hello?.stuck.length); // 0 1 0
 * ```
 */
export class Watch {
  readonly #stuckAfterMs: number;
  readonly #leaks: LeakOptions;
  readonly #suspects: SuspectFinder | undefined;
  readonly #links: WatchOptions["links"];
  #known: Known = NOTHING;
  #found: ReadonlyMap<number, readonly Suspect[]> = new Map();
  #foundAt = -Infinity;

  /**
   * Begins to watch.
   *
   * @param options how suspects are found, and how long an end may stand still, in milliseconds
   * @throws {TypeError} on an option that there is not
   * @throws {RangeError} on times and numbers that make no sense
   */
  constructor(options: WatchOptions = {}) {
    checkKeys(options, KEYS, "Watch");
    const { stuckAfterMs = 1000, leakWindowMs = 5000, leakWindows = 12 } = options;
    this.#stuckAfterMs = checkInteger(stuckAfterMs, "stuckAfterMs", 0, DAY);
    this.#leaks = {
      windowMs: checkInteger(leakWindowMs, "leakWindowMs", 0, DAY),
      windows: checkInteger(leakWindows, "leakWindows", 2, 30),
    };
    this.#suspects = options.suspects;
    this.#links = options.links;
  }

  /**
   * Takes the next look into account. One that is older than the last one, or of another group or
   * another life of it, begins anew.
   *
   * @param snapshot the group now
   * @returns rates a second, marks, stuck ends and leaks as of this look
   */
  next(snapshot: Snapshot): Flow {
    const before = continues(this.#known, snapshot) ? this.#known : NOTHING;
    if (before === NOTHING) this.#found = new Map();
    const { clock } = snapshot;
    const elapsedMs = clock - (before.snapshot?.clock ?? clock);
    const now = this.#known = {
      snapshot,
      primary: primaryOf(snapshot) ?? before.primary,
      rings: carry(snapshot.rings, before.rings, (ring) => new RingWatch(ring, clock)),
      mempools: carry(snapshot.mempools, before.mempools, (pool) => new MempoolWatch(pool, clock)),
      ports: new Map(snapshot.ports.map((port) => [port.id, port])),
    };
    const queued = queuedIn(snapshot.rings);
    const rings = snapshot.rings.map((ring) =>
      now.rings.get(ring.address)!.next(ring, clock, elapsedMs, this.#stuckAfterMs)
    );
    return {
      snapshot,
      elapsedMs,
      rings: this.#withSuspects(snapshot, rings),
      mempools: snapshot.mempools.map((pool) =>
        now.mempools.get(pool.address)!.next(pool, queued, clock, this.#leaks)
      ),
      ports: snapshot.ports.map((port) => portFlow(port, before.ports.get(port.id), elapsedMs)),
      links: this.#links?.(snapshot) ?? [],
    };
  }

  /** Names who may be at stuck ends. */
  #withSuspects(snapshot: Snapshot, flows: RingFlow[]): RingFlow[] {
    const find = this.#suspects;
    const stuck = flows.filter((flow) => flow.stuck.length > 0).map((flow) => flow.ring);
    if (find === undefined || stuck.length === 0) {
      this.#found = new Map();
      return flows;
    }
    const late = snapshot.clock - this.#foundAt >= SUSPECTS_EVERY_MS;
    if (late || stuck.some((ring) => !this.#found.has(ring.address))) {
      const found = find(snapshot, stuck);
      this.#found = new Map(stuck.map(({ address }) => [address, found.get(address) ?? []]));
      this.#foundAt = snapshot.clock;
    }
    return flows.map((flow) => {
      if (flow.stuck.length === 0) return flow;
      const suspects = this.#found.get(flow.ring.address) ?? [];
      return { ...flow, stuck: flow.stuck.map((end) => ({ ...end, suspects })) };
    });
  }
}
