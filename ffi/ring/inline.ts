/**
 * The ring operations that DPDK's headers inline, ported: every sync mode, every element size.
 *
 * Ports of rte_ring_generic_pvt.h, rte_ring_c11_pvt.h, rte_ring_rts_elem_pvt.h,
 * rte_ring_hts_elem_pvt.h and rte_ring_elem_pvt.h; their algorithms are the same in DPDK 22.11,
 * 24.11 and 25.11. Used for elements that are not 8 bytes wide, and where native.ts finds no C code
 * to call.
 *
 * **Memory orders.** Every access to a head or a tail here is an `Atomics` operation, which is
 * sequentially consistent and therefore at least what the C functions ask for at that place
 * (acquire on the loads A0, A1, release on the CAS and on the tail's store R0). Elements are copied
 * by plain accesses: they stand between the load of the other end's tail (acquire) and the store of
 * our tail (release), and cannot move past either.
 *
 * **No allocation between taking a head and publishing the tail**: a garbage collection there would
 * stall every other user of that end. The exception is RTS, whose head and tail are 64 bits wide:
 * `Atomics` on them gives a BigInt, 24 bytes from the young generation, and there is no other way
 * to a 64-bit compare-and-swap from JavaScript. RTS is the mode in which others do not wait for us.
 *
 * @module
 */

import { type ElementBuffer, libc } from "../core/mod.ts";
import type { Consumer, Producer } from "./ends.ts";
import { rte_ring, SyncType } from "./layout.ts";

/** A ring's memory, header and elements, in the widths that are needed. */
export interface RingWords {
  readonly i32: Int32Array<ArrayBuffer>;
  readonly u32: Uint32Array<ArrayBuffer>;
  readonly i64: BigInt64Array<ArrayBuffer>;
}

/** Where the elements start, in 32-bit words. */
const DATA = rte_ring.size / 4;

const MASK = rte_ring.fields.mask.offset / 4;
const SIZE = rte_ring.fields.size.offset / 4;
const CAPACITY = rte_ring.fields.capacity.offset / 4;

/** The words of one end of a ring, by the offset of its cache line. */
export interface EndWords {
  readonly head: number;
  readonly tail: number;
  readonly sync: number;
  readonly rtsMax: number;
  /** Index of the 64-bit words {cnt, pos}. */
  readonly rtsHead: number;
  readonly rtsTail: number;
  /** Index of the 32-bit half of `rtsHead` that is the position. */
  readonly rtsHeadPos: number;
}

const F = rte_ring.fields;

export const PROD: EndWords = {
  head: F.prodHead.offset / 4,
  tail: F.prodTail.offset / 4,
  sync: F.prodSync.offset / 4,
  rtsMax: F.prodRtsMax.offset / 4,
  rtsHead: F.prodRtsHead.offset / 8,
  rtsTail: F.prodRtsTail.offset / 8,
  rtsHeadPos: F.prodRtsHeadPos.offset / 4,
};

export const CONS: EndWords = {
  head: F.consHead.offset / 4,
  tail: F.consTail.offset / 4,
  sync: F.consSync.offset / 4,
  rtsMax: F.consRtsMax.offset / 4,
  rtsHead: F.consRtsHead.offset / 8,
  rtsTail: F.consRtsTail.offset / 8,
  rtsHeadPos: F.consRtsHeadPos.offset / 4,
};

/** How often to look again before the CPU is left to whoever is to be waited for. */
const SPINS = 1000;

/**
 * `rte_pause` in a wait for another thread. It may share our CPU, and so we sleep now and then: the
 * shortest sleep, as `sched_yield` may hand the CPU to others for far longer.
 */
export function pause(turn: number): void {
  if (turn % SPINS === SPINS - 1) libc().usleep(1);
  else Atomics.pause();
}

/** Moving one end's head and tail in one sync mode. */
interface Sync {
  /**
   * Moves the head by `n`, or by what there is unless `fixed`; gives by how much. The position from
   * before is left in {@linkcode Sync.old}.
   */
  take(n: number, fixed: boolean): number;
  /** Publishes the tail behind the `n` elements that were copied. */
  publish(n: number): void;
  /** The position from which the head was moved. */
  old: number;
}

/** What all sync modes share: how many entries this end may take. */
abstract class Ends {
  old = 0;
  protected readonly words: RingWords;
  protected readonly end: EndWords;
  readonly #otherTail: number;
  readonly #capacity: number;

  constructor(words: RingWords, producer: boolean) {
    this.words = words;
    this.end = producer ? PROD : CONS;
    this.#otherTail = producer ? CONS.tail : PROD.tail;
    this.#capacity = producer ? words.i32[CAPACITY]! : 0;
  }

