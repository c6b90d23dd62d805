/**
 * What dead processes hold of a pool.
 *
 * @module
 */

import type { PktmbufPool } from "../mbuf/mod.ts";
import { Mempool } from "../mempool/mod.ts";
import { refuseHeldLocks } from "./locks.ts";
import { type LcoreOwner, lcoreOwners } from "./owners.ts";
import { type CacheSlots, placesOf, type PoolPlaces, sightings } from "./places.ts";

/** The pool itself, of one of mbufs, too. */
export function mempoolOf(pool: Mempool | PktmbufPool): Mempool {
  return pool instanceof Mempool ? pool : pool.mempool;
}

/** The cache of an lcore that holds objects. */
export interface CacheReport {
  /** The lcore id. */
  readonly lcoreId: number;
  /** Whose lcore it is. */
  readonly owner: LcoreOwner;
  /** How many objects it says it holds. */
  readonly length: number;
  /** Those that are objects of the pool and are nowhere else. */
  readonly objects: readonly number[];
  /**
   * How many of its entries are elsewhere, too, or twice in it, or no objects of the pool: of a cache
   * whose owner does not live, it was killed in the middle of a put or a flush.
   */
  readonly doubtful: number;
}

/** An object that is in no ring, no cache, and not in the driver. */
export interface MissingObject {
  /** Where the object is, in every process of the group. */
  readonly address: number;
  /**
   * The lcore, of no living process, in whose cache the object lies behind the end: it had it last, or
   * was killed in the middle of a get. What it gave to others is there, too.
   */
  readonly lastLcoreId: number | undefined;
}

/** A pool as it was found. */
export interface MempoolReport {
  /** The pool's name. */
  readonly name: string;
  /** How many objects it has. */
  readonly size: number;
  /** How many of them the driver has. */
  readonly driver: number;
  /**
   * Whether a producer has reserved slots of the driver's ring and not published them; when it is dead,
   * nothing can be given back before that ring is repaired: `inspectRing(Ring.lookup("MP_" + name))`.
   */
  readonly driverBusy: boolean;
  /** The caches that hold objects, by lcore id. */
  readonly caches: readonly CacheReport[];
  /** How many are in rings of the group that were made by name. */
  readonly inRings: number;
  /**
   * How many are in none of these: in the hands of processes, living or dead, in their own caches
   * (`MempoolCache`), in rings in memory of their own, in the queues of ports.
   */
  readonly unaccounted: number;
  /**
   * Those, where the driver can be looked into, as that of a ring; `undefined` where it cannot. Nothing
   * in memory tells whether a dead process had an object in hand or a living one has.
   */
  readonly missing: readonly MissingObject[] | undefined;
}

function missingOf(
  pool: Mempool,
  places: PoolPlaces,
  seen: ReadonlyMap<number, number>,
  owner: (lcoreId: number) => LcoreOwner,
): MissingObject[] {
  const last = new Map<number, number>();
  for (const { lcoreId, behind } of places.caches) {
    if (owner(lcoreId).state === "living") continue;
    for (const address of behind) last.set(address, lcoreId);
  }
  const missing = pool.objects().filter((address) => !seen.has(address));
  return missing.map((address) => ({ address, lastLcoreId: last.get(address) }));
}

/** A cache, and which of its entries can be trusted. */
export function judgeCache(
  pool: Mempool,
  cache: CacheSlots,
  seen: ReadonlyMap<number, number>,
  owner: LcoreOwner,
): CacheReport {
  const { lcoreId, length, held } = cache;
  const objects = held.filter((address) => pool.has(address) && seen.get(address) === 1);
  return { lcoreId, owner, length, objects, doubtful: length - objects.length };
}

/**
 * Looks where the objects of a pool are, and which of them dead processes have. It changes nothing.
 *
 * Objects that living processes move meanwhile may be missed or seen twice; where nobody works on
 * the pool it is exact. {@linkcode recoverCaches} and {@linkcode recoverObjects} give back. DPDK
 * has no function for it; rte_mempool_dump tells how many there are where.
 *
 * @param of the pool
 * @returns where its objects are, and which are missing
 * @throws {DpdkError} when the pool was freed, or a lock of the group is held for good (`EDEADLK`)
 * @example
 * ```ts
 * import { Eal, inspectMempool, Mempool } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = Mempool.create("messages", 255, 64);
 * const { driver, unaccounted } = inspectMempool(pool);
 * console.log(driver, unaccounted); // 255 0
 * ```
 */
export function inspectMempool(of: Mempool | PktmbufPool): MempoolReport {
  const pool = mempoolOf(of);
  refuseHeldLocks(`inspect mempool "${pool.name}"`);
  const places = placesOf(pool);
  const seen = sightings(pool, places);
  const owner = lcoreOwners();
  const { driver, caches, rings } = places;
  const inRings = rings.reduce(
    (sum, { pointers }) => sum + new Set(pointers.filter((address) => pool.has(address))).size,
    0,
  );
  const cached = caches.reduce((sum, { length }) => sum + length, 0);
  const missing = driver.ring === undefined ? undefined : missingOf(pool, places, seen, owner);
  return {
    name: pool.name,
    size: pool.size,
    driver: driver.count,
    driverBusy: driver.ring?.producing ?? false,
    caches: caches.filter(({ length }) => length > 0)
      .map((cache) => judgeCache(pool, cache, seen, owner(cache.lcoreId))),
    inRings,
    unaccounted: missing?.length ?? Math.max(0, pool.size - driver.count - cached - inRings),
    missing,
  };
}
