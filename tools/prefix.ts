/**
 * Tidying up after DPDK processes of our own.
 *
 * @module
 */

import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const HUGETLBFS = "/dev/hugepages";
const RUNTIME_DIRECTORIES = ["/var/run/dpdk", "/tmp/dpdk"];

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
  for (const folder of RUNTIME_DIRECTORIES) {
    const ours = entries(folder).includes(prefix);
    if (ours) rmSync(join(folder, prefix), { recursive: true, force: true });
  }
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
