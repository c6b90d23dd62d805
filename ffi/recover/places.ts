/**
 * Where the objects of a pool are: in its driver, in caches, in rings.
 *
 * @module
 */

import { cacheAligned } from "../abi/mod.ts";
import { peek, readPointer } from "../core/mod.ts";
import { Memzone, type MemzoneInfo } from "../memzone/mod.ts";
import { type Mempool, RTE_MAX_LCORE, rte_mempool, rte_mempool_cache } from "../mempool/mod.ts";
import { rte_ring, SyncType } from "../ring/mod.ts";

const R = rte_ring.fields;
const C = rte_mempool_cache.fields;

/** Pointers that a cache has room for. */
const CACHE_SLOTS = C.objs.size / 8;

/** The cache of one lcore as it is at the moment. */
export interface CacheSlots {
  readonly lcoreId: number;
  /** How many objects it says it holds. */
  readonly length: number;
  /** Those: the first `length` slots, or all there are when it says more. */
  readonly held: readonly number[];
  /** What lies in the slots behind them, of earlier times. */
  readonly behind: readonly number[];
}

/** Where the cache of an lcore is. */
export function cacheAddress(pool: Mempool, lcoreId: number): number {
  return pool.address + rte_mempool.size + lcoreId * rte_mempool_cache.size;
}

/** The caches of a pool, of all lcores; none for one without. */
export function cachesOf(pool: Mempool): CacheSlots[] {
  if (pool.cacheSize === 0) return [];
  return Array.from({ length: RTE_MAX_LCORE }, (_, lcoreId) => {
    const view = peek(cacheAddress(pool, lcoreId), rte_mempool_cache.size);
    const length = view.getUint32(C.len.offset, true);
    const slot = (index: number) => readPointer(view, C.objs.offset + 8 * index);
    const slots = Array.from({ length: CACHE_SLOTS }, (_, i) => slot(i));
    return {
      lcoreId,
      length,
      held: slots.slice(0, length),
      behind: slots.slice(length).filter((address) => address !== 0),
    };
  });
}

/** What a ring holds. */
export interface RingSlots {
  /** The memzone's name without `RG_`: the ring's. */
  readonly name: string;
  readonly address: number;
  /** How many elements are between the consumers' and the producers' tail. */
  readonly count: number;
  /** Whether a producer has moved the head and not the tail, now. */
  readonly producing: boolean;
  /** What is in it as pointers, with what is reserved at either end. */
  readonly pointers: readonly number[];
}

/** DPDK's prefix for the memzones of rings: `RTE_RING_MZ_PREFIX`. */
const RING_ZONE = "RG_";

function ringIn({ name, address, length }: MemzoneInfo): RingSlots | undefined {
  if (!name.startsWith(RING_ZONE) || length < rte_ring.size) return undefined;
  const view = peek(address, length);
  const u32 = ({ offset }: { offset: number }) => view.getUint32(offset, true);
  const size = u32(R.size);
  if (size < 2 || u32(R.mask) !== size - 1 || readPointer(view, R.memzone.offset) === 0) {
    return undefined; // somebody's own memzone
  }
  const relaxed = u32(R.prodSync) === SyncType.RTE_RING_SYNC_MT_RTS;
  const [head, tail, start] = [relaxed ? R.prodRtsHeadPos : R.prodHead, R.prodTail, R.consTail]
    .map(u32) as [number, number, number];
  const slot = (index: number) => readPointer(view, rte_ring.size + 8 * index);
  // Elements of 8 bytes lie where the positions say. Of others the size is not known, and so all
  // words of the ring count: one that is not in it any more may be among them.
  const pointers = length === cacheAligned(rte_ring.size + 8 * size);
  const slots = pointers
    ? Array.from(
      { length: Math.min((head - start) >>> 0, size) },
      (_, i) => slot((start + i) % size),
    )
    : Array.from({ length: Math.floor((length - rte_ring.size) / 8) }, (_, i) => slot(i));
  return {
    name: name.slice(RING_ZONE.length),
    address,
    count: (tail - start) >>> 0,
    producing: head !== tail,
    pointers: slots,
  };
}

/** All rings that were made by name in this group, those of pools too. */
export function ringsOf(): RingSlots[] {
  return Memzone.list().flatMap((zone) => ringIn(zone) ?? []);
}

/** A pool's driver, as far as one can look into it. */
export interface DriverSlots {
  /** How many objects it has. */
  readonly count: number;
  /** Its ring; `undefined` for a driver that has none, as `stack`. */
  readonly ring: RingSlots | undefined;
}

/** All of a pool, as it was while it was looked at. */
export interface PoolPlaces {
  readonly caches: readonly CacheSlots[];
  readonly driver: DriverSlots;
  /** The other rings of the group. */
  readonly rings: readonly RingSlots[];
}

/** Looks at everything once. What living processes move meanwhile may be seen twice or not at all. */
export function placesOf(pool: Mempool): PoolPlaces {
  const data = readPointer(
    peek(pool.address, rte_mempool.size),
    rte_mempool.fields.pool_data.offset,
  );
  const caches = cachesOf(pool);
  const all = ringsOf();
  const ring = pool.opsName.startsWith("ring_")
    ? all.find(({ address }) => address === data)
    : undefined;
  const cached = caches.reduce((sum, { length }) => sum + length, 0);
  return {
    caches,
    driver: { count: ring?.count ?? Math.max(0, pool.availCount - cached), ring },
    rings: all.filter(({ address }) => address !== data),
  };
}

/** How often each of a pool's objects was seen. */
export function sightings(pool: Mempool, places: PoolPlaces): Map<number, number> {
  const seen = new Map<number, number>();
  const see = (address: number) => {
    if (pool.has(address)) seen.set(address, (seen.get(address) ?? 0) + 1);
  };
  places.caches.forEach(({ held }) => held.forEach(see));
  places.driver.ring?.pointers.forEach(see);
  places.rings.forEach(({ pointers }) => pointers.forEach(see));
  return seen;
}
