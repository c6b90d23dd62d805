/**
 * Ring operations done by DPDK's own machine code: the functions of the mempool driver in driver.ts.
 * A stand-in for a mempool whose `pool_data` is our ring makes them do the work.
 *
 * They know bulk only. A burst is a bulk of what fits, and of less when a rival was faster. Large
 * bursts are done by large.ts, which copies faster.
 *
 * @module
 */

import type { ElementBuffer } from "../core/mod.ts";
import { type Pointer, runtime } from "../runtime/mod.ts";
import { type BulkCall, driverCalls } from "./driver.ts";
import type { Consumer, Producer } from "./ends.ts";
import { ELSEWHERE, type Large, largeEnd, LEAST, MOST, stride } from "./large.ts";
import { drivenMempool, rte_ring, SyncType } from "./layout.ts";

/** Indexes of the ring's 32-bit words. */
const PROD_HEAD = rte_ring.fields.prodHead.offset / 4;
const PROD_TAIL = rte_ring.fields.prodTail.offset / 4;
const CONS_HEAD = rte_ring.fields.consHead.offset / 4;
const CONS_TAIL = rte_ring.fields.consTail.offset / 4;
const PROD_RTS_HEAD = rte_ring.fields.prodRtsHeadPos.offset / 4;
const CONS_RTS_HEAD = rte_ring.fields.consRtsHeadPos.offset / 4;
const CAPACITY = rte_ring.fields.capacity.offset / 4;
const SIZE = rte_ring.fields.size.offset / 4;
const PROD_SYNC = rte_ring.fields.prodSync.offset / 4;
const CONS_SYNC = rte_ring.fields.consSync.offset / 4;

/** As many bytes as a mempool has: the driver's functions may look at all of them. */
function standIn(ring: number): ArrayBuffer {
  const memory = new ArrayBuffer(drivenMempool.size);
  new BigUint64Array(memory)[drivenMempool.fields.pool_data.offset / 8] = BigInt(ring);
  return memory;
}

/**
 * What both ends have: the ring's header, and the stand-in.
 *
 * The count that a burst starts from is a hint, read without ordering: the C function reads head
 * and tail again with the orders that DPDK prescribes, and refuses what does not fit. An engine may
 * keep a plain read in a register for the length of a loop that polls, so "nothing there" is
 * believed only after an atomic read said so.
 *
 * Producers and consumers have a text of their own for the same steps, for each sees four classes of
 * calls then, one for each sync mode, and both engines compile up to four in line: rings of all modes
 * can be in use in one loop. Both engines compile only so much in line with a script's loop, and what
 * is too much costs a call: so what a burst needs that is not as usual stands in methods of its own,
 * and no method is `#private`, whose check V8 counts, too.
 */
abstract class NativeEnd {
  protected readonly words: Int32Array<ArrayBuffer>;
  protected readonly pool: Pointer;
  /** The driver's function of the sync mode. */
  protected readonly call: BulkCall;
  /** Which word is this end's head. */
  protected readonly head: number;
  /**
   * Bursts of fewer elements are tried as a bulk, without counting: {@linkcode NativeEnd.least}, or 0
   * when the last burst was no full one.
   */
  protected usual = 0;
  /** From so many elements on a burst may be a large one, and is one if the ring has so many. */
  protected readonly least: number;
  /** The bits of its position that are 0 where a large burst can start. */
  protected readonly between: number;
  readonly #ring: number;
  readonly #memory: ArrayBuffer;
  #large: Large | undefined;

  constructor(
    ring: number,
    words: Int32Array<ArrayBuffer>,
    head: number,
    sync: number,
    call: BulkCall,
  ) {
    this.words = words;
    this.call = call;
    this.least = LEAST[sync]!;
    this.between = stride(words[SIZE]!) - 1;
    this.#ring = ring;
    this.#memory = standIn(ring);
    this.pool = runtime.pointerTo(this.#memory);
    this.head = head;
  }

  /** What does this end's large bursts: made for the first of them. */
  protected largeEnd(producer: boolean): Large {
    return this.#large ??= largeEnd(this.#ring, this.words, producer);
  }
}

class NativeProducer extends NativeEnd implements Producer {
  bulk(objects: ElementBuffer, n: number, from: number): number {
    if (n >= this.least) return this.large(objects, n, from, true);
    return this.call.run(this.pool, objects.pointerAt(from), n) === 0 ? n : 0;
  }

  burst(objects: ElementBuffer, n: number, from: number): number {
    if (n < this.usual && this.call.run(this.pool, objects.pointerAt(from), n) === 0) return n;
    return n < this.least ? this.other(objects, n, from) : this.large(objects, n, from, false);
  }

  /** A burst that does not go in as a whole, or is the first after such a one. */
  protected other(objects: ElementBuffer, n: number, from: number): number {
    const at = objects.pointerAt(from);
    const { words } = this;
    const free = (words[CAPACITY]! + words[CONS_TAIL]! - words[this.head]!) >>> 0;
    const fit = n < free ? n : free;
    const done = fit !== 0 && this.call.run(this.pool, at, fit) === 0 ? fit : this.slow(at, n);
    this.usual = done === n ? this.least : 0;
    return done;
  }

  /** Many elements, which all go in as usual. */
  protected large(objects: ElementBuffer, n: number, from: number, fixed: boolean): number {
    if (this.usual === 0 || n > MOST) return this.hinted(objects, n, from, fixed);
    const done = this.largeEnd(true).move(objects, n, from, fixed);
    if (done === n) return n;
    if (done === ELSEWHERE) return this.hinted(objects, n, from, fixed);
    this.usual = 0;
    return done;
  }

