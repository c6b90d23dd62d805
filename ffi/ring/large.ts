/**
 * Large bursts of 8-byte elements: one memcpy each.
 *
 * The C functions that native.ts calls were compiled for any CPU of the architecture, and copy with
 * what each has; libc's memcpy was chosen for this CPU, and needs less than half the time. So a
 * large burst is done here: heads and tails by `Atomics`, the elements by one call of memcpy, or two
 * where the ring wraps. For a small one the `Atomics` alone would take longer than a call of
 * native.ts.
 *
 * A port of `__rte_ring_do_enqueue_elem` and `__rte_ring_do_dequeue_elem` (rte_ring_elem_pvt.h) with
 * what they consist of: moving the head (rte_ring_c11_pvt.h: `__rte_ring_move_prod_head` and
 * `__rte_ring_move_cons_head`, in 25.11 `__rte_ring_headtail_move_head`; rte_ring_hts_elem_pvt.h:
 * `__rte_ring_hts_move_prod_head` and `__rte_ring_hts_move_cons_head`), copying, and
 * `__rte_ring_update_tail` or `__rte_ring_hts_update_tail`; for the sync types ST, MT and HTS, which
 * are the same in DPDK 22.11, 24.11 and 25.11. In RTS head and tail are 64 bits wide, which `Atomics`
 * has as BigInts alone.
 *
 * inline.ts has all that, too. But an `Atomics` operation is a call of a builtin on Deno, of 7 to 13
 * ns, and it makes four of them in ST and five in MT. Here there are two and three, for the orders
 * that matter between processes, by their names in rte_ring_c11_pvt.h:
 *
 * - A1, A4: the other end's tail is loaded by `Atomics.load`, which is at least acquire. Who sees
 *   that tail sees that the slots before it are filled, or empty. memcpy is called after it.
 * - R0: our tail is stored by `Atomics.store`, which is at least release, after memcpy.
 * - R1, R2, in MT and HTS: the head is moved by `Atomics.compareExchange`. In HTS it is the head
 *   alone, where C swaps head and tail as one word; inline.ts says why that is the same.
 *
 * The other accesses are plain:
 *
 * - The head in ST, as in C: this end's only thread is alone in reading and writing it. It is written
 *   after the copy, right before the tail, so that at no time is it taken and not published.
 * - The head in MT and HTS when it is read first (A0, A3). C acquires here, lest the head be newer
 *   than the tail that is read next: their distance may then be negative, that is very large, and the
 *   swap succeed that must not. But a negative distance is more than the ring's capacity and is not
 *   believed here, and one that is too short does no harm; an old head is refused by the swap. So a
 *   burst that fits by such a guess is a full one, and all others start again with `Atomics.load` of
 *   the head.
 * - The own tail in MT, as it is seen first by who waits for those who took before: relaxed in C.
 *   Once it has the value that we wait for, it keeps it until we publish. Likewise in HTS before the
 *   swap: it had the head's value once, and keeps it as long as the head has it.
 *
 * None of these moves across the call of memcpy: a foreign function may read and write any memory,
 * for all that an engine knows.
 *
 * **No allocation between taking a head and publishing the tail**: the pointers that memcpy gets are
 * made, or looked up, before a head is taken.
 *
 * @module
 */

import { type ElementBuffer, type Memcpy, memcpy } from "../core/mod.ts";
import { type Pointer, runtime } from "../runtime/mod.ts";
import { CONS, pause, PROD } from "./inline.ts";
import { rte_ring, SyncType } from "./layout.ts";

const NEVER = 2 ** 30;

/**
 * From how many elements on a burst is large, by the end's sync type: from where it is no slower on
 * either runtime. An enqueue and a dequeue in ns, by native.ts and here:
 *
 * | elements | Deno, ST  | Deno, MT  | Deno, HTS | Bun, ST  | Bun, MT  | Bun, HTS |
 * | -------- | --------- | --------- | --------- | -------- | -------- | -------- |
 * | 64       | 40 / 67   | 47 / 86   | 46 / 92   | 39 / 45  | 44 / 59  | 43 / 55  |
 * | 128      | 80 / 75   | 88 / 92   | 79 / 93   | 80 / 54  | 82 / 59  | 79 / 62  |
 * | 160      | 97 / 79   | 105 / 99  | 101 / 99  | 96 / 57  | 100 / 63 | 100 / 68 |
 * | 192      | 109 / 80  | 117 / 102 | 114 / 99  | 109 / 59 | 114 / 64 | 114 / 68 |
 * | 256      | 130 / 78  | 140 / 94  | 138 / 94  | 131 / 61 | 135 / 68 | 144 / 71 |
 * | 512      | 236 / 109 | 252 / 125 | 248 / 124 | 238 / 84 | 237 / 92 | 261 / 93 |
 */
export const LEAST: readonly number[] = [160, 128, NEVER, 160];

