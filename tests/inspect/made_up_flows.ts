/**
 * A group that is not there: made-up flows that move, for tests of what shows them.
 *
 * @module
 */

import { DpdkError } from "../../ffi/core/mod.ts";
import type {
  Flow,
  Leak,
  Link,
  MempoolFlow,
  ProcessState,
  RingFlow,
  Snapshot,
  StuckEnd,
  Suspect,
} from "../../ffi/inspect/mod.ts";

/** What the group is like. */
export interface MadeUpOptions {
  /** How many rings; 12 unless given. */
  readonly rings?: number;
  /** How many mempools; 3 unless given. */
  readonly mempools?: number;
  /** Whether it is known which process knows which ring; true unless given. */
  readonly links?: boolean;
  /** Whether a ring is stuck and a pool leaks. */
  readonly trouble?: boolean;
  /** Who is found at the stuck end: a thread that has the ring, one that is only stopped, or nobody. */
  readonly suspects?: "seen" | "stopped" | "none";
  /** Whether the pool that leaks has run out. */
  readonly empty?: boolean;
  /** Whether the first ring moves too fast to be seen at one moment. */
  readonly moving?: boolean;
  /** Whether the second ring keeps the objects of the first pool, and is full. */
  readonly free?: boolean;
  /** How many ports; none unless given. */
  readonly ports?: number;
}

const BASE = 0x1_0000_0000;
const SIZE = 1024;
const MASK = 0xffff_ffff;

const USUAL: Required<MadeUpOptions> = {
  rings: 12,
  mempools: 3,
  links: true,
  trouble: false,
  suspects: "seen",
  empty: false,
  moving: false,
  free: false,
  ports: 0,
};

/** A group that can be looked at, taken away and brought back. */
export class MadeUpGroup {
  readonly #options: Required<MadeUpOptions>;
  readonly #began = performance.now();
  /** The elements that have come to each ring, and gone. */
  readonly #moved: { in: number; out: number; high: number }[];
  #clock = 0;

  /** Why it cannot be looked at; `undefined` while it can. */
  gone: string | undefined;
  /** How many elements a second come to the first ring; the others have less each. */
  rate = 2_400_000;
  /** The pid of the primary: another after a restart. */
  primary = 4711;

  /**
   * Makes it up.
   *
   * @param options What it is like.
   */
  constructor(options: MadeUpOptions = {}) {
    this.#options = { ...USUAL, ...options };
    this.#moved = Array.from(
      { length: this.#options.rings },
      () => ({ in: SIZE, out: 0, high: 0 }),
    );
  }

  /** Opens a source, as the server wants it. */
  readonly open = (): { next(): Flow } => {
    if (this.gone !== undefined) {
      throw new DpdkError({ what: "look at the group", advice: this.gone });
    }
    return { next: () => this.next() };
  };

