/**
 * What there is of arm64 on a machine of another architecture: Debian's packages of each DPDK release,
 * unpacked, and both runtimes. Made once and kept.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { type Runtime, RUNTIMES } from "../runtimes.ts";

/** A release of DPDK as Debian has it for arm64. */
export interface ArmRelease {
  /** The release. */
  readonly number: "22.11" | "24.11" | "25.11";
  /** The suite of Debian that has it. */
  readonly suite: string;
  /** What is unpacked: one release as a whole, to be run; of the others the headers. */
  readonly contents: "system" | "headers";
}

/** The releases that are known. */
export const RELEASES: readonly ArmRelease[] = [
  { number: "22.11", suite: "bookworm", contents: "system" },
  { number: "24.11", suite: "trixie", contents: "headers" },
  { number: "25.11", suite: "sid", contents: "headers" },
];

/** The one that is run. */
export const SYSTEM: ArmRelease = RELEASES[0]!;

/** The environment variable that lets emulated processes be run, which takes minutes. */
export const EMULATION = "DPDK_TS_ARM64";

/** The emulator of a process. */
export const EMULATOR = "qemu-aarch64-static";

/** The cross compiler. */
export const COMPILER = "aarch64-linux-gnu-gcc";

/** Where it is kept: `DPDK_TS_CACHE`, or else a folder for such things. */
export function armFolder(): string {
  return join(process.env["DPDK_TS_CACHE"] || "/var/cache/dpdk-ts", "arm64");
}

/**
 * Where a release's packages are unpacked.
 *
 * @param release The release.
 * @returns The folder, in which there is `usr/include/dpdk`.
 */
export function rootOf({ number }: ArmRelease): string {
  return join(armFolder(), number);
}

/**
 * Where a runtime for arm64 is.
 *
 * @param runtime Which one.
 * @returns The path of its executable.
 */
export function armRuntime(runtime: Runtime): string {
  return join(armFolder(), "runtimes", runtime);
}

/**
 * Whether a release's packages are there.
 *
 * @param release The release.
 * @returns What is not there is made by `deno task test:arm64`.
 */
export function hasRelease(release: ArmRelease): boolean {
  return existsSync(rootOf(release));
}

/** Whether both runtimes for arm64 are there. */
export function hasRuntimes(): boolean {
  return RUNTIMES.every((runtime) => existsSync(armRuntime(runtime)));
}
