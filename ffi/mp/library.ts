/**
 * The message functions of librte_eal, opened.
 *
 * @module
 */

import { library } from "../abi/mod.ts";
import type { Calls } from "../runtime/mod.ts";
import { mpSymbols } from "./symbols.ts";

/** The functions, opened on first use. */
export const mpCalls: () => Calls<typeof mpSymbols> = library("rte_eal", mpSymbols);
