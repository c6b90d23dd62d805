/**
 * The buffers that burst calls fill and drain.
 *
 * @module
 */

import { type Pointer, runtime } from "../runtime/mod.ts";
import { checkInteger, refuseBurst } from "./check.ts";

const TWO_32 = 2 ** 32;

/** What buffers start at a multiple of: else each load of a memcpy touches two cache lines. */
const CACHE_LINE = 64;

/**
 * A fixed number of equal elements in memory of this script, handed to C in place.
 *
 * Ring elements are a multiple of 4 bytes, so {@linkcode ElementBuffer.words} reaches all of any
 * element: element `i` of `elementSize / 4` words starts at word `i * elementSize / 4`. In C it is
 * the `obj_table` of the functions of rte_ring_elem.h.
 *
 * @example
 * ```ts
 * import { Eal, ElementBuffer, ElementRing } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using ring = ElementRing.create("points", 8, 64); // elements of two 32-bit words
 * const burst = new ElementBuffer(8, 32);
 * burst.words.set([3, 4], 2 * 0); // element 0
 * burst.words.set([5, 12], 2 * 1); // element 1
 * console.log(ring.enqueueBurst(burst, 2)); // 2
 * ```
 */
export class ElementBuffer {
  /** How many elements fit. */
  readonly capacity: number;
  /** Bytes of one element. */
  readonly elementSize: number;
  /** The elements as 32-bit words. They start at `words.byteOffset` of `words.buffer`. */
  readonly words: Uint32Array<ArrayBuffer>;
  /** The first element, as calls take it. */
  readonly pointer: Pointer;
  readonly #pointers: Pointer[];

  /**
   * Makes a buffer of zeros.
   *
   * @param elementSize bytes of one element, a multiple of 4
   * @param capacity how many elements fit, at least 1
   * @throws {RangeError} when either is out of range
   */
  constructor(elementSize: number, capacity: number) {
    checkInteger(elementSize, "an element size", 4, 2 ** 20);
    if (elementSize % 4 !== 0) {
      throw new RangeError(`Cannot use ${elementSize} as an element size: not a multiple of 4`);
    }
    checkInteger(capacity, "a buffer's capacity", 1, 2 ** 30 / elementSize);
    const memory = new ArrayBuffer(capacity * elementSize + CACHE_LINE);
    const address = runtime.address(runtime.pointerTo(memory));
    const skip = (CACHE_LINE - address % CACHE_LINE) % CACHE_LINE;
    this.capacity = capacity;
    this.elementSize = elementSize;
    this.words = new Uint32Array(memory, skip, capacity * elementSize / 4);
    this.pointer = runtime.pointer(address + skip)!;
    this.#pointers = [this.pointer];
  }

  /** The bytes of all elements. */
  get bytes(): Uint8Array<ArrayBuffer> {
    const { buffer, byteOffset, byteLength } = this.words;
    return new Uint8Array(buffer, byteOffset, byteLength);
  }

  /**
   * Element `index` as calls take it; made once for each index. One past the last is where a burst
   * of none starts.
   *
   * @param index from 0 to the capacity
   * @returns the address of the element, for a call
   * @throws {RangeError} when there is no such element
   */
  pointerAt(index: number): Pointer {
    return index === 0 ? this.pointer : this.#pointers[index] ?? this.#makePointer(index);
  }

  #makePointer(index: number): Pointer {
    checkInteger(index, "an element's index", 0, this.capacity);
    const at = runtime.address(this.pointer) + index * this.elementSize;
    return this.#pointers[index] = runtime.pointer(at)!;
  }

  /**
   * Moves `n` elements inside the buffer, as when what was sent leaves the rest to the front.
   *
   * @param to the index of the first element's new place
   * @param from the index of the first element
   * @param n how many
   * @throws {RangeError} when either place is not in the buffer
   */
  move(to: number, from: number, n: number): void {
    if (!this.#has(to, n)) refuseBurst("move", "elements", n, to, this.capacity);
    if (!this.#has(from, n)) refuseBurst("move", "elements", n, from, this.capacity);
    const step = this.elementSize / 4;
    this.words.copyWithin(to * step, from * step, (from + n) * step);
  }

  #has(at: number, n: number): boolean {
    return (n >>> 0) === n && (at >>> 0) === at && at + n <= this.capacity;
  }
}

/**
 * A fixed number of object pointers: the `void **obj_table` of every burst call.
 *
 * An address is read and written as a number ({@linkcode PointerBuffer.get}, {@linkcode
 * PointerBuffer.set}) or as its two raw words: pointer `i` has its low word at `words[2 * i]` and
 * its high word at `words[2 * i + 1]`. The functions of rte_ring.h, rte_mempool.h and rte_ethdev.h
 * take it.
 *
 * @example
 * ```ts
 * import { Eal, Mempool, PointerBuffer } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = Mempool.create("messages", 63, 64);
 * const burst = new PointerBuffer(32);
 * pool.getBulk(burst, 4);
 * console.log(pool.has(burst.get(3))); // true
 * pool.putBulk(burst, 4);
 * ```
 */
export class PointerBuffer extends ElementBuffer {
  /**
   * The same memory as doubles: what both engines copy fastest. For pointers only, whose top bits
   * are 0; of an arbitrary word that happens to be a NaN the payload may get lost.
   */
  readonly doubles: Float64Array<ArrayBuffer>;

  /**
   * Makes a buffer of null pointers.
   *
   * @param capacity how many pointers fit, at least 1
   * @throws {RangeError} when it is out of range
   */
  constructor(capacity: number) {
    super(8, capacity);
    this.doubles = new Float64Array(this.words.buffer, this.words.byteOffset, capacity);
  }

  /**
   * The address at an index; no range check, `NaN` past the end.
   *
   * @param index from 0 to the capacity less one
   * @returns an address, 0 for a null pointer
   */
  get(index: number): number {
    return this.words[2 * index]! + this.words[2 * index + 1]! * TWO_32;
  }

  /**
   * Stores an address.
   *
   * @param index from 0 to the capacity less one
   * @param address an address, 0 for a null pointer
   * @throws {RangeError} when the index is past the end or the address is none
   */
  set(index: number, address: number): void {
    if ((index >>> 0) !== index || index >= this.capacity) {
      throw new RangeError(`Cannot set pointer ${index}: the buffer holds ${this.capacity}`);
    }
    if (!Number.isSafeInteger(address) || address < 0) {
      throw new RangeError(`Cannot set pointer ${index} to ${address}: not an address`);
    }
    this.words[2 * index] = address;
    this.words[2 * index + 1] = address / TWO_32;
  }

  /**
   * The addresses of the first `n` pointers, copied into a new array: for tests and tools.
   *
   * @param n how many, at most the capacity
   * @returns their addresses
   */
  toArray(n: number = this.capacity): number[] {
    return Array.from({ length: Math.min(n, this.capacity) }, (_, i) => this.get(i));
  }
}
