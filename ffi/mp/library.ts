/**
 * The message functions of librte_eal, opened.
 *
 * @module
 */

import { abi, library } from "../abi/mod.ts";
import type { Calls } from "../runtime/mod.ts";
import { type MessageLayout, rte_mp_msg } from "./layout.ts";
import { mpSymbols } from "./symbols.ts";

/** The functions, opened on first use. */
export const mpCalls: () => Calls<typeof mpSymbols> = library("rte_eal", mpSymbols);

let layout: MessageLayout | undefined;

/** `struct rte_mp_msg` of this host's DPDK. */
export function messageLayout(): MessageLayout {
  return layout ??= rte_mp_msg(abi());
}

/**
 * Whether a primary's request that cannot be sent to one secondary goes on with the others, as in
 * 22.11 and 24.11; 25.11 gives all of it up.
 */
export function requestsGoOn(): boolean {
  return abi().number < 26;
}
