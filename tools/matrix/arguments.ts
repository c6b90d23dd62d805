/**
 * The matrix runner's command line.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { type Runtime, RUNTIMES } from "../runtimes.ts";
import { type Release, RELEASES } from "./releases.ts";

/** How to call the matrix runner. */
export const USAGE = `deno task test:matrix [options] [words]

Runs the tests with every DPDK release that the library knows: the installed one on this system, the
others in root file systems of the Debians that have them. These are made by debootstrap and kept
under /var/cache/dpdk-ts (or DPDK_TS_CACHE). Words choose test files, as in "deno task test".

  --release A,B        only these releases (${RELEASES.map(({ number }) => number).join(",")})
  --runtime deno|bun   only on this runtime
  --essential          without words: where DPDK is not the installed one, only the tests of layouts,
                       prototypes, rings, mempools, messages and ports
  --again              as in "deno task test": files that failed run once more
  --refresh            make the root file systems anew
  --no-setup           do not look whether anything is missing`;

/** The tests without which a release is not known to work at all. */
export const ESSENTIAL: readonly string[] = ["abi", "ring", "mempool", "mp", "ethdev"]
  .map((folder) => `tests/${folder}/`);

/** What the command line asks for. */
export interface Arguments {
  /** The releases to run with. */
  readonly releases: readonly Release[];
  /** The runtimes to run on. */
  readonly runtimes: readonly Runtime[];
  /** Whether only the essential tests run with what is not installed. */
  readonly essential: boolean;
  /** Whether files that failed run once more. */
  readonly again: boolean;
  /** Whether roots are made anew. */
  readonly refresh: boolean;
  /** Whether to set up first. */
  readonly setup: boolean;
  /** Whether only the usage was asked for. */
  readonly help: boolean;
  /** Which files to run. */
  readonly words: readonly string[];
}

/**
 * Reads the command line.
 *
 * @param args The arguments after the script's name.
 * @returns What they ask for; throws a `TypeError` that says what is wrong.
 */
export function parseArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      release: { type: "string" },
      runtime: { type: "string" },
      essential: { type: "boolean", default: false },
      again: { type: "boolean", default: false },
      refresh: { type: "boolean", default: false },
      "no-setup": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { release, runtime, essential, again, refresh, help } = values;
  return {
    releases: release === undefined ? RELEASES : release.split(",").map(releaseNamed),
    runtimes: runtime === undefined ? RUNTIMES : [runtimeNamed(runtime)],
    essential,
    again,
    refresh,
    setup: !values["no-setup"],
    help,
    words: positionals,
  };
}

function releaseNamed(name: string): Release {
  const release = RELEASES.find(({ number }) => number === name);
  if (release !== undefined) return release;
  const known = RELEASES.map(({ number }) => number).join(", ");
  throw new TypeError(`Cannot run tests with DPDK "${name}": --release is of ${known}`);
}

function runtimeNamed(name: string): Runtime {
  const runtime = RUNTIMES.find((known) => known === name);
  if (runtime !== undefined) return runtime;
  throw new TypeError(`Cannot run tests on "${name}": --runtime is ${RUNTIMES.join(" or ")}`);
}
