/**
 * Mempool caches: `struct rte_mempool_cache`.
 *
 * @module
 */

import { type Memcpy, memcpy, Region } from "../core/mod.ts";
import { type Pointer, runtime } from "../runtime/mod.ts";
import { rte_mempool_cache } from "./layout.ts";

const F = rte_mempool_cache.fields;

/** Index of the header's 32-bit words. */
export const CACHE_SIZE = F.cacheSize.offset / 4;
/** Above so many objects the cache is flushed. */
export const CACHE_FLUSHTHRESH = F.flushthresh.offset / 4;
/** How many objects it holds. */
export const CACHE_LEN = F.len.offset / 4;

/**
 * A cache in DPDK's memory, as get and put work on it. One thread uses a cache at a time, and so
 * all its words are read and written plainly, as in C.
 */
export class CacheMemory {
  /** The header's words. */
  readonly header: Uint32Array<ArrayBuffer>;
  /** The objects: pointers read as doubles, which both engines copy fastest one by one. */
  readonly objects: Float64Array<ArrayBuffer>;
  /** The first object's place. */
  readonly pointer: Pointer;
  /** The place of each object that the cache may hold before it is flushed, as calls take it. */
  readonly slots: readonly Pointer[];
  /** What copies them from here and to here. */
  readonly memcpy: Memcpy = memcpy();
  readonly #region: Region;

  /** @param address of the `struct rte_mempool_cache` */
  constructor(address: number) {
    this.#region = new Region(address, rte_mempool_cache.size);
    this.header = new Uint32Array(this.#region.buffer, 0, F.objs.offset / 4);
    this.objects = new Float64Array(this.#region.buffer, F.objs.offset);
    this.pointer = runtime.pointer(address + F.objs.offset)!;
    const places = this.header[CACHE_FLUSHTHRESH]! + 1;
    this.slots = Array.from(
      { length: places },
      (_, i) => runtime.pointer(address + F.objs.offset + 8 * i)!,
    );
  }

  /** Detaches the views from the memory. */
  release(): void {
    this.#region.release();
  }
}
