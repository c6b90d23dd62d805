/**
 * How DPDK was built for this machine, as far as layouts follow from it.
 *
 * The limits are those of Debian's builds. They differ between architectures, and not between the
 * releases that are known. A process has one of them, so they are constants from its start.
 *
 * @module
 */

import { type Architecture, architecture } from "../runtime/mod.ts";

/** What layouts take from a build of DPDK. */
export interface Build {
  /** The machine it is for. */
  readonly architecture: Architecture;
  /** `RTE_CACHE_LINE_SIZE`, in bytes. */
  readonly cacheLine: 64 | 128;
  /** `RTE_MAX_LCORE`: how many lcores there can be. */
  readonly maxLcore: 128 | 256;
  /** `RTE_MAX_NUMA_NODES`: how many NUMA sockets there can be. */
  readonly maxNumaNodes: 32 | 4;
  /** The kernel's: addresses of a process are below. */
  readonly userSpace: number;
}

/** The builds that are known, by architecture. */
export const BUILDS: Readonly<Record<Architecture, Build>> = {
  x86_64: {
    architecture: "x86_64",
    cacheLine: 64,
    maxLcore: 128,
    maxNumaNodes: 32,
    userSpace: 2 ** 47,
  },
  aarch64: {
    architecture: "aarch64",
    cacheLine: 128,
    maxLcore: 256,
    maxNumaNodes: 4,
    userSpace: 2 ** 48,
  },
};

/** This machine's. Where there is none, DPDK is refused before anything is made of it. */
export const BUILD: Build = BUILDS[architecture ?? "x86_64"];

/** `RTE_CACHE_LINE_SIZE` of this machine's build, in bytes. */
export const RTE_CACHE_LINE_SIZE: number = BUILD.cacheLine;

/** The next multiple of a cache line: what `__rte_cache_aligned` makes of a place or a size. */
export function cacheAligned(
  bytes: number,
  { cacheLine }: Pick<Build, "cacheLine"> = BUILD,
): number {
  return Math.ceil(bytes / cacheLine) * cacheLine;
}
