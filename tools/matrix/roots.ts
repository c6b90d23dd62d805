/**
 * Root file systems of Debians, made once and kept.
 *
 * @module
 */

import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { INSTALL, wantedPackages } from "../setup/debian.ts";
import { runCommand } from "./command.ts";
import type { Release } from "./releases.ts";

/** Where root file systems are kept: `DPDK_TS_CACHE`, or else a folder for such things. */
export function cacheFolder(): string {
  return join(process.env["DPDK_TS_CACHE"] || "/var/cache/dpdk-ts", "roots");
}

/** Where a root says what it was made of. */
const STAMP = "dpdk-ts-root.json";

/** What would be half-made after a crash is not used: nobody has to wait for the disk. */
const UNSAFE: readonly string[] = ["-o", "Dpkg::Options::=--force-unsafe-io"];

/** How often a line tells how far it is, in milliseconds. */
const TELL_MS = 10_000;

/** How many of the last lines are told when it fails. */
const TAIL = 20;

/**
 * What makes a root: `$1` is its folder, `$2` the suite; the rest is the command that installs what
 * the tests need. It runs in a mount namespace of its own, so that no mount is left whatever happens.
 */
const SCRIPT = `
  root=$1 suite=$2
  shift 2
  debootstrap --variant=minbase "$suite" "$root"
  printf '127.0.0.1 localhost\\n::1 localhost\\n' > "$root/etc/hosts"
  mount -t proc proc "$root/proc"
  chroot "$root" "$@"
  chroot "$root" apt-get clean
`;

/**
 * What a root of a release is made of.
 *
 * @param release The release.
 * @returns A text that changes when that does.
 */
export function recipeOf(release: Release): string {
  return JSON.stringify({ suite: release.suite, packages: wantedPackages("test") });
}

/** How a root is come by. */
export interface RootOptions {
  /** The user's id; only root, 0, can make and enter it. */
  readonly userId: number;
  /** Whether one that is there is made anew. */
  readonly refresh: boolean;
  /** Ends the making. */
  readonly signal: AbortSignal;
  /** Is told what is done. */
  readonly say: (line: string) => void;
}

/**
 * The root file system of a release's Debian, with all that the tests need. One that is kept is used
 * when it was made of the same; a half-made one never is, for it has another name until it is whole.
 *
 * @param release The release.
 * @param options How it is come by.
 * @returns The root's folder; throws an `Error` that says why there is none.
 */
export async function rootOf(release: Release, options: RootOptions): Promise<string> {
  if (options.userId !== 0) {
    throw new Error(
      `Cannot test with DPDK ${release.number}: it is not installed, and only root can make and enter a ` +
        `root file system of ${release.system}; run "deno task test:matrix" as root`,
    );
  }
  const folder = cacheFolder();
  const root = join(folder, release.number);
  const recipe = recipeOf(release);
  if (!options.refresh && stampOf(root) === recipe) return root;
  mkdirSync(folder, { recursive: true });
  removeLeftovers(folder);
  const work = `${root}.${process.pid}.making`;
  try {
    await make(release, work, options);
    writeFileSync(join(work, STAMP), recipe);
    if (existsSync(root)) renameSync(root, `${root}.${process.pid}.old`);
    renameSync(work, root);
  } finally {
    for (const path of [work, `${root}.${process.pid}.old`]) {
      rmSync(path, { recursive: true, force: true });
    }
  }
  return root;
}

async function make(release: Release, work: string, options: RootOptions): Promise<void> {
  const { signal, say } = options;
  const { number, system, suite } = release;
  say(`making a root of ${system} in ${cacheFolder()} by debootstrap (some minutes)`);
  const packages = wantedPackages("test");
  const lines: string[] = [];
  const started = performance.now();
  const seconds = (): string => `${Math.round((performance.now() - started) / 1000)} s`;
  const timer = setInterval(() => say(`${seconds()}: ${lines.at(-1) ?? ""}`), TELL_MS);
  try {
    const install = [...INSTALL, ...UNSAFE, ...packages];
    const script = ["sh", "-ec", SCRIPT, "sh", work, suite, ...install];
    const code = await runCommand(["unshare", "--mount", ...script], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" },
      signal,
      onLine: (line) => void lines.push(line),
    });
    signal.throwIfAborted();
    if (code !== 0) {
      const tail = lines.slice(-TAIL).join("\n");
      throw new Error(
        `Cannot make a root for DPDK ${number}: debootstrap or apt-get failed\n${tail}`,
      );
    }
    say(`made in ${seconds()}`);
  } finally {
    clearInterval(timer);
  }
}

/** What runners left that were killed. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = name.match(/\.(\d+)\.(?:making|old)$/)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function stampOf(root: string): string | undefined {
  try {
    return readFileSync(join(root, STAMP), "utf8");
  } catch {
    return undefined;
  }
}
