/**
 * EAL file prefixes: each test takes one of its own, so that DPDK processes of other tests (and of
 * other people on the machine) are never met.
 *
 * @module
 */

import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

const HUGETLBFS = "/dev/hugepages";
const RUNTIME_DIRECTORY = "/var/run/dpdk";

let taken = 0;

/**
 * Makes a file prefix that no other test has.
 *
 * @param label Says what it is for; other characters than letters and digits are dropped.
 * @returns A prefix for `--file-prefix`.
 */
export function uniquePrefix(label: string): string {
  const word = label.replace(/[^A-Za-z0-9]+/g, "").slice(0, 16).toLowerCase();
  return `dts-${word}-${process.pid}-${Date.now().toString(36)}-${taken++}`;
}

/**
 * Removes what DPDK processes with this prefix left: the runtime directory, and the files that hold
 * hugepages. Call it after the last of them has ended. Nothing to remove is no error.
 *
 * @param prefix The file prefix.
 */
export function removePrefix(prefix: string): void {
  if (!/^[\w.-]+$/.test(prefix) || prefix.startsWith(".")) {
    throw new TypeError(`Cannot remove prefix "${prefix}": it is not a plain file name`);
  }
  rmSync(join(RUNTIME_DIRECTORY, prefix), { recursive: true, force: true });
  for (const name of entries(HUGETLBFS)) {
    if (name.startsWith(`${prefix}map_`)) rmSync(join(HUGETLBFS, name), { force: true });
  }
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
