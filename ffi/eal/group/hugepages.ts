/**
 * The hugepage files of groups.
 *
 * @module
 */

import { listDirectory } from "../../core/mod.ts";
import { hugepageDirectories, hugepageFileNumber } from "../leftovers.ts";
import { fileStatus } from "./posix.ts";

/** A hugepage file. */
export interface HugepageFile {
  readonly directory: string;
  readonly name: string;
  /** Device and inode. */
  readonly id: string;
  readonly uid: number;
  /** The memory that it holds, in bytes. */
  readonly bytes: number;
}

/**
 * The hugepage files of a file prefix, whoever's they are; of a file system that is mounted at several
 * places once.
 *
 * @param groupDirectory the group's; empty when it has none
 */
export function hugepageFilesOf(filePrefix: string, groupDirectory: string): HugepageFile[] {
  const files = hugepageDirectories(groupDirectory).flatMap((directory) =>
    listDirectory(directory).flatMap((name) => {
      if (hugepageFileNumber(name, filePrefix) === undefined) return [];
      const status = fileStatus(`${directory}/${name}`);
      return status === undefined ? [] : [{ directory, name, ...status }];
    })
  );
  return files.filter(({ id }, i) => files.findIndex((other) => other.id === id) === i);
}

/** The file prefixes for which there are hugepage files in any mount. */
export function hugepagePrefixes(): string[] {
  const names = hugepageDirectories("").flatMap(listDirectory);
  return [...new Set(names.flatMap((name) => /^(.+)map_\d+$/.exec(name)?.[1] ?? []))];
}
