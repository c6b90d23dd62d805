/**
 * A mempool's driver: the functions behind its caches.
 *
 * @module
 */

import { DpdkError } from "../core/mod.ts";
import { mempoolOps } from "../ring/mod.ts";
import { type Calls, runtime } from "../runtime/mod.ts";

const symbols = {
  enqueue: "int (struct rte_mempool *mp, void * const *obj_table, unsigned int n)",
  dequeue: "int (struct rte_mempool *mp, void **obj_table, unsigned int n)",
} as const;

/** `enqueue` and `dequeue` of `struct rte_mempool_ops`: 0, or a negative error number. */
export type Backend = Calls<typeof symbols> & {
  /** The driver's name: `ring_mp_mc`. */
  readonly name: string;
};

const backends = new Map<number, Backend>();

/**
 * The driver that a pool's `ops_index` names: `rte_mempool_get_ops`.
 *
 * @throws {DpdkError} when this process has loaded no such driver
 */
export function backend(index: number, what: string): Backend {
  let found = backends.get(index);
  if (found !== undefined) return found;
  const ops = mempoolOps()[index];
  if (ops === undefined || ops.name === "") {
    throw new DpdkError({
      what,
      advice:
        `its driver has index ${index}, and this process has loaded no such mempool driver; ` +
        `load the same plugins as the process that made it`,
    });
  }
  const calls = runtime.link({ enqueue: ops.enqueue, dequeue: ops.dequeue }, symbols);
  backends.set(index, found = { name: ops.name, ...calls });
  return found;
}
