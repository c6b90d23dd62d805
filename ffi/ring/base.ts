/**
 * What rings of every element size have in common.
 *
 * @module
 */

import {
  bury,
  checkMaker,
  DpdkError,
  type ElementBuffer,
  enrol,
  type Maker,
  type Mortal,
  printed,
  refuseBurst,
  Region,
  releaseRange,
} from "../core/mod.ts";
import { type Pointer, runtime } from "../runtime/mod.ts";
import { ringLibrary, ringMemsize } from "./create.ts";
import { type Consumer, deadEnd, type Producer } from "./ends.ts";
import { readHeader, type RingHeader } from "./header.ts";
import { inlineEnds } from "./inline.ts";
import { rte_ring } from "./layout.ts";
import { nativeEnds } from "./native.ts";

/** What a burst leaves behind, for who wants it; reused from call to call. */
export interface RingSpace {
  /** After an enqueue: how many more fit (`*free_space` of the C functions). */
  freeSpace: number;
  /** After a dequeue: how many are left (`*available` of the C functions). */
  available: number;
}

/** Whose code moves the elements. */
export type RingPath = "native" | "inline";

const F = rte_ring.fields;
const PROD_TAIL = F.prodTail.offset / 4;
const CONS_TAIL = F.consTail.offset / 4;

/** A ring does not store its element size, but its memzone's length must fit it. */
function checkElementSize(header: RingHeader, elementSize: number): void {
  if (header.memzoneLength === undefined) return;
  const needed = ringMemsize(elementSize, header.size);
  if (needed === header.memzoneLength) return;
  const actual = (header.memzoneLength - rte_ring.size) / header.size;
  throw new DpdkError({
    what: `use ring "${header.name}" with elements of ${elementSize} bytes`,
    advice: `its ${header.size} slots lie in ${header.memzoneLength} bytes, so an element has ` +
      `about ${Math.floor(actual)}; use ElementRing.lookup("${header.name}", elementSize)`,
  });
}

/**
 * A ring of any element size; {@linkcode Ring} and {@linkcode ElementRing} are made of it. It
 * stands for `struct rte_ring` (rte_ring_core.h).
 *
 * @example
 * ```ts
 * import { Eal, ElementRing, Ring } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pointers = Ring.create("pointers", 64);
 * using elements = ElementRing.create("elements", 16, 64);
 * for (const { name, capacity, count } of [pointers, elements]) console.log(name, capacity, count);
 * ```
 */
export abstract class RingBase<B extends ElementBuffer> implements Mortal {
  /** The ring's name. */
  readonly name: string;
  /** Where it is, in every process of the group. */
  readonly address: number;
  /** Bytes of one element. */
  readonly elementSize: number;
  /** `RING_F_*` it was made with. */
  readonly flags: number;
  /** Slots, a power of two: `rte_ring_get_size`. */
  readonly size: number;
  /** How many elements it holds at most: `rte_ring_get_capacity`. */
  readonly capacity: number;
  /** The producers' `enum rte_ring_sync_type`, a number: `rte_ring_get_prod_sync_type`. */
  readonly prodSyncType: number;
  /** The consumers' `enum rte_ring_sync_type`, a number: `rte_ring_get_cons_sync_type`. */
  readonly consSyncType: number;
  /**
   * Memory of the user's own that the ring lies in, kept from being collected.
   *
   * @internal
   */
  protected readonly memory: unknown;
  /**
   * The producers' end.
   *
   * @internal
   */
  protected producer: Producer;
  /**
   * The consumers' end.
   *
   * @internal
   */
  protected consumer: Consumer;
  /**
   * 32-bit words of one element.
   *
   * @internal
   */
  protected readonly step: number;
  readonly #pointer: Pointer<"struct rte_ring">;
  readonly #words: Int32Array<ArrayBuffer>;
  readonly #regions: Region[];
  #gone: (() => Error) | undefined;

