/**
 * In which file a page of a group's memory is.
 *
 * @module
 */

import { libc, readFile, readPointer } from "../../core/mod.ts";
import { decodeString } from "../../runtime/mod.ts";
import { O, openFile } from "../group/posix.ts";
import { RTE_MAX_MEMSEG_PER_LIST } from "../layout.ts";
import { hugepageDirectories, hugepageFileNumber, hugepageInfo } from "../leftovers.ts";
import type { MemoryList } from "./lists.ts";

/** How a group's memory lies in its files. */
export interface Filing {
  readonly filePrefix: string;
  /** The group's directory. */
  readonly directory: string;
  readonly legacyMem: boolean;
  readonly singleFileSegments: boolean;
}

/**
 * The hugepage files of `--legacy-mem`, whose numbers mean nothing, by address of their pages. Other
 * files are none of the group's, whatever is written there.
 */
function legacyFiles({ filePrefix, directory }: Filing): Map<number, string> {
  const directories = hugepageDirectories(directory);
  const isOne = (path: string) => {
    const slash = path.lastIndexOf("/");
    return directories.includes(path.slice(0, slash)) &&
      hugepageFileNumber(path.slice(slash + 1), filePrefix) !== undefined;
  };
  // struct hugepage_file: orig_va, final_va, physaddr, size, socket_id, file_id, filepath[PATH_MAX]
  const [stride, finalVa, filePath] = [4136, 8, 40];
  const data = readFile(`${directory}/hugepage_data`) ?? new Uint8Array();
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const files = new Map<number, string>();
  for (let at = 0; at + stride <= data.length; at += stride) {
    const address = readPointer(view, at + finalVa);
    const path = decodeString(data.subarray(at + filePath, at + stride));
    if (address !== 0 && isOne(path)) files.set(address, path);
  }
  return files;
}

/** A page in an open file. */
export interface PagePlace {
  /** The file's descriptor, negative when there is none. */
  readonly fd: number;
  /** The page's offset there. */
  readonly offset: number;
}

/** The hugepage files of a group, opened one by one, read-only, until they are closed together. */
export class PageFiles {
  readonly #filing: Filing;
  readonly #legacy: Map<number, string>;
  readonly #directories = new Map<number, readonly string[]>();
  readonly #open = new Map<string, number>();
  /** What was found of each page, by its list's number and its own. */
  readonly #found = new Map<number, PagePlace>();

  /** @param filing how the group has its memory in files */
  constructor(filing: Filing) {
    this.#filing = filing;
    this.#legacy = filing.legacyMem ? legacyFiles(filing) : new Map();
  }

  /** The directories in which pages of a size may be, the likeliest first. */
  #directoriesOf(pageSize: number): readonly string[] {
    let found = this.#directories.get(pageSize);
    if (found === undefined) {
      const { directory } = this.#filing;
      const named = hugepageInfo(directory).filter((one) => one.pageSize === pageSize);
      const paths = [...named.map(({ path }) => path), ...hugepageDirectories(directory)];
      this.#directories.set(pageSize, found = [...new Set(paths)]);
    }
    return found;
  }

  #openPaths(key: string, paths: () => readonly string[]): number {
    let fd = this.#open.get(key);
    if (fd !== undefined) return fd;
    fd = -1;
    for (const path of paths()) {
      fd = openFile(path, O.NONBLOCK);
      if (fd >= 0) break;
    }
    this.#open.set(key, fd);
    return fd;
  }

  /**
   * The file that a page is in.
   *
   * @param list the page's
   * @param page its number there
   */
  find(list: MemoryList, page: number): PagePlace {
    const key = list.number * 2 ** 32 + page;
    let place = this.#found.get(key);
    if (place === undefined) this.#found.set(key, place = this.#look(list, page));
    return place;
  }

  #look(list: MemoryList, page: number): PagePlace {
    const { filePrefix, legacyMem, singleFileSegments } = this.#filing;
    if (legacyMem) {
      const address = list.address + page * list.pageSize;
      const path = this.#legacy.get(address);
      return { fd: path === undefined ? -1 : this.#openPaths(path, () => [path]), offset: 0 };
    }
    const number = singleFileSegments ? list.number : list.number * RTE_MAX_MEMSEG_PER_LIST + page;
    const name = `${filePrefix}map_${number}`;
    const fd = this.#openPaths(
      name,
      () => this.#directoriesOf(list.pageSize).map((path) => `${path}/${name}`),
    );
    return { fd, offset: singleFileSegments ? page * list.pageSize : 0 };
  }

  /** Closes what was opened. */
  close(): void {
    for (const fd of this.#open.values()) if (fd >= 0) libc().close(fd);
    this.#open.clear();
    this.#found.clear();
  }
}
