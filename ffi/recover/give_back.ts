/**
 * Giving a pool back what dead processes had of it.
 *
 * An object that is given back twice is handed out twice: two processes write into it. So nothing is
 * given back that is in a second place, and a repair that is itself interrupted rather loses objects,
 * which a later one finds missing, than to give them twice.
 *
 * @module
 */

import { checkInteger, checkKeys, DpdkError, Errno, peek, PointerBuffer } from "../core/mod.ts";
import { heldLcore } from "../lcore/mod.ts";
import {
  type Mempool,
  mempoolBackend,
  RTE_MAX_LCORE,
  rte_mempool,
  rte_mempool_cache,
} from "../mempool/mod.ts";
import { runtime } from "../runtime/mod.ts";
import { checkVouched, livingProcesses, refuseLiving, type RepairOptions } from "./living.ts";
import { refuseHeldLocks } from "./locks.ts";
import { type CacheReport, judgeCache } from "./mempool.ts";
import { lcoreOwners } from "./owners.ts";
import { cacheAddress, cachesOf, placesOf, sightings } from "./places.ts";

/** How {@linkcode recoverCaches} works. */
export interface RecoverCachesOptions extends RepairOptions {
  /**
   * The lcores, of processes in C that have ended, whose caches are to be given back, too: nothing in
   * memory tells whether such a process lives.
   */
  readonly lcores?: readonly number[];
}

/** What {@linkcode recoverCaches} has done. */
export interface RecoveredCaches {
  /** How many objects the pool has back. */
  readonly given: number;
  /** The caches they were in. */
  readonly recovered: readonly CacheReport[];
  /**
   * Those that were left alone: their owner was killed in the middle of a put or a flush, so that
   * living processes may have some of the objects already.
   */
  readonly left: readonly CacheReport[];
}

const IN_HAND = "have some of these objects in hand";

/** `rte_mempool_ops_enqueue_bulk`: past all caches, with nothing allocated in DPDK's memory. */
function enqueue(pool: Mempool, objects: readonly number[], what: string): void {
  const table = new PointerBuffer(objects.length);
  objects.forEach((address, i) => table.set(i, address));
  const view = peek(pool.address, rte_mempool.size);
  const index = view.getUint32(rte_mempool.fields.ops_index.offset, true);
  const pointer = runtime.pointer<"struct rte_mempool">(pool.address)!;
  const status = mempoolBackend(index, what).enqueue(pointer, table.pointer, objects.length);
  if (status >= 0) return;
  throw new DpdkError({
    what,
    call: "rte_mempool_ops_enqueue_bulk",
    errno: -status,
    advice: "the pool has objects twice already; free it and make it anew",
  });
}

/** Refuses what would wait for ever, or what the driver must not be asked from here. */
function checkDriver(pool: Mempool, what: string, options: RepairOptions): void {
  if (placesOf(pool).driver.ring?.producing) {
    throw new DpdkError({
      what,
      errno: Errno.EAGAIN,
      advice: `somebody is putting objects into its ring, or has died there; look with ` +
        `inspectRing(Ring.lookup("MP_${pool.name}")) and repair that first`,
    });
  }
  if (!/^ring_sp_/.test(pool.opsName)) return;
  refuseLiving(
    what,
    `be putting objects back, and its driver ${pool.opsName} takes one ` +
      `producer at a time`,
    options,
  );
}

/** The lcores that a caller names. */
function namedLcores({ lcores = [] }: RecoverCachesOptions): readonly number[] {
  if (!Array.isArray(lcores)) {
    throw new TypeError(`Cannot use ${String(lcores)} as lcores: it is no list of lcore ids`);
  }
  for (const id of lcores) checkInteger(id, "an lcore id", 0, RTE_MAX_LCORE - 1);
  return lcores;
}

/** Empties the cache of an lcore if it is as it was judged, and gives the pool what was in it. */
function recoverOne(pool: Mempool, cache: CacheReport, what: string): void {
  using _held = heldLcore(cache.lcoreId, what);
  const now = cachesOf(pool)[cache.lcoreId]!;
  const judged = new Set(cache.objects);
  const same = now.length === cache.length &&
    now.held.filter((address) => judged.has(address)).length === judged.size;
  const at = cacheAddress(pool, cache.lcoreId) + rte_mempool_cache.fields.len.offset;
  const length = new Int32Array(runtime.memory(at, 4));
  // The cache first, the driver then: whoever is killed in between has lost the objects, not doubled.
  if (!same || Atomics.compareExchange(length, 0, cache.length, 0) !== cache.length) {
    throw new DpdkError({
      what,
      errno: Errno.EAGAIN,
      advice:
        `the cache of lcore ${cache.lcoreId} has changed since it was looked at, so somebody ` +
        `uses it`,
    });
  }
  if (cache.objects.length > 0) enqueue(pool, cache.objects, what);
}

