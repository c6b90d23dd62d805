/**
 * librte_ethdev, opened.
 *
 * @module
 */

import { library } from "../abi/mod.ts";
import type { Calls } from "../runtime/mod.ts";
import { ethdevSymbols } from "./symbols.ts";

/** librte_ethdev's functions, opened on first use. */
export const ethdevLibrary: () => Calls<typeof ethdevSymbols> = library(
  "rte_ethdev",
  ethdevSymbols,
);
