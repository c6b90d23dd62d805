/**
 * The DPDK releases that the library knows.
 *
 * A release's ABI is the number in its sonames: `librte_eal.so.23`. Within one ABI number nothing
 * that we rely on changes. What differs between them is asked of {@linkcode Abi}; no other file
 * compares version numbers.
 *
 * @module
 */

/** One DPDK ABI. */
export interface Abi {
  /** The number in the sonames. */
  readonly number: 23 | 25 | 26;
  /** The long-term release that has it. */
  readonly release: string;
}

/** The known ABIs, newest first: the order in which they are looked for. */
export const ABIS: readonly Abi[] = [
  { number: 26, release: "25.11" },
  { number: 25, release: "24.11" },
  { number: 23, release: "22.11" },
];

/** The known ABIs for a message: `26 (25.11), 25 (24.11), 23 (22.11)`. */
export function knownAbis(): string {
  return ABIS.map(({ number, release }) => `${number} (DPDK ${release})`).join(", ");
}

/** The cache line that all layouts here assume, in bytes. */
export const CACHE_LINE = 64;
