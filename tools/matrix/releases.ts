/**
 * The DPDK releases, and the Debians that have them.
 *
 * @module
 */

/** A DPDK release. */
export interface Release {
  /** Its number: `24.11`. */
  readonly number: string;
  /** What debootstrap calls the Debian that has it. */
  readonly suite: string;
  /** What people call that Debian. */
  readonly system: string;
}

/** All releases that the library knows, oldest first. */
export const RELEASES: readonly Release[] = [
  { number: "22.11", suite: "bookworm", system: "Debian 12" },
  { number: "24.11", suite: "trixie", system: "Debian 13" },
  { number: "25.11", suite: "sid", system: "Debian unstable" },
];

/**
 * The release that a version of DPDK belongs to.
 *
 * @param version As pkg-config says it: `24.11.4`.
 * @returns The release, or `undefined` when it is none of these.
 */
export function releaseOf(version: string): Release | undefined {
  return RELEASES.find(({ number }) => version === number || version.startsWith(`${number}.`));
}