  /**
   * How many elements may be taken at a head position: `n`, fewer, or 0.
   * `__rte_ring_headtail_move_head`: the difference is modulo 2^32 and so never negative.
   */
  protected entries(head: number, n: number, fixed: boolean): number {
    const tail = Atomics.load(this.words.i32, this.#otherTail);
    const entries = (this.#capacity + tail - head) >>> 0;
    if (n <= entries) return n;
    return fixed ? 0 : entries;
  }
}

/** `RTE_RING_SYNC_ST`: one thread at this end. */
class SingleThread extends Ends implements Sync {
  take(n: number, fixed: boolean): number {
    const { i32 } = this.words;
    const head = Atomics.load(i32, this.end.head);
    const taken = this.entries(head, n, fixed);
    this.old = head;
    if (taken !== 0) Atomics.store(i32, this.end.head, (head + taken) | 0);
    return taken;
  }

  publish(n: number): void {
    Atomics.store(this.words.i32, this.end.tail, (this.old + n) | 0);
  }
}

/** `RTE_RING_SYNC_MT`: threads publish in the order in which they took. */
class MultiThread extends Ends implements Sync {
  take(n: number, fixed: boolean): number {
    const { i32 } = this.words;
    let head = Atomics.load(i32, this.end.head);
    for (;;) {
      const taken = this.entries(head, n, fixed);
      if (taken === 0) return 0;
      const seen = Atomics.compareExchange(i32, this.end.head, head, (head + taken) | 0);
      if (seen === head) {
        this.old = head;
        return taken;
      }
      head = seen;
    }
  }

  publish(n: number): void {
    const { i32 } = this.words;
    // __rte_ring_update_tail: those who took before us publish before us.
    for (let turn = 0; Atomics.load(i32, this.end.tail) !== this.old; turn++) pause(turn);
    Atomics.store(i32, this.end.tail, (this.old + n) | 0);
  }
}

/**
 * `RTE_RING_SYNC_MT_HTS`: one thread at a time. C swaps head and tail as one 64-bit word, to be
 * sure that they were equal at that moment. We swap the head alone: the tail only follows the head,
 * so while the head has the value that it had when they were equal, they still are. (That value
 * could come again after 2^32 elements, as in MT.) A C thread's 64-bit swap fails when we were
 * faster, and ours fails when it was, as both hold the head.
 */
class HeadTailSync extends Ends implements Sync {
  take(n: number, fixed: boolean): number {
    const { i32 } = this.words;
    for (let turn = 0;; turn++) {
      const head = Atomics.load(i32, this.end.head);
      if (Atomics.load(i32, this.end.tail) !== head) {
        pause(turn);
        continue;
      }
      const taken = this.entries(head, n, fixed);
      if (taken === 0) return 0;
      if (Atomics.compareExchange(i32, this.end.head, head, (head + taken) | 0) === head) {
        this.old = head;
        return taken;
      }
    }
  }

  publish(n: number): void {
    Atomics.store(this.words.i32, this.end.tail, (this.old + n) | 0);
  }
}

const U32 = 0xffffffffn;

/** The position in a 64-bit {cnt, pos}. */
function positionOf(value: bigint): number {
  return Number(BigInt.asIntN(32, value >> 32n));
}

/** A 64-bit {cnt, pos}. */
function countAndPosition(count: bigint, position: number): bigint {
  return BigInt.asIntN(64, (BigInt(position) << 32n) | (count & U32));
}

/**
 * `RTE_RING_SYNC_MT_RTS`: threads finish in any order; head and tail count updates besides their
 * position, and the update that makes the counts equal moves the tail to the head.
 */
class RelaxedTailSync extends Ends implements Sync {
  take(n: number, fixed: boolean): number {
    const { i32, i64 } = this.words;
    const { rtsHead, tail, rtsMax } = this.end;
    for (let turn = 0;; turn++) {
      const head = Atomics.load(i64, rtsHead);
      const position = positionOf(head);
      // __rte_ring_rts_head_wait: do not run too far ahead of the tail.
      if (((position - Atomics.load(i32, tail)) >>> 0) > (i32[rtsMax]! >>> 0)) {
        pause(turn);
        continue;
      }
      const taken = this.entries(position, n, fixed);
      if (taken === 0) return 0;
      const next = countAndPosition(head + 1n, (position + taken) | 0);
      if (Atomics.compareExchange(i64, rtsHead, head, next) === head) {
        this.old = position;
        return taken;
      }
    }
  }

  publish(_n: number): void {
    const { i64 } = this.words;
    const { rtsHead, rtsTail } = this.end;
    // __rte_ring_rts_update_tail.
    let tail = Atomics.load(i64, rtsTail);
    for (;;) {
      const head = Atomics.load(i64, rtsHead);
      const last = ((tail + 1n) & U32) === (head & U32);
      const next = countAndPosition(tail + 1n, positionOf(last ? head : tail));
      const seen = Atomics.compareExchange(i64, rtsTail, tail, next);
      if (seen === tail) return;
      tail = seen;
    }
  }
}

const SYNCS = {
  [SyncType.RTE_RING_SYNC_MT]: MultiThread,
  [SyncType.RTE_RING_SYNC_ST]: SingleThread,
  [SyncType.RTE_RING_SYNC_MT_RTS]: RelaxedTailSync,
  [SyncType.RTE_RING_SYNC_MT_HTS]: HeadTailSync,
} as const;

function syncOf(words: RingWords, producer: boolean): Sync {
  const type = words.i32[(producer ? PROD : CONS).sync]! as keyof typeof SYNCS;
  return new SYNCS[type](words, producer);
}

/** `__rte_ring_enqueue_elems`: copies into the ring, round its end. */
function copyIn(
  words: RingWords,
  old: number,
  from: Uint32Array,
  at: number,
  n: number,
  step: number,
): void {
  const { u32, i32 } = words;
  const size = i32[SIZE]! >>> 0;
  const index = (old & i32[MASK]!) >>> 0;
  const first = Math.min(n, size - index) * step;
  const total = n * step;
  let to = DATA + index * step;
  let i = 0;
  for (; i < first; i++) u32[to++] = from[at++]!;
  for (to = DATA; i < total; i++) u32[to++] = from[at++]!;
}

/** `__rte_ring_dequeue_elems`: copies out of the ring, round its end. */
function copyOut(
  words: RingWords,
  old: number,
  into: Uint32Array,
  at: number,
  n: number,
  step: number,
): void {
  const { u32, i32 } = words;
  const size = i32[SIZE]! >>> 0;
  const index = (old & i32[MASK]!) >>> 0;
  const first = Math.min(n, size - index) * step;
  const total = n * step;
  let from = DATA + index * step;
  let i = 0;
  for (; i < first; i++) into[at++] = u32[from++]!;
  for (from = DATA; i < total; i++) into[at++] = u32[from++]!;
}

class InlineProducer implements Producer {
  readonly #words: RingWords;
  readonly #sync: Sync;
  readonly #step: number;

  constructor(words: RingWords, elementSize: number) {
    this.#words = words;
    this.#sync = syncOf(words, true);
    this.#step = elementSize / 4;
  }

  bulk(objects: ElementBuffer, n: number, from: number): number {
    return this.#enqueue(objects, n, from, true);
  }

  burst(objects: ElementBuffer, n: number, from: number): number {
    return this.#enqueue(objects, n, from, false);
  }

  /** `__rte_ring_do_enqueue_elem`. */
  #enqueue(objects: ElementBuffer, n: number, from: number, fixed: boolean): number {
    const sync = this.#sync;
    const taken = sync.take(n, fixed);
    if (taken === 0) return 0;
    copyIn(this.#words, sync.old, objects.words, from * this.#step, taken, this.#step);
    sync.publish(taken);
    return taken;
  }
}

class InlineConsumer implements Consumer {
  readonly #words: RingWords;
  readonly #sync: Sync;
  readonly #step: number;

  constructor(words: RingWords, elementSize: number) {
    this.#words = words;
    this.#sync = syncOf(words, false);
    this.#step = elementSize / 4;
  }

  bulk(objects: ElementBuffer, n: number, at: number): number {
    return this.#dequeue(objects, n, at, true);
  }

  burst(objects: ElementBuffer, n: number, at: number): number {
    return this.#dequeue(objects, n, at, false);
  }

  /** `__rte_ring_do_dequeue_elem`. */
  #dequeue(objects: ElementBuffer, n: number, at: number, fixed: boolean): number {
    const sync = this.#sync;
    const taken = sync.take(n, fixed);
    if (taken === 0) return 0;
    copyOut(this.#words, sync.old, objects.words, at * this.#step, taken, this.#step);
    sync.publish(taken);
    return taken;
  }
}

/**
 * The two ends of a ring.
 *
 * @param memory the ring's memory, header and elements
 * @param elementSize bytes of one element, a multiple of 4
 */
export function inlineEnds(
  memory: ArrayBuffer,
  elementSize: number,
): { producer: Producer; consumer: Consumer } {
  const words: RingWords = {
    i32: new Int32Array(memory, 0, rte_ring.size / 4),
    u32: new Uint32Array(memory),
    i64: new BigInt64Array(memory, 0, rte_ring.size / 8),
  };
  return {
    producer: new InlineProducer(words, elementSize),
    consumer: new InlineConsumer(words, elementSize),
  };
}