  /**
   * Looks at it.
   *
   * @returns How it is now.
   */
  next(): Flow {
    if (this.gone !== undefined) {
      throw new DpdkError({ what: "look at the group", advice: this.gone });
    }
    const clock = performance.now() - this.#began;
    const elapsedMs = this.#clock === 0 ? 0 : clock - this.#clock;
    this.#clock = clock;
    const rings = this.#moved.map((_, at) => this.#ring(at, clock, elapsedMs));
    const mempools = Array.from(
      { length: this.#options.mempools },
      (_, at) => this.#pool(at, clock),
    );
    const processes = this.#processes();
    const snapshot: Snapshot = {
      filePrefix: "made_up",
      directory: "/var/run/dpdk/made_up",
      version: "22.11.11",
      state: "running",
      time: Date.now(),
      clock,
      processes,
      memory: [0, 1].map((number) => ({
        number,
        address: BASE + number * 2 ** 32,
        length: 2 ** 32,
        pageSize: 2 ** 21,
        socketId: number,
        external: false,
        pages: number === 0 ? 96 : 12,
        used: (number === 0 ? 96 : 12) * 2 ** 21,
        segments: [{
          address: BASE + number * 2 ** 32,
          length: (number === 0 ? 96 : 12) * 2 ** 21,
        }],
      })),
      memzones: rings.map(({ ring }) => ({
        name: `RG_${ring.name}`,
        address: ring.address,
        length: 8 * SIZE + 384,
        pageSize: 2 ** 21,
        socketId: 0,
        flags: 0,
      })),
      tailqs: [
        {
          name: "RTE_RING",
          address: BASE + 64,
          count: rings.length,
          entries: rings.map(({ ring }, at) => (
            { address: BASE + 4096 + at * 64, data: ring.address, name: ring.name }
          )),
        },
        {
          name: "RTE_MEMPOOL",
          address: BASE + 160,
          count: mempools.length,
          entries: mempools.map(({ mempool }, at) => (
            { address: BASE + 8192 + at * 64, data: mempool.address, name: mempool.name }
          )),
        },
        { name: "RTE_ACL", address: BASE + 256, count: 0, entries: [] },
      ],
      rings: rings.map(({ ring }) => ring),
      mempools: mempools.map(({ mempool }) => mempool),
      ports: [],
      problems: this.#options.trouble ? ["The environment of process 4713 cannot be read"] : [],
    };
    return {
      snapshot,
      elapsedMs,
      rings,
      mempools,
      ports: Array.from({ length: this.#options.ports }, (_, id) => ({
        port: {
          id,
          name: `net_null${id}`,
          up: id !== 3,
          rxPackets: clock * 1e4,
          txPackets: clock * 9e3,
          rxBytes: clock * 64e4,
          txBytes: clock * 58e4,
          rxMissed: id * 17,
          rxErrors: 0,
          txErrors: 0,
        },
        rxRate: 1e7 * (1 + id) * this.#wave(clock, id),
        txRate: 9e6 * (1 + id) * this.#wave(clock, id),
        rxBits: 5e9 * this.#wave(clock, id),
        txBits: 4.6e9 * this.#wave(clock, id),
      })),
      links: this.#links(processes, rings),
    };
  }