/** The longest large burst: up to so many pointers {@linkcode Memcpy} allocates nothing. */
export const MOST = 1024;

/** What {@linkcode Large.move} gives where it has no pointer to the slots: it did nothing. */
export const ELSEWHERE = -1;

/** One end of a ring, for large bursts. */
export interface Large {
  /**
   * Moves up to `n` elements between the ring and a buffer, at most {@linkcode MOST}.
   *
   * @param at the first one's index in the buffer
   * @param fixed whether it is a bulk: `n` or none
   * @returns how many, or {@linkcode ELSEWHERE}
   */
  move(objects: ElementBuffer, n: number, at: number, fixed: boolean): number;
}

/** So many pointers to slots an end keeps at most. */
const POINTERS = 2 ** 16;

/**
 * Every how many slots of a ring one has a pointer: each, up to 65536 slots. Of a larger ring it is
 * every second slot, every fourth, and so on, where bursts start that are all of one power of two.
 *
 * @param size the ring's slots, a power of two
 */
export function stride(size: number): number {
  return Math.max(1, size / POINTERS);
}

/** A ring's slots as memcpy takes them; each is made when a burst starts there first, and kept. */
class Slots {
  /** The first one, where a burst that wraps goes on. */
  readonly first: Pointer;
  readonly #address: number;
  readonly #shift: number;
  /** Those bits of an index that are 0 where there is a pointer. */
  readonly #between: number;
  /** Has its length from the start: engines keep an array that grew by leaps as a hash table. */
  readonly #pointers: (Pointer | undefined)[];

