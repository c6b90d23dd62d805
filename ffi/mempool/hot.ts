/**
 * The shortest way of get and put: a bulk that the calling lcore's cache has, or has room for.
 *
 * This is `rte_mempool_generic_get` and `rte_mempool_generic_put` where they touch nothing but the
 * cache, with the checks of a handle in as few words as they can be said: Bun compiles a method in
 * line with a script's loop only when it is short, and a call costs it a third of the pair. What
 * does not fit here goes the long way, {@linkcode Mempool} and inline.ts, which finds out why.
 *
 * @module
 */

import { type Memcpy, memcpy, type PointerBuffer } from "../core/mod.ts";
import type { Pointer } from "../runtime/mod.ts";
import { CACHE_FLUSHTHRESH, CACHE_LEN, type CacheMemory } from "./cache.ts";

/** Up to so many pointers a loop is faster than a call of memcpy. */
export const FEW = 4;

/** The lcore of no thread. */
const NO_LCORE = -2;

/** A cache, as long as one lcore works with it. */
export class HotCache {
  /** The lcore whose cache it is. */
  readonly lcore: number;
  readonly #lcoreId: Int32Array<ArrayBuffer>;
  readonly #header: Uint32Array<ArrayBuffer>;
  readonly #slots: readonly Pointer[];
  readonly #memcpy: Memcpy = memcpy();
  readonly #lowest: number;
  readonly #highest: number;

  /**
   * @param lcoreId the thread-local variable that holds this thread's lcore id
   * @param lcore the lcore that the cache is of
   * @param cache the cache; without one nothing goes this way
   * @param lowest what is put must lie between this address, as the double that has its bits, ...
   * @param highest ... and the one before this one
   */
  constructor(
    lcoreId: Int32Array<ArrayBuffer>,
    lcore: number = NO_LCORE,
    cache?: CacheMemory,
    lowest: number = 0,
    highest: number = 0,
  ) {
    this.lcore = lcore;
    this.#lcoreId = lcoreId;
    this.#header = cache?.header ?? new Uint32Array(4);
    this.#slots = cache?.slots ?? [];
    this.#lowest = lowest;
    this.#highest = highest;
  }

  /**
   * Takes the `n` objects that were put last to the front of a buffer.
   *
   * @returns whether that was possible
   */
  get(objects: PointerBuffer, n: number): boolean {
    if (this.#lcoreId[0] !== this.lcore || n <= FEW) return false;
    const left = this.#header[CACHE_LEN]! - n;
    if (!(left >= 0) || (n >>> 0) !== n || n > objects.doubles.length) return false;
    this.#memcpy.pointers(objects.pointer, this.#slots[left]!, n);
    this.#header[CACHE_LEN] = left;
    return true;
  }

  /**
   * Gives the first `n` objects of a buffer back, if the first and the last of them are the pool's.
   *
   * @returns whether that was possible
   */
  put(objects: PointerBuffer, n: number): boolean {
    if (this.#lcoreId[0] !== this.lcore || n <= FEW) return false;
    const { doubles } = objects;
    if (!this.#ours(doubles[0]!) || !this.#ours(doubles[n - 1]!)) return false;
    const held = this.#header[CACHE_LEN]!;
    const sum = held + n;
    if (sum > this.#header[CACHE_FLUSHTHRESH]!) return false;
    this.#memcpy.pointers(this.#slots[held]!, objects.pointer, n);
    this.#header[CACHE_LEN] = sum;
    return true;
  }

  /** Past the end of a buffer is `undefined`, which is not between anything. */
  #ours(pointer: number): boolean {
    return pointer >= this.#lowest && pointer < this.#highest;
  }
}
