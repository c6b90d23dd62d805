/**
 * The mempool driver "mempool_ring", as far as rings use it: DPDK's own machine code for them.
 *
 * The headers inline all ring operations, so librte_ring exports none. But this driver consists of
 * nothing else: each of its enqueue and dequeue functions is a ring bulk operation on
 * `mp->pool_data`, one for each sync mode, and `rte_mempool_ops_table` has their addresses.
 *
 * | driver        | producers | consumers |
 * | ------------- | --------- | --------- |
 * | `ring_mp_mc`  | MT        | MT        |
 * | `ring_sp_sc`  | ST        | ST        |
 * | `ring_mt_rts` | RTS       | RTS       |
 * | `ring_mt_hts` | HTS       | HTS       |
 *
 * @module
 */

import { symbolAddress } from "../abi/mod.ts";
import { peek, readPointer } from "../core/mod.ts";
import { type Calls, decodeString, type Pointer, runtime } from "../runtime/mod.ts";
import { rte_mempool_ops, rte_mempool_ops_table } from "./layout.ts";

const BULK = "int (void *mp, void * const *obj_table, unsigned int n)";

const symbols = {
  mpEnqueue: BULK,
  mcDequeue: BULK,
  spEnqueue: BULK,
  scDequeue: BULK,
  rtsEnqueue: BULK,
  rtsDequeue: BULK,
  htsEnqueue: BULK,
  htsDequeue: BULK,
} as const;

type Native = Calls<typeof symbols>;

/** A mempool driver of this process: `struct rte_mempool_ops`. */
export interface MempoolOps {
  /** Its place in the table, which is what a mempool refers to. */
  readonly index: number;
  readonly name: string;
  readonly enqueue: number;
  readonly dequeue: number;
}

/**
 * The mempool drivers of this process, in the order of `rte_mempool_ops_table`. The drivers are
 * plugins that EAL loads, so there are none before it starts.
 */
export function mempoolOps(): MempoolOps[] {
  const address = symbolAddress("rte_mempool", "rte_mempool_ops_table");
  return mempoolOpsIn(peek(address, rte_mempool_ops_table.size));
}

/** The mempool drivers in a process's `rte_mempool_ops_table`; their addresses are that process's. */
export function mempoolOpsIn(table: DataView): MempoolOps[] {
  const count = table.getUint32(rte_mempool_ops_table.fields.num_ops.offset, true);
  const { name, enqueue, dequeue } = rte_mempool_ops.fields;
  return Array.from({ length: count }, (_, index) => {
    const at = rte_mempool_ops_table.fields.ops.offset + index * rte_mempool_ops.size;
    return {
      index,
      name: decodeString(new Uint8Array(table.buffer, table.byteOffset + at, name.size)),
      enqueue: readPointer(table, at + enqueue.offset),
      dequeue: readPointer(table, at + dequeue.offset),
    };
  });
}

/**
 * One function of the driver: a bulk operation on the ring that a mempool's `pool_data` is.
 *
 * A class of its own for each, around the function in a constant: so V8 compiles the call itself in
 * line, also where it sees several classes. A function that is found in a variable or a property
 * costs it a comparison and some loads each time, and a site where two functions meet its fast call.
 */
export interface BulkCall {
  /** Gives 0, or a negative error number when `n` elements do not fit, or are not there. */
  run(pool: Pointer, objects: Pointer, n: number): number;
}

/** The driver's functions, each list by sync type. */
export interface BulkCalls {
  readonly producers: readonly BulkCall[];
  readonly consumers: readonly BulkCall[];
}

function bulkCalls(native: Native): BulkCalls {
  const { mpEnqueue, spEnqueue, rtsEnqueue, htsEnqueue } = native;
  const { mcDequeue, scDequeue, rtsDequeue, htsDequeue } = native;
  class MpEnqueue implements BulkCall {
    run(pool: Pointer, objects: Pointer, n: number): number {
      return mpEnqueue(pool, objects, n);
    }
  }
  class SpEnqueue implements BulkCall {
    run(pool: Pointer, objects: Pointer, n: number): number {
      return spEnqueue(pool, objects, n);
    }
  }
  class RtsEnqueue implements BulkCall {
    run(pool: Pointer, objects: Pointer, n: number): number {
      return rtsEnqueue(pool, objects, n);
    }
  }
  class HtsEnqueue implements BulkCall {
    run(pool: Pointer, objects: Pointer, n: number): number {
      return htsEnqueue(pool, objects, n);
    }
  }
  class McDequeue implements BulkCall {
    run(pool: Pointer, objects: Pointer, n: number): number {
      return mcDequeue(pool, objects, n);
    }
  }
  class ScDequeue implements BulkCall {
    run(pool: Pointer, objects: Pointer, n: number): number {
      return scDequeue(pool, objects, n);
    }
  }
  class RtsDequeue implements BulkCall {
    run(pool: Pointer, objects: Pointer, n: number): number {
      return rtsDequeue(pool, objects, n);
    }
  }
  class HtsDequeue implements BulkCall {
    run(pool: Pointer, objects: Pointer, n: number): number {
      return htsDequeue(pool, objects, n);
    }
  }
  return {
    producers: [new MpEnqueue(), new SpEnqueue(), new RtsEnqueue(), new HtsEnqueue()],
    consumers: [new McDequeue(), new ScDequeue(), new RtsDequeue(), new HtsDequeue()],
  };
}

function link(): BulkCalls | undefined {
  const ops = new Map(mempoolOps().map((entry) => [entry.name, entry]));
  const [mt, st, rts, hts] = ["ring_mp_mc", "ring_sp_sc", "ring_mt_rts", "ring_mt_hts"]
    .map((name) => ops.get(name));
  if (!mt || !st || !rts || !hts) return undefined;
  const native = runtime.link({
    mpEnqueue: mt.enqueue,
    mcDequeue: mt.dequeue,
    spEnqueue: st.enqueue,
    scDequeue: st.dequeue,
    rtsEnqueue: rts.enqueue,
    rtsDequeue: rts.dequeue,
    htsEnqueue: hts.enqueue,
    htsDequeue: hts.dequeue,
  }, symbols);
  return bulkCalls(native);
}

let linked: { readonly calls: BulkCalls | undefined } | undefined;

/**
 * The driver's functions, linked when they are asked for first.
 *
 * @returns `undefined` when this process has no mempool_ring driver
 */
export function driverCalls(): BulkCalls | undefined {
  linked ??= { calls: link() };
  return linked.calls;
}
