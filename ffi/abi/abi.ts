/**
 * The DPDK releases that the library knows.
 *
 * A release's ABI is the number in its sonames: `librte_eal.so.23`. Within one ABI number nothing
 * that we rely on changes. What differs between them is asked of {@linkcode Abi}; no other file
 * compares version numbers. What differs between machines is in it, too, as {@linkcode Build} says.
 *
 * @module
 */

import { BUILD, type Build } from "./build.ts";

/** One DPDK ABI, as this machine has it. */
export interface Abi extends Build {
  /** The number in the sonames. */
  readonly number: 23 | 25 | 26;
  /** The long-term release that has it. */
  readonly release: string;
}

/** The known ABIs, newest first: the order in which they are looked for. */
export const ABIS: readonly Abi[] = [
  { ...BUILD, number: 26, release: "25.11" },
  { ...BUILD, number: 25, release: "24.11" },
  { ...BUILD, number: 23, release: "22.11" },
];

/** The known ABIs for a message: `26 (25.11), 25 (24.11), 23 (22.11)`. */
export function knownAbis(): string {
  return ABIS.map(({ number, release }) => `${number} (DPDK ${release})`).join(", ");
}