/**
 * Gives a pool back what is in the caches of lcores whose processes are dead, and empties them: of
 * processes of this library that were killed, and of the lcores that the caller names.
 *
 * A cache with entries that are elsewhere, too, is left alone while there are living processes that
 * the caller does not vouch for; without them, what is in one place only is given back. Of a process
 * in C that was killed within a put, after the cache's length and before its content was written, and
 * of any that was killed within a flush whose objects have all been handed out again, the cache holds
 * objects of others, and nothing tells: a matter of nanoseconds, and the one in which only a group
 * that is started anew is certain.
 *
 * @throws {DpdkError} (`EBUSY`) when a named lcore is a living process's, (`EAGAIN`) when the pool's
 *   ring is open at its producers' end, or a cache changes meanwhile, (`EDEADLK`) when a lock of the
 *   group is held for good
 */
export function recoverCaches(pool: Mempool, options: RecoverCachesOptions = {}): RecoveredCaches {
  checkKeys(options, ["lcores", "vouchFor"], "recoverCaches");
  checkVouched(options);
  const named = namedLcores(options);
  const what = `give mempool "${pool.name}" back what dead processes have in caches`;
  refuseHeldLocks(what);
  checkDriver(pool, what, options);
  const owner = lcoreOwners();
  for (const id of named) {
    const { state, pid, from } = owner(id);
    const vouched = from === "guess" && (options.vouchFor ?? []).includes(pid!);
    if (state !== "living" || vouched) continue;
    throw new DpdkError({
      what,
      errno: Errno.EBUSY,
      advice: `lcore ${id} ${
        from === "claim" ? "is" : "seems to be"
      } of process ${pid}, which lives`,
    });
  }
  const places = placesOf(pool);
  const seen = sightings(pool, places);
  const found = places.caches
    .filter(({ lcoreId, length }) =>
      length > 0 && (owner(lcoreId).state === "dead" || named.includes(lcoreId))
    )
    .map((cache) => judgeCache(pool, cache, seen, owner(cache.lcoreId)));
  const sure = livingProcesses().every((pid) => (options.vouchFor ?? []).includes(pid));
  const [recovered, left] = [true, false].map((take) =>
    found.filter(({ doubtful }) => (doubtful === 0 || sure) === take)
  ) as [CacheReport[], CacheReport[]];
  for (const cache of recovered) recoverOne(pool, cache, what);
  const given = recovered.reduce((sum, { objects }) => sum + objects.length, 0);
  return { given, recovered, left };
}

/**
 * Gives a pool back objects that a dead process had in hand, which the caller names: of `missing` in
 * what {@linkcode inspectMempool} found.
 *
 * @param pool the pool
 * @param addresses of the objects, each once
 * @throws {DpdkError} (`EBUSY`) while processes live that the caller does not vouch for, (`EEXIST`)
 *   when an object is in a ring, a cache or the driver, (`EINVAL`) when it is no object of the pool,
 *   (`ENOTSUP`) when the driver cannot be looked into, (`EAGAIN`) and (`EDEADLK`) as
 *   {@linkcode recoverCaches}; none was given back then
 */
export function recoverObjects(
  pool: Mempool,
  addresses: readonly number[],
  options: RepairOptions = {},
): void {
  checkKeys(options, ["vouchFor"], "recoverObjects");
  checkVouched(options);
  const what = `give ${addresses.length} lost objects back to mempool "${pool.name}"`;
  const refuse = (errno: number, advice: string) => new DpdkError({ what, errno, advice });
  if (new Set(addresses).size !== addresses.length) {
    throw refuse(Errno.EINVAL, "one of them is named twice");
  }
  const foreign = addresses.find((address) => !pool.has(address));
  if (foreign !== undefined) {
    throw refuse(Errno.EINVAL, `0x${foreign.toString(16)} is no object of this pool`);
  }
  refuseHeldLocks(what);
  checkDriver(pool, what, options);
  refuseLiving(what, IN_HAND, options);
  const places = placesOf(pool);
  if (places.driver.ring === undefined) {
    throw refuse(
      Errno.ENOTSUP,
      `its driver ${pool.opsName} cannot be looked into, so nobody knows whether it has them`,
    );
  }
  const seen = sightings(pool, places);
  const there = addresses.find((address) => seen.has(address));
  if (there !== undefined) {
    throw refuse(
      Errno.EEXIST,
      `0x${
        there.toString(16)
      } is not lost: it is in a ring, a cache or the pool; nothing was given`,
    );
  }
  if (addresses.length > 0) enqueue(pool, addresses, what);
}
