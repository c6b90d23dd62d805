/**
 * librte_mbuf, opened.
 *
 * @module
 */

import { library } from "../abi/mod.ts";
import type { Calls } from "../runtime/mod.ts";
import { mbufSymbols } from "./symbols.ts";

/** librte_mbuf's functions, opened on first use. */
export const mbufLibrary: () => Calls<typeof mbufSymbols> = library("rte_mbuf", mbufSymbols);