  constructor(ring: number, size: number) {
    this.#address = ring + rte_ring.size;
    this.#shift = Math.log2(stride(size));
    this.#between = stride(size) - 1;
    this.#pointers = Array<Pointer | undefined>(size / stride(size));
    this.first = runtime.pointer(this.#address)!;
  }

  /** The slot at an index; `undefined` for one that has no pointer. */
  at(index: number): Pointer | undefined {
    if ((index & this.#between) !== 0) return undefined;
    return this.#pointers[index >> this.#shift] ??= runtime.pointer(this.#address + 8 * index)!;
  }
}

const SIZE = rte_ring.fields.size.offset / 4;
const CAPACITY = rte_ring.fields.capacity.offset / 4;

/** What {@linkcode LargeEnd.entries} gives for a guess that is none. */
const UNSURE = -1;

/** What all sync types have. Both ends of a ring share a text; it is not on a small burst's way. */
abstract class LargeEnd implements Large {
  protected readonly words: Int32Array<ArrayBuffer>;
  /** Which words are this end's head and tail, and the other end's tail. */
  protected readonly head: number;
  protected readonly tail: number;
  protected readonly other: number;
  protected readonly size: number;
  protected readonly capacity: number;
  /** What an empty ring has for this end: its capacity for producers, nothing for consumers. */
  protected readonly room: number;
  protected readonly slots: Slots;
  readonly #memcpy: Memcpy = memcpy();
  readonly #producer: boolean;

  constructor(ring: number, words: Int32Array<ArrayBuffer>, producer: boolean) {
    this.words = words;
    this.head = (producer ? PROD : CONS).head;
    this.tail = (producer ? PROD : CONS).tail;
    this.other = (producer ? CONS : PROD).tail;
    this.size = words[SIZE]!;
    this.capacity = words[CAPACITY]!;
    this.room = producer ? this.capacity : 0;
    this.slots = new Slots(ring, this.size);
    this.#producer = producer;
  }

  abstract move(objects: ElementBuffer, n: number, at: number, fixed: boolean): number;

  /**
   * `__rte_ring_enqueue_elems`, `__rte_ring_dequeue_elems`.
   *
   * @param at the first one's index in the buffer
   * @param index the first one's index in the ring
   * @param slot the first one's place in the ring
   */
  protected copy(
    objects: ElementBuffer,
    n: number,
    at: number,
    index: number,
    slot: Pointer,
  ): void {
    const end = this.size - index;
    if (n > end) {
      this.#copyRound(objects, n, at, end, slot);
      return;
    }
    const table = at === 0 ? objects.pointer : objects.pointerAt(at);
    if (this.#producer) this.#memcpy.pointers(slot, table, n);
    else this.#memcpy.pointers(table, slot, n);
  }

  /**
   * How many elements may be taken at a head position: `n`, fewer, or 0.
   *
   * @param fixed whether it is `n` or none
   * @param sure whether the head was loaded before this, with acquire
   * @returns {@linkcode UNSURE} when it was not, and then it is not `n`
   */
  protected entries(head: number, n: number, fixed: boolean, sure: boolean): number {
    const tail = Atomics.load(this.words, this.other);
    const entries = (((this.room + tail) | 0) - head) >>> 0;
    if (n <= entries && (sure || entries <= this.capacity)) return n;
    if (!sure) return UNSURE;
    return fixed ? 0 : entries;
  }

  /** Has the pointers made that {@linkcode LargeEnd.copy} will ask the buffer for. */
  protected ready(objects: ElementBuffer, n: number, at: number, index: number): void {
    if (at !== 0) objects.pointerAt(at);
    if (index + n > this.size) objects.pointerAt(at + this.size - index);
  }

  /** Copies `end` elements up to the ring's end and the rest at its start. */
  #copyRound(objects: ElementBuffer, n: number, at: number, end: number, slot: Pointer): void {
    const { first } = this.slots;
    const table = objects.pointerAt(at);
    const rest = objects.pointerAt(at + end);
    if (this.#producer) {
      this.#memcpy.pointers(slot, table, end);
      this.#memcpy.pointers(first, rest, n - end);
    } else {
      this.#memcpy.pointers(table, slot, end);
      this.#memcpy.pointers(rest, first, n - end);
    }
  }
}

/** `RTE_RING_SYNC_ST`. */
class LargeSingleThread extends LargeEnd {
  move(objects: ElementBuffer, n: number, at: number, fixed: boolean): number {
    const { words } = this;
    const head = words[this.head]!;
    const index = head & (this.size - 1);
    const slot = this.slots.at(index);
    if (slot === undefined) return ELSEWHERE;
    const taken = this.entries(head, n, fixed, true);
    if (taken === 0) return 0;
    this.copy(objects, taken, at, index, slot);
    const next = (head + taken) | 0;
    words[this.head] = next;
    Atomics.store(words, this.tail, next);
    return taken;
  }
}

/** `RTE_RING_SYNC_MT`: threads publish in the order in which they took. */
class LargeMultiThread extends LargeEnd {
  move(objects: ElementBuffer, n: number, at: number, fixed: boolean): number {
    const { words } = this;
    let head = words[this.head]!;
    for (let sure = false;; sure = true, head = Atomics.load(words, this.head)) {
      const index = head & (this.size - 1);
      const slot = this.slots.at(index);
      if (slot === undefined) return ELSEWHERE;
      const taken = this.entries(head, n, fixed, sure);
      if (taken === UNSURE) continue;
      if (taken === 0) return 0;
      this.ready(objects, taken, at, index);
      const next = (head + taken) | 0;
      if (Atomics.compareExchange(words, this.head, head, next) !== head) continue;
      this.copy(objects, taken, at, index, slot);
      if (words[this.tail] !== head) this.#wait(head);
      Atomics.store(words, this.tail, next);
      return taken;
    }
  }

  /** `__rte_ring_update_tail`: those who took before us publish before us. */
  #wait(head: number): void {
    for (let turn = 0; Atomics.load(this.words, this.tail) !== head; turn++) pause(turn);
  }
}

/**
 * `RTE_RING_SYNC_MT_HTS`: one thread at a time. It waits before it takes, where MT waits before it
 * publishes. One text for both, with the waits in methods of their own, takes 3 to 6 % longer on Deno
 * where both modes are in use.
 */
class LargeHeadTail extends LargeEnd {
  move(objects: ElementBuffer, n: number, at: number, fixed: boolean): number {
    const { words } = this;
    let head = words[this.head]!;
    for (let sure = false;; sure = true, head = Atomics.load(words, this.head)) {
      if (words[this.tail] !== head) head = this.#wait();
      const index = head & (this.size - 1);
      const slot = this.slots.at(index);
      if (slot === undefined) return ELSEWHERE;
      const taken = this.entries(head, n, fixed, sure);
      if (taken === UNSURE) continue;
      if (taken === 0) return 0;
      this.ready(objects, taken, at, index);
      const next = (head + taken) | 0;
      if (Atomics.compareExchange(words, this.head, head, next) !== head) continue;
      this.copy(objects, taken, at, index, slot);
      Atomics.store(words, this.tail, next);
      return taken;
    }
  }

  /** `__rte_ring_hts_head_wait`: who took before us publishes first. Gives head and tail. */
  #wait(): number {
    for (let turn = 0;; turn++) {
      const head = Atomics.load(this.words, this.head);
      if (Atomics.load(this.words, this.tail) === head) return head;
      pause(turn);
    }
  }
}

/**
 * An end for large bursts.
 *
 * @param ring the ring's address
 * @param words a view of its header
 * @param producer which end; its sync type is ST, MT or HTS
 */
export function largeEnd(ring: number, words: Int32Array<ArrayBuffer>, producer: boolean): Large {
  switch (words[(producer ? PROD : CONS).sync]!) {
    case SyncType.RTE_RING_SYNC_ST:
      return new LargeSingleThread(ring, words, producer);
    case SyncType.RTE_RING_SYNC_MT:
      return new LargeMultiThread(ring, words, producer);
    default:
      return new LargeHeadTail(ring, words, producer);
  }
}
