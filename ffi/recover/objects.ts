/**
 * Giving a pool back what a dead process had in hand.
 *
 * @module
 */

import { checkKeys, DpdkError, Errno, peek } from "../core/mod.ts";
import {
  mbufLibrary,
  PktmbufPool,
  rte_mbuf,
  RTE_PKTMBUF_POOL_F_PINNED_EXT_BUF,
} from "../mbuf/mod.ts";
import type { Mempool } from "../mempool/mod.ts";
import { runtime } from "../runtime/mod.ts";
import { checkDriver, enqueue } from "./driver.ts";
import { allVouched, checkVouched, refuseLiving, type RepairOptions } from "./living.ts";
import { refuseHeldLocks } from "./locks.ts";
import { mempoolOf } from "./mempool.ts";
import { placesOf, sightings } from "./places.ts";

/** Makes mbufs what they were when the pool was made. */
function makeAnew(pool: PktmbufPool, addresses: readonly number[], what: string): void {
  const refuse = (errno: number, advice: string) => new DpdkError({ what, errno, advice });
  if ((pool.flags & RTE_PKTMBUF_POOL_F_PINNED_EXT_BUF) !== 0) {
    throw refuse(Errno.ENOTSUP, "its buffers lie outside of it, and only who made it knows where");
  }
  const alone = allVouched({});
  for (const address of addresses) {
    const references = peek(address, rte_mbuf.size).getUint16(rte_mbuf.fields.refcnt.offset, true);
    if (references <= 1 || alone) continue;
    throw refuse(
      Errno.EBUSY,
      `0x${address.toString(16)} has ${references} references: living processes may have clones ` +
        `of it; end them first`,
    );
  }
  const mempool = runtime.pointer<"struct rte_mempool">(pool.address);
  for (const address of addresses) {
    mbufLibrary().rte_pktmbuf_init(mempool, null, runtime.pointer(address), 0);
  }
}

/**
 * Gives a pool back objects that a dead process had in hand, which the caller names: of `missing` in
 * what {@linkcode inspectMempool} found.
 *
 * Of a {@linkcode PktmbufPool} they are made anew (rte_pktmbuf_init), as an mbuf in a pool has one
 * reference and no next segment. One with more references is refused while other processes live: a
 * clone of it may be with them.
 *
 * @param of the pool; one of mbufs as a {@linkcode PktmbufPool}
 * @param addresses of the objects, each once
 * @param options processes that the caller vouches for
 * @throws {DpdkError} (`EBUSY`) while processes live that the caller does not vouch for, (`EEXIST`)
 *   when an object is in a ring, a cache or the driver, (`EINVAL`) when it is no object of the pool,
 *   (`ENOTSUP`) when the driver cannot be looked into, (`EAGAIN`) and (`EDEADLK`) as
 *   {@linkcode recoverCaches}; none was given back then
 * @example
 * ```ts
 * import { Eal, inspectMempool, Mempool, recoverObjects } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = Mempool.create("messages", 255, 64, { cacheSize: 32 });
 * const { missing = [] } = inspectMempool(pool);
 * // Those of which the caller knows that a dead process had them:
 * const dead = missing.filter(({ lastLcoreId }) => lastLcoreId === 3);
 * recoverObjects(pool, dead.map(({ address }) => address));
 * ```
 */
export function recoverObjects(
  of: Mempool | PktmbufPool,
  addresses: readonly number[],
  options: RepairOptions = {},
): void {
  checkKeys(options, ["vouchFor"], "recoverObjects");
  const pool = mempoolOf(of);
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
  refuseLiving(what, "have some of these objects in hand", options);
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
  if (of instanceof PktmbufPool) makeAnew(of, addresses, what);
  if (addresses.length > 0) enqueue(pool, addresses, what);
}
