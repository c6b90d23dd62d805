/**
 * Makes ready what the tests with arm64 need: a cross compiler, an emulator, DPDK's packages and the
 * runtimes for arm64.
 *
 * @module
 */

import process from "node:process";
import { prepare } from "./arm64/prepare.ts";
import { isDebian } from "./setup/debian.ts";
import { systemHost } from "./setup/host.ts";
import { setUp } from "./setup/mod.ts";

function main(): boolean {
  if (!setUp(systemHost, "test")) return false;
  if (isDebian(systemHost) && systemHost.userId === 0) {
    prepare(systemHost);
    return true;
  }
  console.log("Setup: the tests with arm64 run on Debian and as root: they install packages of it");
  return false;
}

try {
  process.exitCode = main() ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