  /**
   * Many elements, or few if the hint says that no more fit: a few are left to C. So are those from a
   * position where large.ts has no pointer.
   */
  protected hinted(objects: ElementBuffer, n: number, from: number, fixed: boolean): number {
    const { words } = this;
    const free = (words[CAPACITY]! + words[CONS_TAIL]! - words[this.head]!) >>> 0;
    const fit = n < free ? n : free;
    let done = ELSEWHERE;
    const least = fixed ? n : this.least;
    if (fit >= least && fit <= MOST && (words[this.head]! & this.between) === 0) {
      done = this.largeEnd(true).move(objects, fit, from, fixed);
    }
    if (done === ELSEWHERE) {
      const at = objects.pointerAt(from);
      if (fixed) done = this.call.run(this.pool, at, n) === 0 ? n : 0;
      else done = fit !== 0 && this.call.run(this.pool, at, fit) === 0 ? fit : this.slow(at, n);
    }
    this.usual = done === n ? this.least : 0;
    return done;
  }

  /** The hint was wrong, or the ring is full. */
  protected slow(at: Pointer, n: number): number {
    for (;;) {
      // Head first: the tail read later can only be further on, so the count is never negative.
      const head = Atomics.load(this.words, this.head);
      const free = (this.words[CAPACITY]! + Atomics.load(this.words, CONS_TAIL) - head) >>> 0;
      const fit = n < free ? n : free;
      if (fit === 0) return 0;
      // A failure means that a rival moved the head meanwhile: somebody makes progress.
      if (this.call.run(this.pool, at, fit) === 0) return fit;
    }
  }
}

class NativeConsumer extends NativeEnd implements Consumer {
  bulk(objects: ElementBuffer, n: number, at: number): number {
    if (n >= this.least) return this.large(objects, n, at, true);
    return this.call.run(this.pool, objects.pointerAt(at), n) === 0 ? n : 0;
  }

  burst(objects: ElementBuffer, n: number, at: number): number {
    if (n < this.usual && this.call.run(this.pool, objects.pointerAt(at), n) === 0) return n;
    return n < this.least ? this.other(objects, n, at) : this.large(objects, n, at, false);
  }

  /** A burst that does not come out as a whole, or is the first after such a one. */
  protected other(objects: ElementBuffer, n: number, at: number): number {
    const to = objects.pointerAt(at);
    const { words } = this;
    const entries = (words[PROD_TAIL]! - words[this.head]!) >>> 0;
    const fit = n < entries ? n : entries;
    const done = fit !== 0 && this.call.run(this.pool, to, fit) === 0 ? fit : this.slow(to, n);
    this.usual = done === n ? this.least : 0;
    return done;
  }

  /** Many elements, which are all there as usual. */
  protected large(objects: ElementBuffer, n: number, at: number, fixed: boolean): number {
    if (this.usual === 0 || n > MOST) return this.hinted(objects, n, at, fixed);
    const done = this.largeEnd(false).move(objects, n, at, fixed);
    if (done === n) return n;
    if (done === ELSEWHERE) return this.hinted(objects, n, at, fixed);
    this.usual = 0;
    return done;
  }

  /** Many elements, or few if the hint says that there are no more; see the producer's. */
  protected hinted(objects: ElementBuffer, n: number, at: number, fixed: boolean): number {
    const { words } = this;
    const entries = (words[PROD_TAIL]! - words[this.head]!) >>> 0;
    const fit = n < entries ? n : entries;
    let done = ELSEWHERE;
    const least = fixed ? n : this.least;
    if (fit >= least && fit <= MOST && (words[this.head]! & this.between) === 0) {
      done = this.largeEnd(false).move(objects, fit, at, fixed);
    }
    if (done === ELSEWHERE) {
      const to = objects.pointerAt(at);
      if (fixed) done = this.call.run(this.pool, to, n) === 0 ? n : 0;
      else done = fit !== 0 && this.call.run(this.pool, to, fit) === 0 ? fit : this.slow(to, n);
    }
    this.usual = done === n ? this.least : 0;
    return done;
  }

  /** The hint was wrong, or the ring is empty; see the producer's. */
  protected slow(to: Pointer, n: number): number {
    for (;;) {
      const head = Atomics.load(this.words, this.head);
      const entries = (Atomics.load(this.words, PROD_TAIL) - head) >>> 0;
      const fit = n < entries ? n : entries;
      if (fit === 0) return 0;
      if (this.call.run(this.pool, to, fit) === 0) return fit;
    }
  }
}

/**
 * The two ends of a ring of 8-byte elements.
 *
 * @param ring its address
 * @param words a view of its header
 * @returns `undefined` when this process has no mempool_ring driver
 */
export function nativeEnds(
  ring: number,
  words: Int32Array<ArrayBuffer>,
): { producer: Producer; consumer: Consumer } | undefined {
  const calls = driverCalls();
  if (calls === undefined) return undefined;
  const prodSync = words[PROD_SYNC]!;
  const consSync = words[CONS_SYNC]!;
  const rts = SyncType.RTE_RING_SYNC_MT_RTS;
  const prodHead = prodSync === rts ? PROD_RTS_HEAD : PROD_HEAD;
  const consHead = consSync === rts ? CONS_RTS_HEAD : CONS_HEAD;
  return {
    producer: new NativeProducer(ring, words, prodHead, prodSync, calls.producers[prodSync]!),
    consumer: new NativeConsumer(ring, words, consHead, consSync, calls.consumers[consSync]!),
  };
}
