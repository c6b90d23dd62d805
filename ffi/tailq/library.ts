/**
 * librte_eal's functions for tailqs.
 *
 * @module
 */

import { library } from "../abi/mod.ts";
import type { Calls } from "../runtime/mod.ts";
import { tailqSymbols } from "./symbols.ts";

/** The functions, opened on first use. */
export const tailqLibrary: () => Calls<typeof tailqSymbols> = library("rte_eal", tailqSymbols);
