/**
 * What goes over the wire to the page, in JSON: who is there, which objects there are, and in short
 * columns how they stand. It imports nothing, as the page's modules are checked against it, too.
 *
 * An `Objects` comes when the set of objects has changed, a `People` when processes or links have, a
 * `Values` at every look; positions in the last two are those in the latest `Objects`.
 *
 * @module
 */

/** A ring, without what moves. */
export interface WireRing {
  readonly name: string;
  readonly address: number;
  /** `RING_F_*`, or-ed. */
  readonly flags: number;
  readonly size: number;
  readonly capacity: number;
  /** How threads share its ends; `null` when it is none of the known ways. */
  readonly prod: string | null;
  readonly cons: string | null;
  /** The bytes of an element, `null` when nobody knows. */
  readonly elementSize: number | null;
  readonly memzone: string | null;
  /** The pool whose driver keeps its objects in it. */
  readonly mempool: string | null;
}

/** A mempool, without what moves. */
export interface WireMempool {
  readonly name: string;
  readonly address: number;
  readonly flags: number;
  readonly socketId: number;
  readonly size: number;
  readonly populatedSize: number;
  readonly elementSize: number;
  readonly cacheSize: number;
  readonly privateSize: number;
  readonly chunks: number;
  readonly driver: string | null;
}

/** A port, without what moves. */
export interface WirePort {
  readonly id: number;
  readonly name: string;
}

/** A memory list, without what moves. */
export interface WireMemory {
  readonly number: number;
  readonly address: number;
  readonly length: number;
  readonly pageSize: number;
  readonly socketId: number;
  readonly external: boolean;
}

/** Which objects there are. */
export interface Objects {
  readonly rings: readonly WireRing[];
  readonly mempools: readonly WireMempool[];
  readonly ports: readonly WirePort[];
  readonly memory: readonly WireMemory[];
}

/** A process. */
export interface WireProcess {
  readonly pid: number;
  readonly role: string;
  readonly uid: number | null;
  readonly lcoreIds: readonly number[];
  readonly stopped: boolean;
  readonly command: string;
}

/** The group, and who is in it. */
export interface People {
  readonly filePrefix: string;
  readonly directory: string;
  /** The DPDK version. */
  readonly version: string;
  readonly state: string;
  /** The milliseconds between two looks. */
  readonly intervalMs: number;
  readonly processes: readonly WireProcess[];
  /** Which process knows which ring: the ring's position, the process's position, and so on. */
  readonly links: readonly number[];
  /** What could not be read. */
  readonly problems: readonly string[];
}

/** A thread that may be the one at a stuck end. */
export interface WireSuspect {
  readonly pid: number;
  readonly tid: number;
  readonly thread: string;
  readonly lcoreId: number | null;
  readonly stopped: boolean;
  /** Whether its stack has the ring's address; else it is only stopped. */
  readonly seen: boolean;
}

/** An end of a ring that somebody began and does not finish. */
export interface WireStuck {
  /** The ring's position. */
  readonly ring: number;
  readonly side: string;
  readonly forMs: number;
  readonly elements: number;
  readonly suspects: readonly WireSuspect[];
}

/** A pool that loses objects. */
export interface WireLeak {
  /** The pool's position. */
  readonly mempool: number;
  readonly forMs: number;
  readonly objects: number;
  /** Whether the pool has run out. */
  readonly empty: boolean;
}

/** Columns of equal length; `at` has positions. A row is there when one of its numbers has changed. */
export interface Columns {
  readonly at: readonly number[];
  readonly [name: string]: readonly (number | null)[];
}

/** How the objects stand. */
export interface Values {
  /** When it was looked: milliseconds since 1970. */
  readonly time: number;
  /**
   * `count`, `moving` (1 when it moved too fast to be counted at one moment), `in` and `out` (elements a
   * second), `high` (the most seen).
   */
  readonly rings: Columns;
  /** `available`, `common`, `inUse`, `inRings`, `low` (the fewest available seen). */
  readonly mempools: Columns;
  /** `up`, `rx`, `tx` (packets a second), `rxBits`, `txBits`, `missed`, `rxErrors`, `txErrors`. */
  readonly ports: Columns;
  /** `pages`, `used` (bytes). */
  readonly memory: Columns;
  readonly stuck: readonly WireStuck[];
  readonly leaks: readonly WireLeak[];
}

/** Whether the group can be looked at. */
export interface Presence {
  readonly there: boolean;
  /** Why it cannot. */
  readonly reason: string;
}

/** The last minutes of one object: all columns are as long as `times`. */
export interface Past {
  /** Milliseconds since 1970. */
  readonly times: readonly number[];
  readonly columns: Readonly<Record<string, readonly (number | null)[]>>;
}
