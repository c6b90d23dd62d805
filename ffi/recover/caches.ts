/**
 * Giving a pool back what is in the caches of dead processes.
 *
 * An object that is given back twice is handed out twice: two processes write into it. So nothing is
 * given back that is in a second place, and a repair that is itself interrupted rather loses objects,
 * which a later one finds missing, than to give them twice.
 *
 * @module
 */

import { checkInteger, checkKeys, DpdkError, Errno } from "../core/mod.ts";
import { heldLcore } from "../lcore/mod.ts";
import type { PktmbufPool } from "../mbuf/mod.ts";
import { type Mempool, RTE_MAX_LCORE, rte_mempool_cache } from "../mempool/mod.ts";
import { runtime } from "../runtime/mod.ts";
import { checkDriver, enqueue } from "./driver.ts";
import { allVouched, checkVouched, refuseHidden, type RepairOptions } from "./living.ts";
import { refuseHeldLocks } from "./locks.ts";
import { type CacheReport, judgeCache, mempoolOf } from "./mempool.ts";
import { type LcoreOwner, lcoreOwners } from "./owners.ts";
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

/** The lcores that a caller names. */
function namedLcores({ lcores = [] }: RecoverCachesOptions): readonly number[] {
  if (!Array.isArray(lcores)) {
    throw new TypeError(`Cannot use ${String(lcores)} as lcores: it is no list of lcore ids`);
  }
  for (const id of lcores) checkInteger(id, "an lcore id", 0, RTE_MAX_LCORE - 1);
  return lcores;
}

/** Refuses lcores that are, or seem to be, of living processes. */
function refuseLivingLcores(
  what: string,
  named: readonly number[],
  owner: (lcoreId: number) => LcoreOwner,
  { vouchFor = [] }: RepairOptions,
): void {
  for (const id of named) {
    const { state, pid, from } = owner(id);
    if (state !== "living" || (from === "guess" && vouchFor.includes(pid!))) continue;
    throw new DpdkError({
      what,
      errno: Errno.EBUSY,
      advice: `lcore ${id} ${
        from === "claim" ? "is" : "seems to be"
      } of process ${pid}, which lives`,
    });
  }
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
 * the caller does not vouch for; without them, what is in one place only is given back. Of a
 * process in C that was killed within a put, after the cache's length and before its content was
 * written, and of any that was killed within a flush whose objects have all been handed out again,
 * the cache holds objects of others, and nothing tells: a matter of nanoseconds, and the one in
 * which only a group that is started anew is certain. DPDK has no function for it; of one's own
 * lcore, `rte_mempool_cache_flush` does so.
 *
 * @param of the pool
 * @param options processes that the caller vouches for
 * @returns how many objects of which lcores came back
 * @throws {DpdkError} (`EBUSY`) when a named lcore is a living process's, (`EAGAIN`) when the pool's
 *   ring is open at its producers' end, or a cache changes meanwhile, (`EDEADLK`) when a lock of the
 *   group is held for good
 * @example
 * ```ts
 * import { Eal, Mempool, recoverCaches } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = Mempool.create("messages", 255, 64, { cacheSize: 32 });
 * const { given } = recoverCaches(pool); // of processes that were killed
 * console.log(given); // 0
 * ```
 */
export function recoverCaches(
  of: Mempool | PktmbufPool,
  options: RecoverCachesOptions = {},
): RecoveredCaches {
  const pool = mempoolOf(of);
  checkKeys(options, ["lcores", "vouchFor"], "recoverCaches");
  checkVouched(options);
  const named = namedLcores(options);
  const what = `give mempool "${pool.name}" back what dead processes have in caches`;
  refuseHeldLocks(what);
  refuseHidden(what, "use these lcores");
  checkDriver(pool, what, options);
  const owner = lcoreOwners();
  refuseLivingLcores(what, named, owner, options);
  const places = placesOf(pool);
  const seen = sightings(pool, places);
  const found = places.caches
    .filter(({ lcoreId, length }) =>
      length > 0 && (owner(lcoreId).state === "dead" || named.includes(lcoreId))
    )
    .map((cache) => judgeCache(pool, cache, seen, owner(cache.lcoreId)));
  const sure = allVouched(options);
  const [recovered, left] = [true, false].map((take) =>
    found.filter(({ doubtful }) => (doubtful === 0 || sure) === take)
  ) as [CacheReport[], CacheReport[]];
  for (const cache of recovered) recoverOne(pool, cache, what);
  const given = recovered.reduce((sum, { objects }) => sum + objects.length, 0);
  return { given, recovered, left };
}
