/**
 * Whether two processes can share memory here.
 *
 * @module
 */

import { accessSync, constants, readFileSync } from "node:fs";

/** 2 MiB pages that the demo wants: 64 MiB. */
const WANTED = 32;

/** Why there are no hugepages to use; `undefined` when there are. */
export function hugepageObstacle(): string | undefined {
  const free = /HugePages_Free:\s+(\d+)/.exec(readFileSync("/proc/meminfo", "utf8"))?.[1];
  if (Number(free ?? 0) < WANTED) {
    return `Two processes share memory in hugepages, and there are ${free ?? 0} free ones here.`;
  }
  const mount = readFileSync("/proc/mounts", "utf8").split("\n").map((line) => line.split(" "))
    .find(([, , type]) => type === "hugetlbfs")?.[1];
  if (mount === undefined) {
    return "Two processes share memory in hugepages, and no hugetlbfs is mounted here.";
  }
  try {
    accessSync(mount, constants.W_OK);
  } catch {
    return `Two processes share memory in hugepages, and this user may not write to ${mount}.`;
  }
  return undefined;
}
