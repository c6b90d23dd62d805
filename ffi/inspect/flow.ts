/**
 * What follows from several looks at a group: rates, marks, and what seems to be wrong.
 *
 * @module
 */

import type { MempoolState, PortState, RingState, Snapshot } from "./snapshot.ts";

/** A thread that may be the one at a ring's end. */
export interface Suspect {
  /** Its process's id. */
  readonly pid: number;
  /** The thread's id, as the kernel numbers it. */
  readonly tid: number;
  /** The thread's name: `rte-worker-1`, or `dpdk-worker1`. */
  readonly thread: string;
  /** Its lcore id, as far as its name or its process's arguments tell. */
  readonly lcoreId: number | undefined;
  /** Whether it is stopped, by a signal or a debugger. */
  readonly stopped: boolean;
  /**
   * Whether its stack has the ring's address. Of threads without it, those that are stopped are told
   * where no other is found: they may have it in a register, which nobody can read.
   */
  readonly seen: boolean;
}

/** An end of a ring that somebody began and does not finish. */
export interface StuckEnd {
  /** Which end: the producers' or the consumers'. */
  readonly side: "prod" | "cons";
  /** For how long head and tail have stood apart and still, in milliseconds. */
  readonly forMs: number;
  /** How many elements are between them. */
  readonly elements: number;
  /** Who it may be: living threads that have the ring's address on their stacks. None: it may be dead. */
  readonly suspects: readonly Suspect[];
}

/** A ring over time. */
export interface RingFlow {
  /** The ring as it was at the last look. */
  readonly ring: RingState;
  /** Elements a second that came, and went; 0 at the first look. */
  readonly inRate: number;
  /** Elements a second that went; 0 at the first look. */
  readonly outRate: number;
  /** How full it is, from 0 to 1. */
  readonly fill: number;
  /** The most elements that were seen in it. */
  readonly highWater: number;
  /** Its ends that somebody began and does not finish. */
  readonly stuck: readonly StuckEnd[];
}

/** A pool that loses objects. */
export interface Leak {
  /** For how long it has gone on, in milliseconds. */
  readonly forMs: number;
  /** How many objects went in that time, and are in no ring. */
  readonly objects: number;
  /** Whether the pool has run out: nothing is left to be lost, and nobody gets an object any more. */
  readonly empty: boolean;
}

/** A mempool over time. */
export interface MempoolFlow {
  /** The pool as it was at the last look. */
  readonly mempool: MempoolState;
  /** How much of it is out, from 0 to 1; `undefined` for a driver that is not known. */
  readonly fill: number | undefined;
  /** The fewest available objects that were seen. */
  readonly lowWater: number | undefined;
  /** Its objects that lie in rings of the group (not its driver's own), as far as they were counted. */
  readonly inRings: number | undefined;
  /** What it loses, `undefined` as long as nothing tells that it does. */
  readonly leak: Leak | undefined;
}

/** A port over time. */
export interface PortFlow {
  /** The port as it was at the last look. */
  readonly port: PortState;
  /** Packets a second. */
  readonly rxRate: number;
  /** Packets a second that were sent. */
  readonly txRate: number;
  /** Bits a second. */
  readonly rxBits: number;
  /** Bits a second that were sent. */
  readonly txBits: number;
}

/** A process that knows a ring. */
export interface Link {
  /** The process's id. */
  readonly pid: number;
  /** The ring's name. */
  readonly ring: string;
}

/** A group over time. */
export interface Flow {
  /** The last look. */
  readonly snapshot: Snapshot;
  /** The milliseconds since the look before; 0 at the first. */
  readonly elapsedMs: number;
  /** The group's rings. */
  readonly rings: readonly RingFlow[];
  /** The group's mempools. */
  readonly mempools: readonly MempoolFlow[];
  /** The ports; none unless a process of the group looked. */
  readonly ports: readonly PortFlow[];
  /** Which process has which ring's address in its own memory; empty when that was not looked for. */
  readonly links: readonly Link[];
}
