/**
 * What a group's memory holds at one moment, as plain data: it can be written as JSON and read back.
 *
 * Addresses are those at which every process of the group has the memory.
 *
 * @module
 */

import type { GroupProcess, GroupState } from "../eal/mod.ts";

/** How the threads at one end of a ring share it: `enum rte_ring_sync_type`. */
export type RingSyncName = "MT" | "ST" | "RTS" | "HTS";

/** One end of a ring. */
export interface RingEndState {
  /** Where the next one begins: elements since the ring was made, modulo 2^32. */
  readonly head: number;
  /** Up to where they have finished. It is behind the head while somebody is at it. */
  readonly tail: number;
  /** How threads share it; `undefined` when it is none of the known ways. */
  readonly sync: RingSyncName | undefined;
}

/** Objects of a pool that lie somewhere. */
export interface HeldObjects {
  /** The pool's name. */
  readonly mempool: string;
  /** How many objects. */
  readonly count: number;
}

/** A ring: an entry of the tailq `RTE_RING`. */
export interface RingState {
  /** Its name. */
  readonly name: string;
  /** Where its `struct rte_ring` is. */
  readonly address: number;
  /** `RING_F_*`, or-ed. */
  readonly flags: number;
  /** Its slots, a power of two. */
  readonly size: number;
  /** How many elements it takes at most. */
  readonly capacity: number;
  /** The producers' end. */
  readonly prod: RingEndState;
  /** The consumers' end. */
  readonly cons: RingEndState;
  /** How many elements are in it: from the consumers' tail to the producers' tail. */
  readonly count: number;
  /**
   * Whether both ends were seen at one moment. A ring in which elements move faster than it can be
   * looked at has each end from another moment, some hundred nanoseconds apart; its count is then right
   * within what went through meanwhile.
   */
  readonly still: boolean;
  /** Its memzone's name, `undefined` for a ring in memory of somebody's own. */
  readonly memzone: string | undefined;
  /**
   * The bytes of an element as far as the memzone's length tells it (it is not stored); `undefined`
   * when it does not.
   */
  readonly elementSize: number | undefined;
  /** The pool whose driver keeps its objects in this ring. */
  readonly mempool: string | undefined;
  /**
   * Whose objects its elements are, as far as they are a pool's: what is in it and in none of these
   * is no pool's. Left out when that was not looked at.
   */
  readonly holds?: readonly HeldObjects[];
}

/** The cache of an lcore in a pool. */
export interface CacheState {
  /** The lcore id. */
  readonly lcoreId: number;
  /** How many objects it holds. */
  readonly length: number;
}

/** A mempool: an entry of the tailq `RTE_MEMPOOL`. */
export interface MempoolState {
  /** Its name. */
  readonly name: string;
  /** Where its `struct rte_mempool` is. */
  readonly address: number;
  /** `RTE_MEMPOOL_F_*`, or-ed. */
  readonly flags: number;
  /** Its NUMA socket, -1 for any. */
  readonly socketId: number;
  /** How many objects it was made for. */
  readonly size: number;
  /** How many it has. */
  readonly populatedSize: number;
  /** The bytes of an object. */
  readonly elementSize: number;
  /** The bytes before and behind each object. */
  readonly headerSize: number;
  /** The bytes behind each object. */
  readonly trailerSize: number;
  /** The bytes of the pool's private data. */
  readonly privateSize: number;
  /** How many objects a cache may hold; 0 without caches. */
  readonly cacheSize: number;
  /** Where its memory chunks and its driver's data are. */
  readonly chunks: number;
  /** The number of its driver in the primary's table. */
  readonly opsIndex: number;
  /** The ring or stack that its driver keeps the objects in, `undefined` for other drivers. */
  readonly driver: "ring" | "stack" | undefined;
  /** How many objects its driver holds; `undefined` when the driver is none that is known. */
  readonly common: number | undefined;
  /** The caches that hold any. */
  readonly caches: readonly CacheState[];
  /** How many objects may be taken: in the driver and in caches; `undefined` as `common` is. */
  readonly available: number | undefined;
  /** How many are out: in rings, and in processes' hands. */
  readonly inUse: number | undefined;
}

