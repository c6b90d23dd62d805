/**
 * The mempool operations that rte_mempool.h inlines, ported.
 *
 * Ports of `rte_mempool_do_generic_get`, `rte_mempool_do_generic_put` and
 * `rte_mempool_cache_flush`; the same in DPDK 22.11, 24.11 and 25.11 but for what helps the C
 * compiler. They work on the very caches that C code of this process uses. A cache belongs to one
 * thread: there is nothing to synchronise; the driver behind it does its own.
 *
 * @module
 */

import type { PointerBuffer } from "../core/mod.ts";
import type { Pointer } from "../runtime/mod.ts";
import type { Backend } from "./backend.ts";
import { CACHE_FLUSHTHRESH, CACHE_LEN, CACHE_SIZE, type CacheMemory } from "./cache.ts";
import { FEW } from "./hot.ts";
import { RTE_MEMPOOL_CACHE_MAX_SIZE } from "./layout.ts";

/** `struct rte_mempool *`, and the functions of its driver. */
export interface Pool {
  readonly pointer: Pointer<"struct rte_mempool">;
  readonly backend: Backend;
}

/** Takes `n` objects out of a cache, from a slot on. */
function take(table: PointerBuffer, at: number, cache: CacheMemory, slot: number, n: number): void {
  if (n > FEW) {
    cache.memcpy.pointers(table.pointerAt(at), cache.slots[slot]!, n);
    return;
  }
  const { objects } = cache;
  for (let i = 0; i < n; i++) table.doubles[at + i] = objects[slot + i]!;
}

/** Puts `n` objects into a cache, from a slot on. */
function keep(
  cache: CacheMemory,
  slot: number,
  table: PointerBuffer,
  from: number,
  n: number,
): void {
  if (n > FEW) {
    cache.memcpy.pointers(cache.slots[slot]!, table.pointerAt(from), n);
    return;
  }
  const { objects } = cache;
  for (let i = 0; i < n; i++) objects[slot + i] = table.doubles[from + i]!;
}

/**
 * `rte_mempool_do_generic_get`: `n` objects or none.
 *
 * What is left in the cache and in the pool is what C leaves there. Only the order within one bulk
 * differs: C copies the top of the cache in reverse, we as it lies there, with one memcpy.
 *
 * @returns 0, or the negative error number of the driver
 */
export function genericGet(
  pool: Pool,
  cache: CacheMemory | undefined,
  table: PointerBuffer,
  n: number,
  at: number,
): number {
  if (cache === undefined) return pool.backend.dequeue(pool.pointer, table.pointerAt(at), n);
  const { header } = cache;

  // The last put is the first to come back: it is the hottest.
  const held = header[CACHE_LEN]!;
  const hot = n < held ? n : held;
  if (hot > 0) take(table, at, cache, held - hot, hot);
  header[CACHE_LEN] = held - hot;
  const remaining = n - hot;
  if (remaining === 0) return 0;

  const size = header[CACHE_SIZE]!;
  if (remaining <= RTE_MEMPOOL_CACHE_MAX_SIZE) {
    // Refill: as many as the cache wants to hold, and what this request still lacks.
    const wanted = size + remaining;
    if (pool.backend.dequeue(pool.pointer, cache.pointer, wanted) >= 0) {
      take(table, at + hot, cache, size, remaining);
      header[CACHE_LEN] = size;
      return 0;
    }
  }
  // Too many for the cache, or the driver has too few for both: only what is lacking.
  const status = pool.backend.dequeue(pool.pointer, table.pointerAt(at + hot), remaining);
  // The objects taken from the cache are still there: give them back by their number.
  if (status < 0) header[CACHE_LEN] = hot;
  return status;
}

/** `rte_mempool_do_generic_put`: gives `n` objects back. */
export function genericPut(
  pool: Pool,
  cache: CacheMemory | undefined,
  table: PointerBuffer,
  n: number,
  from: number,
): void {
  if (cache === undefined || n > cache.header[CACHE_FLUSHTHRESH]!) {
    pool.backend.enqueue(pool.pointer, table.pointerAt(from), n);
    return;
  }
  const { header } = cache;
  let to = header[CACHE_LEN]!;
  if (to + n > header[CACHE_FLUSHTHRESH]!) {
    header[CACHE_LEN] = 0; // first: a Worker that ends in between loses them, and nobody has them twice
    pool.backend.enqueue(pool.pointer, cache.pointer, to);
    to = 0;
  }
  keep(cache, to, table, from, n);
  header[CACHE_LEN] = to + n;
}

/** `rte_mempool_cache_flush`: gives all that the cache holds to the driver. */
export function flush(pool: Pool, cache: CacheMemory): void {
  const held = cache.header[CACHE_LEN]!;
  if (held === 0) return;
  cache.header[CACHE_LEN] = 0; // first, as above
  pool.backend.enqueue(pool.pointer, cache.pointer, held);
}
