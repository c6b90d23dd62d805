/**
 * Where the two runtimes are: the native binaries of the pinned dev dependencies.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "./root.ts";

/** The two runtimes that everything here runs on. */
export type Runtime = "deno" | "bun";

/** Both runtimes, in the order in which they are run. */
export const RUNTIMES: readonly Runtime[] = ["deno", "bun"];

/** The environment variables that hand the executables' paths to child processes. */
export const RUNTIME_VARIABLES: Readonly<Record<Runtime, string>> = {
  deno: "DPDK_TS_DENO",
  bun: "DPDK_TS_BUN",
};

/**
 * Where npm puts the native binaries. Bun's install script moves its binary out of the package of
 * the platform; where install scripts are not run, that package still has it.
 */
const BINARIES: Readonly<Record<Runtime, readonly string[]>> = {
  deno: [`@deno/linux-${process.arch}-glibc/deno`],
  bun: [
    `@oven/bun-linux-${process.arch === "arm64" ? "aarch64" : process.arch}/bin/bun`,
    "bun/bin/bun.exe",
  ],
};

/** The runtime that runs this script. */
export const runtimeName: Runtime = process.versions["bun"] === undefined ? "deno" : "bun";

/**
 * The absolute path of a runtime's executable.
 *
 * @param runtime Which one.
 * @returns The path in its environment variable, or else that of the pinned npm package.
 */
export function executable(runtime: Runtime): string {
  const given = process.env[RUNTIME_VARIABLES[runtime]];
  if (given !== undefined && given !== "") return given;
  for (const path of BINARIES[runtime]) {
    const candidate = join(ROOT, "node_modules", path);
    if (existsSync(candidate)) return candidate;
  }
  throw new Error(`Cannot find ${runtime}: it is not in node_modules; run "npm install"`);
}
