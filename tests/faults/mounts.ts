/**
 * File systems of a test's own: small, read-only, full.
 *
 * @module
 */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { TestContext } from "../kit.ts";

/** How long a mount may be busy, and how often it is tried, in milliseconds. */
const PATIENCE_MS = 5000;
const PAUSE_MS = 50;

/** Mounts a file system on a directory of its own, for as long as the test runs. */
export function mounted(
  { cleanup }: TestContext,
  type: "tmpfs" | "hugetlbfs",
  options: string,
): string {
  const directory = mkdtempSync(join("/tmp", `dts-${type}-`));
  cleanup(() => rmdirSync(directory));
  execFileSync("mount", ["-t", type, "-o", options, "none", directory]);
  cleanup(() => unmount(directory));
  return directory;
}

/**
 * EAL arguments for a mount of their own where there is `--legacy-mem`: with it EAL takes all pages of
 * its mount, and gives back what it does not want. Others would have none for that while.
 */
export function legacyMount(context: TestContext, args: readonly string[]): string[] {
  if (!args.includes("--legacy-mem")) return [];
  return [`--huge-dir=${mounted(context, "hugetlbfs", "pagesize=2M,size=64M")}`];
}

/** Unmounts it; whoever looks around on this host may be reading in it right now. */
async function unmount(directory: string): Promise<void> {
  for (let tries = PATIENCE_MS / PAUSE_MS; tries > 0; tries--) {
    const { status, stderr } = spawnSync("umount", [directory], { encoding: "utf8" });
    if (status === 0) return;
    if (!stderr.includes("busy")) break;
    await setTimeout(PAUSE_MS);
  }
  execFileSync("umount", [directory]);
}

/** Mounts it again, with other options. */
export function remount(directory: string, options: string): void {
  execFileSync("mount", ["-o", `remount,${options}`, directory]);
}
