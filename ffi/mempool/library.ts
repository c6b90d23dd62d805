/**
 * librte_mempool, opened.
 *
 * @module
 */

import { library } from "../abi/mod.ts";
import type { Calls } from "../runtime/mod.ts";
import { mempoolSymbols } from "./symbols.ts";

/** librte_mempool's functions, opened on first use. */
export const mempoolLibrary: () => Calls<typeof mempoolSymbols> = library(
  "rte_mempool",
  mempoolSymbols,
);
