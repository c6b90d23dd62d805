/**
 * librte_eal, opened, and its thread-local variables.
 *
 * @module
 */

import { library, symbolAddress } from "../abi/mod.ts";
import { type Calls, runtime } from "../runtime/mod.ts";
import { ealSymbols } from "./symbols.ts";

/** librte_eal's functions, opened on first use. */
export const eal: () => Calls<typeof ealSymbols> = library("rte_eal", ealSymbols);

function threadLocal(name: string): () => Uint32Array<ArrayBuffer> {
  let view: Uint32Array<ArrayBuffer> | undefined;
  return () => view ??= new Uint32Array(runtime.memory(symbolAddress("rte_eal", name), 4));
}

const errnoVariable = threadLocal("per_lcore__rte_errno");
const lcoreVariable = threadLocal("per_lcore__lcore_id");

/**
 * `rte_errno` of this thread: why the last call failed. It means nothing after a success.
 *
 * @returns an error number, positive, or 0
 * @example
 * ```ts
 * import { Eal, rte, rteErrno } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * if (rte.rte_ring_lookup("nobody's") === null) console.log(rteErrno()); // 2
 * ```
 */
export function rteErrno(): number {
  return errnoVariable()[0]!;
}

/**
 * The thread-local variable that holds the calling thread's lcore id, for who reads it often. It
 * changes when the thread is registered with EAL.
 */
export function lcoreIdVariable(): Uint32Array<ArrayBuffer> {
  return lcoreVariable();
}

/**
 * `rte_lcore_id()`: the calling thread's lcore, {@linkcode LCORE_ID_ANY} when it is none.
 *
 * @returns the lcore id, or `LCORE_ID_ANY`
 * @example
 * ```ts
 * import { Eal, lcoreId } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * console.log(lcoreId() === eal.mainLcore); // true
 * ```
 */
export function lcoreId(): number {
  return lcoreVariable()[0]!;
}
