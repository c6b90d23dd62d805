/**
 * Hugepage files belong to a file prefix, whatever the runtime directory: two groups of one prefix in
 * two runtime directories would use the same names. A primary's EAL removes files of its prefix and
 * makes new ones without looking at who uses them, and from then on secondaries of the other group map
 * the wrong memory.
 *
 * @module
 */

import { DpdkError, libc, listDirectory } from "../core/mod.ts";
import { fileStatus, lockExclusively, O, openFile } from "./group/posix.ts";
import { sharedLocks } from "./group/processes.ts";
import { hugepageFileNumber, hugetlbfsMounts } from "./leftovers.ts";

/** Whether a process has a hugepage file, on which it then has a shared lock. */
function inUse(path: string): boolean {
  const fd = openFile(path, O.NONBLOCK);
  if (fd < 0) return false; // EAL cannot remove it either
  try {
    return !lockExclusively(fd);
  } finally {
    libc().close(fd);
  }
}

/**
 * Refuses to start the primary of a file prefix whose hugepage files somebody uses.
 *
 * @param filePrefix the group
 * @param hugeDir `--huge-dir`, if given: a directory that may lie below a mount
 * @throws {DpdkError} when a process of another group of this prefix lives, or of an earlier primary's
 */
export function checkHugepagesFree(filePrefix: string, hugeDir: string | undefined): void {
  const directories = hugeDir === undefined ? hugetlbfsMounts() : [hugeDir];
  const used = directories.flatMap((directory) =>
    listDirectory(directory).filter((name) => hugepageFileNumber(name, filePrefix) !== undefined)
      .map((name) => `${directory}/${name}`)
  ).filter(inUse);
  if (used.length === 0) return;
  const ids = used.map((path) => fileStatus(path)?.id);
  const holders = sharedLocks().filter(({ id }) => ids.includes(id)).map(({ pid }) => pid);
  const pids = [...new Set(holders)].sort((a, b) => a - b);
  const who = pids.length === 0 ? "processes" : `pid ${pids.join(", ")}`;
  throw new DpdkError({
    what: `start as the primary of file prefix "${filePrefix}"`,
    advice: `its hugepage files are still used (${used[0]} by ${who}), by a group of that prefix ` +
      "with another runtime directory, or by what is left of one; choose another file prefix",
  });
}
