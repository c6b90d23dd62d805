/**
 * The message functions of librte_eal, opened.
 *
 * @module
 */

import { abi, library } from "../abi/mod.ts";
import { eal, versionNumber } from "../eal/mod.ts";
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
 * The last DPDK of an ABI that is known to go on with the others when a primary's request cannot be
 * sent to one secondary. Later ones give all of it up: 24.11.8 and 25.11 were seen to.
 */
const GOES_ON: Readonly<Partial<Record<number, string>>> = {
  23: "DPDK 22.11.11",
  25: "DPDK 24.11.4",
};

/**
 * Whether a primary's request that cannot be sent to one secondary goes on with the others. A point
 * release that is not known is taken to give it up: what comes of it all the same is dropped.
 *
 * @param number the ABI
 * @param version what `rte_version` says
 */
export function goesOn(number: number, version: string): boolean {
  const last = GOES_ON[number];
  return last !== undefined && versionNumber(version) <= versionNumber(last);
}

let requests: boolean | undefined;

/** {@linkcode goesOn} of this host's DPDK. */
export function requestsGoOn(): boolean {
  return requests ??= goesOn(abi().number, eal().rte_version() ?? "");
}