  /**
   * For the classes of rings.
   *
   * @internal
   *
   * @param key that only this library has
   * @param ring the ring
   * @param elementSize bytes of one element
   * @param path whose code moves the elements: DPDK's own where it can, or this library's
   * @param keep memory of the user's own that the ring lies in
   */
  protected constructor(
    key: Maker,
    ring: Pointer<"struct rte_ring">,
    elementSize: number,
    path: RingPath,
    keep?: unknown,
  ) {
    checkMaker(key, "ring", "Ring.create, Ring.lookup, Ring.init or Ring.at");
    const address = runtime.address(ring);
    const header = readHeader(address, "use this ring");
    checkElementSize(header, elementSize);
    this.name = header.name;
    this.address = address;
    this.elementSize = elementSize;
    this.flags = header.flags;
    this.size = header.size;
    this.capacity = header.capacity;
    this.prodSyncType = header.prodSync;
    this.consSyncType = header.consSync;
    this.#pointer = ring;
    this.step = elementSize / 4;
    this.memory = keep;
    const region = new Region(address, rte_ring.size);
    this.#regions = [region];
    this.#words = new Int32Array(region.buffer);
    const native = path === "native" && elementSize === 8
      ? nativeEnds(address, this.#words)
      : undefined;
    if (native !== undefined) {
      this.producer = native.producer;
      this.consumer = native.consumer;
    } else {
      const whole = new Region(address, rte_ring.size + header.size * elementSize);
      this.#regions.push(whole);
      const inline = inlineEnds(whole.buffer, elementSize);
      this.producer = inline.producer;
      this.consumer = inline.consumer;
    }
    enrol(address, this);
  }

  /** `rte_ring_count`: how many elements are in it. */
  get count(): number {
    const words = this.words();
    const count = (Atomics.load(words, PROD_TAIL) - Atomics.load(words, CONS_TAIL)) &
      (this.size - 1);
    return count > this.capacity ? this.capacity : count;
  }

  /** `rte_ring_free_count`: how many more fit. */
  get freeCount(): number {
    return this.capacity - this.count;
  }

  /** `rte_ring_full`. */
  get full(): boolean {
    return this.freeCount === 0;
  }

  /** `rte_ring_empty`. */
  get empty(): boolean {
    const words = this.words();
    return Atomics.load(words, PROD_TAIL) === Atomics.load(words, CONS_TAIL);
  }

  /**
   * What `rte_ring_dump` prints of it.
   *
   * @returns its text
   */
  dump(): string {
    this.words();
    return printed((stream) => ringLibrary().rte_ring_dump(stream, this.#pointer));
  }

  /**
   * Forgets all elements: `rte_ring_reset`. Only when no process is using the ring, as in C.
   */
  reset(): void {
    this.words();
    ringLibrary().rte_ring_reset(this.#pointer);
  }

  /** False once this script freed the ring or EAL was cleaned up. */
  get alive(): boolean {
    return this.#gone === undefined;
  }

  /**
   * For the library: the ring is about to go.
   *
   * @internal
   */
  die(gone: () => Error): void {
    this.#gone = gone;
    this.producer = this.consumer = deadEnd(gone);
    for (const region of this.#regions) region.release();
  }

  /**
   * The header's words, as long as the ring is there.
   *
   * @internal
   */
  protected words(): Int32Array<ArrayBuffer> {
    if (this.#gone !== undefined) throw this.#gone();
    return this.#words;
  }

  /**
   * `rte_ring_free`, for the classes that may.
   *
   * @internal
   */
  protected freeRing(): void {
    this.words();
    bury(this.address, `ring "${this.name}"`);
    releaseRange(this.address, ringMemsize(this.elementSize, this.size));
    ringLibrary().rte_ring_free(this.#pointer);
  }

  /**
   * Puts `n` elements into the ring or none: `rte_ring_enqueue_bulk`, or
   * `rte_ring_enqueue_bulk_elem`. What `rte_ring_sp_enqueue_bulk` and `rte_ring_mp_enqueue_bulk` do
   * follows from the flags that the ring was made with.
   *
   * @param objects the elements
   * @param n how many; default the buffer's capacity
   * @param from the first
   * @param space gets the free space left; `null` is C's `NULL`
   * @returns `n`, or 0 when they did not fit
   * @throws {RangeError} when the buffer has fewer
   */
  enqueueBulk(
    objects: B,
    n: number = objects.capacity,
    from: number = 0,
    space?: RingSpace | null,
  ): number {
    if (!this.fits(objects, n, from)) this.refuse(objects, n, from);
    const done = this.producer.bulk(objects, n, from);
    if (space) space.freeSpace = this.freeCount;
    return done;
  }

  /**
   * Puts up to `n` elements into the ring: `rte_ring_enqueue_burst`, or
   * `rte_ring_enqueue_burst_elem`. What `rte_ring_sp_enqueue_burst` and `rte_ring_mp_enqueue_burst` do
   * follows from the flags that the ring was made with.
   *
   * @param objects the elements
   * @param n how many; default the buffer's capacity
   * @param from the first
   * @param space gets the free space left; `null` is C's `NULL`
   * @returns how many went in
   * @throws {RangeError} when the buffer has fewer than `n`
   */
  enqueueBurst(
    objects: B,
    n: number = objects.capacity,
    from: number = 0,
    space?: RingSpace | null,
  ): number {
    if (!this.fits(objects, n, from)) this.refuse(objects, n, from);
    const done = this.producer.burst(objects, n, from);
    if (space) space.freeSpace = this.freeCount;
    return done;
  }

  /**
   * Takes `n` elements out of the ring or none: `rte_ring_dequeue_bulk`, or
   * `rte_ring_dequeue_bulk_elem`. What `rte_ring_sc_dequeue_bulk` and `rte_ring_mc_dequeue_bulk` do
   * follows from the flags that the ring was made with.
   *
   * @param objects gets the elements
   * @param n how many; default the buffer's capacity
   * @param at where the first goes
   * @param space gets the number of elements left; `null` is C's `NULL`
   * @returns `n`, or 0 when there were fewer
   * @throws {RangeError} when the buffer is too small
   */
  dequeueBulk(
    objects: B,
    n: number = objects.capacity,
    at: number = 0,
    space?: RingSpace | null,
  ): number {
    if (!this.fits(objects, n, at)) this.refuse(objects, n, at);
    const done = this.consumer.bulk(objects, n, at);
    if (space) space.available = this.count;
    return done;
  }

  /**
   * Takes up to `n` elements out of the ring: `rte_ring_dequeue_burst`, or
   * `rte_ring_dequeue_burst_elem`. What `rte_ring_sc_dequeue_burst` and `rte_ring_mc_dequeue_burst` do
   * follows from the flags that the ring was made with.
   *
   * @param objects gets the elements
   * @param n how many; default the buffer's capacity
   * @param at where the first goes
   * @param space gets the number of elements left; `null` is C's `NULL`
   * @returns how many came out
   * @throws {RangeError} when the buffer is too small for `n`
   */
  dequeueBurst(
    objects: B,
    n: number = objects.capacity,
    at: number = 0,
    space?: RingSpace | null,
  ): number {
    if (!this.fits(objects, n, at)) this.refuse(objects, n, at);
    const done = this.consumer.burst(objects, n, at);
    if (space) space.available = this.count;
    return done;
  }

  /**
   * Whether `n` elements from an index on lie in a buffer; in one that was detached none do.
   *
   * Not `#private`, like all that every burst passes: V8 compiles only so many bytecodes in line with
   * a script's loop, and the check that a private name takes is among them.
   *
   * @internal
   */
  protected fits(objects: B, n: number, from: number): boolean {
    return (n >>> 0) === n && (from >>> 0) === from && objects.elementSize === this.elementSize &&
      (from + n) * this.step <= objects.words.length;
  }

  /**
   * Refuses a burst that does not fit its buffer.
   *
   * @internal
   */
  protected refuse(objects: B, n: number, from: number): never {
    if (objects.elementSize !== this.elementSize) {
      throw new TypeError(
        `Cannot use a buffer of ${objects.elementSize}-byte elements with ring "${this.name}": ` +
          `its elements have ${this.elementSize} bytes`,
      );
    }
    refuseBurst("move", "elements", n, from, objects.words.byteLength / this.elementSize);
  }
}
