/**
 * DPDK's exported functions under their own names, for scripts that want them 1:1.
 *
 * @module
 */

import { library } from "../abi/mod.ts";
import { ealSymbols } from "../eal/mod.ts";
import { devSymbols, ethdevSymbols } from "../ethdev/mod.ts";
import { mbufSymbols } from "../mbuf/mod.ts";
import { mempoolSymbols } from "../mempool/mod.ts";
import { memzoneSymbols } from "../memzone/mod.ts";
import { mpSymbols } from "../mp/mod.ts";
import { pdumpSymbols } from "../pdump/mod.ts";
import { ringSymbols } from "../ring/mod.ts";
import type { Calls, Symbols } from "../runtime/mod.ts";
import { tailqSymbols } from "../tailq/mod.ts";

/** The exported functions of all libraries that the library knows, by name. */
export type Rte =
  & Calls<typeof ealSymbols>
  & Calls<typeof memzoneSymbols>
  & Calls<typeof tailqSymbols>
  & Calls<typeof mpSymbols>
  & Calls<typeof ringSymbols>
  & Calls<typeof mempoolSymbols>
  & Calls<typeof mbufSymbols>
  & Calls<typeof devSymbols>
  & Calls<typeof ethdevSymbols>
  & Calls<typeof pdumpSymbols>;

/** Adds functions that open their library when they are first asked for. */
function add(target: object, name: string, symbols: Symbols): void {
  const open = library(name, symbols);
  for (const symbol of Object.keys(symbols)) {
    Object.defineProperty(target, symbol, { enumerable: true, get: () => open()[symbol] });
  }
}

/**
 * DPDK's exported functions: `rte.rte_ring_create("a", 64, -1, 0)`.
 *
 * Signatures follow the C prototypes: see {@linkcode Call}. They do what the C functions do, without
 * the checks of the classes: a wrong pointer ends the process, as in C.
 *
 * @example
 * ```ts
 * import { Eal, rte } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * const ring = rte.rte_ring_create("raw", 64, -1, 0);
 * rte.rte_ring_free(ring);
 * console.log(rte.rte_ring_lookup("raw")); // null
 * ```
 */
export const rte: Rte = (() => {
  const functions = {};
  add(functions, "rte_eal", ealSymbols);
  add(functions, "rte_eal", memzoneSymbols);
  add(functions, "rte_eal", tailqSymbols);
  add(functions, "rte_eal", mpSymbols);
  add(functions, "rte_ring", ringSymbols);
  add(functions, "rte_mempool", mempoolSymbols);
  add(functions, "rte_mbuf", mbufSymbols);
  add(functions, "rte_eal", devSymbols);
  add(functions, "rte_ethdev", ethdevSymbols);
  add(functions, "rte_pdump", pdumpSymbols);
  return functions as Rte;
})();
