/**
 * File systems of a test's own: small, read-only, full.
 *
 * @module
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "../kit.ts";

/** Mounts a file system on a directory of its own, for as long as the test runs. */
export function mounted(
  { cleanup }: TestContext,
  type: "tmpfs" | "hugetlbfs",
  options: string,
): string {
  const directory = mkdtempSync(join("/tmp", `dts-${type}-`));
  cleanup(() => rmdirSync(directory));
  execFileSync("mount", ["-t", type, "-o", options, "none", directory]);
  cleanup(() => execFileSync("umount", [directory]));
  return directory;
}

/** Mounts it again, with other options. */
export function remount(directory: string, options: string): void {
  execFileSync("mount", ["-o", `remount,${options}`, directory]);
}
