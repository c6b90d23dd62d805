/**
 * A pool's driver, asked from beside: what is given back goes past all caches.
 *
 * @module
 */

import { DpdkError, Errno, peek, PointerBuffer } from "../core/mod.ts";
import { type Mempool, mempoolBackend, rte_mempool } from "../mempool/mod.ts";
import { runtime } from "../runtime/mod.ts";
import { refuseLiving, type RepairOptions } from "./living.ts";
import { placesOf } from "./places.ts";

/** `rte_mempool_ops_enqueue_bulk`: past all caches, with nothing allocated in DPDK's memory. */
export function enqueue(pool: Mempool, objects: readonly number[], what: string): void {
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
export function checkDriver(pool: Mempool, what: string, options: RepairOptions): void {
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