  /** From 0.5 to 1.5, slowly. */
  #wave(clock: number, at: number): number {
    return 1 + Math.sin(clock / 9000 + at * 1.7) / 3 + Math.sin(clock / 1300 + at) / 6;
  }

  #names(at: number): string {
    const named = ["rx_to_worker", "worker_to_tx", "PRI_2_SEC", "SEC_2_PRI", "log", "control"];
    return named[at] ??
      (at % 3 === 0 ? `flow_${at}_rx` : at % 3 === 1 ? `flow_${at}_tx` : `mailbox_${at}`);
  }

  #suspects(): Suspect[] {
    const { suspects } = this.#options;
    const worker = { pid: 4712, tid: 4719, thread: "rte-worker-2", lcoreId: 2, stopped: true };
    return suspects === "none" ? [] : [{ ...worker, seen: suspects === "seen" }];
  }

  #isStuck(at: number): boolean {
    return this.#options.trouble && at === 3;
  }

  #ring(at: number, clock: number, elapsedMs: number): RingFlow {
    // Two in three rings are idle in a large group, as they are in life.
    const busy = at < 8 || at % 3 === 0;
    const inRate = busy && !this.#isStuck(at)
      ? this.rate / (1 + at) ** 1.2 * this.#wave(clock, at)
      : 0;
    const moved = this.#moved[at] ?? { in: SIZE, out: 0, high: 0 };
    moved.in += Math.round(inRate * elapsedMs / 1000);
    const isFree = this.#options.free && at === 1;
    const level = isFree
      ? SIZE - 1
      : this.#isStuck(at)
      ? 700
      : busy
      ? Math.round((SIZE - 1) * (0.5 + Math.sin(clock / 4000 + at) / 2) * (at === 1 ? 0.98 : 0.45))
      : at % 7;
    moved.out = Math.max(0, moved.in - level);
    const count = moved.in - moved.out;
    moved.high = Math.max(moved.high, count);
    const stuck: StuckEnd[] = this.#isStuck(at)
      ? [{
        side: "prod",
        forMs: clock + 2400,
        elements: 32,
        suspects: this.#suspects(),
      }]
      : [];
    return {
      ring: {
        name: this.#names(at),
        address: BASE + 0x10_0000 + at * 0x4000,
        flags: at % 2 === 0 ? 3 : 0,
        size: SIZE,
        capacity: SIZE - 1,
        prod: {
          head: (moved.in + (this.#isStuck(at) ? 32 : 0)) & MASK,
          tail: moved.in & MASK,
          sync: at % 2 === 0 ? "ST" : "MT",
        },
        cons: { head: moved.out & MASK, tail: moved.out & MASK, sync: at % 2 === 0 ? "ST" : "MT" },
        count,
        still: !(this.#options.moving && at === 0),
        memzone: `RG_${this.#names(at)}`,
        elementSize: 8,
        mempool: isFree ? "mbuf_pool" : undefined,
      },
      inRate,
      outRate: inRate === 0 ? 0 : inRate * 0.99,
      fill: count / (SIZE - 1),
      highWater: moved.high,
      stuck,
    };
  }

  #pool(at: number, clock: number): MempoolFlow {
    const populatedSize = 8191;
    const inUse = Math.round(populatedSize * (0.3 + 0.2 * Math.sin(clock / 7000 + at)));
    const caches = [0, 1, 2, 3].map((lcoreId) => ({ lcoreId, length: (lcoreId * 77 + at) % 256 }));
    const common = populatedSize - inUse - caches.reduce((sum, { length }) => sum + length, 0);
    const leak: Leak | undefined = this.#options.trouble && at === 1
      ? { forMs: clock + 60_000, objects: 1234, empty: this.#options.empty }
      : undefined;
    return {
      mempool: {
        name: ["mbuf_pool", "MSG_POOL", "events"][at] ?? `pool_${at}`,
        address: BASE + 0x4000_0000 + at * 0x100_0000,
        flags: 0x10,
        socketId: at % 2,
        size: populatedSize,
        populatedSize,
        elementSize: 2304,
        headerSize: 64,
        trailerSize: 0,
        privateSize: 64,
        cacheSize: 256,
        chunks: 1,
        opsIndex: 0,
        driver: "ring",
        common,
        caches,
        available: populatedSize - inUse,
        inUse,
      },
      fill: inUse / populatedSize,
      lowWater: Math.round(populatedSize * 0.4),
      inRings: Math.round(inUse * 0.6),
      leak,
    };
  }

  #processes(): ProcessState[] {
    const process = (
      pid: number,
      role: "primary" | "secondary",
      program: string,
      lcoreIds: number[],
      stopped = false,
    ): ProcessState => ({
      pid,
      uid: 0,
      commandLine: [`/usr/bin/${program}`, "-l", lcoreIds.join(","), "--file-prefix", "made_up"],
      socket: `/var/run/dpdk/made_up/mp_socket_${pid}`,
      role,
      lcoreIds,
      stopped,
    });
    return [
      process(this.primary, "primary", "packet_router", [0, 1]),
      process(4712, "secondary", "worker", [2, 3], this.#options.trouble),
      process(4713, "secondary", "logger", [4]),
    ];
  }

  #links(processes: readonly ProcessState[], rings: readonly RingFlow[]): Link[] {
    if (!this.#options.links) return [];
    return rings.flatMap(({ ring }, at) => {
      const knowers = at % 5 === 4 ? [0, 1, 2] : at % 5 === 3 ? [1, 2] : [0, 1];
      if (at === 5) knowers.splice(1);
      return knowers.flatMap((who) => {
        const pid = processes[who]?.pid;
        return pid === undefined ? [] : [{ pid, ring: ring.name }];
      });
    });
  }
}