/** A memzone: `struct rte_memzone`. */
export interface MemzoneState {
  /** Its name. */
  readonly name: string;
  /** Where its memory begins. */
  readonly address: number;
  /** Its bytes. */
  readonly length: number;
  /** The bytes of the pages under it. */
  readonly pageSize: number;
  /** Its NUMA socket. */
  readonly socketId: number;
  /** `RTE_MEMZONE_*`, or-ed. */
  readonly flags: number;
}

/** An entry of a tailq. */
export interface TailqEntryState {
  /** Where the entry is (`struct rte_tailq_entry`). */
  readonly address: number;
  /** What it points to, 0 when it is of a form of its library's own. */
  readonly data: number;
  /** The name of what it points to, where that is known to begin with one. */
  readonly name: string | undefined;
}

/** A tailq: `struct rte_tailq_head`. */
export interface TailqState {
  /** Its name: `RTE_RING`. */
  readonly name: string;
  /** Where its head is. */
  readonly address: number;
  /** How many entries it has. */
  readonly count: number;
  /** Its entries, from the first on. */
  readonly entries: readonly TailqEntryState[];
}

/** Memory of one page size on one socket: `struct rte_memseg_list`. */
export interface MemoryListState {
  /** Its number in the config. */
  readonly number: number;
  /** Where its addresses begin. */
  readonly address: number;
  /** How many bytes of addresses are set aside. */
  readonly length: number;
  /** The bytes of a page. */
  readonly pageSize: number;
  /** Their NUMA socket. */
  readonly socketId: number;
  /** Whether it is memory that the application brought. */
  readonly external: boolean;
  /** How many pages are in use. */
  readonly pages: number;
  /** The bytes of those. */
  readonly used: number;
  /** The pages in use that lie behind one another, as ranges of addresses. */
  readonly segments: readonly SegmentRange[];
}

/** Pages in use that lie behind one another. */
export interface SegmentRange {
  /** Where the first of them begins. */
  readonly address: number;
  /** Their bytes together. */
  readonly length: number;
}

/** A process of the group. */
export interface ProcessState extends GroupProcess {
  /** What it is in the group. */
  readonly role: "primary" | "secondary";
  /** Its lcore ids, as far as its threads' names and its arguments tell. */
  readonly lcoreIds: readonly number[];
  /** Whether a signal or a debugger has stopped it. */
  readonly stopped: boolean;
}

/** A port, as a process of the group sees it. */
export interface PortState {
  /** The port's number. */
  readonly id: number;
  /** Its name: `net_null0`. */
  readonly name: string;
  /** Whether its link is up, `undefined` when that was not asked. */
  readonly up: boolean | undefined;
  /** Counters since the port was started: `struct rte_eth_stats`. */
  readonly rxPackets: number;
  /** Packets sent: `opackets`. */
  readonly txPackets: number;
  /** Bytes received: `ibytes`. */
  readonly rxBytes: number;
  /** Bytes sent: `obytes`. */
  readonly txBytes: number;
  /** Packets that there was no room for. */
  readonly rxMissed: number;
  /** Packets received with errors: `ierrors`. */
  readonly rxErrors: number;
  /** Packets that could not be sent: `oerrors`. */
  readonly txErrors: number;
}

/** A group at one moment. */
export interface Snapshot {
  /** `--file-prefix`. */
  readonly filePrefix: string;
  /** The directory of its files. */
  readonly directory: string;
  /** The primary's DPDK version: `22.11.11`. */
  readonly version: string;
  /** Whether processes of the group live. */
  readonly state: GroupState;
  /** When it was taken: milliseconds since 1970. */
  readonly time: number;
  /** The same by a clock that never jumps, in milliseconds, for rates. */
  readonly clock: number;
  /** Its living processes. */
  readonly processes: readonly ProcessState[];
  /** Its memory, a list for each page size and socket. */
  readonly memory: readonly MemoryListState[];
  /** Its memzones. */
  readonly memzones: readonly MemzoneState[];
  /** Its tailqs. */
  readonly tailqs: readonly TailqState[];
  /** Its rings. */
  readonly rings: readonly RingState[];
  /** Its mempools. */
  readonly mempools: readonly MempoolState[];
  /** The ports; none unless a process of the group looked. */
  readonly ports: readonly PortState[];
  /** What could not be read, a line each. */
  readonly problems: readonly string[];
}
