/**
 * Runs the tests with arm64 on a machine of another architecture. Makes ready what they need first: a
 * cross compiler, an emulator, DPDK's packages and the runtimes for arm64. Options and words are those
 * of tools/test.ts.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { EMULATION } from "./arm64/places.ts";
import { prepare } from "./arm64/prepare.ts";
import { ROOT } from "./root.ts";
import { isDebian } from "./setup/debian.ts";
import { systemHost } from "./setup/host.ts";
import { setUp } from "./setup/mod.ts";

/** Emulated processes are slow: one file at a time, and more seconds for each. */
const OPTIONS: readonly string[] = ["--no-setup", "--jobs", "1", "--limit", "900"];

/** All of them, where nothing else is asked for. */
const TESTS = "tests/arm64/";

function main(args: readonly string[]): number {
  if (!setUp(systemHost, "test")) return 1;
  if (!isDebian(systemHost) || systemHost.userId !== 0) {
    console.log("Setup: the tests with arm64 run on Debian and as root: they install its packages");
    return 1;
  }
  prepare(systemHost);
  const words = args.some((arg) => arg.includes("arm64")) ? args : [...args, TESTS];
  const { status } = spawnSync(
    process.execPath,
    ["run", "-A", join(ROOT, "tools", "test.ts"), ...OPTIONS, ...words],
    { stdio: "inherit", env: { ...process.env, [EMULATION]: "yes" } },
  );
  return status ?? 1;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
