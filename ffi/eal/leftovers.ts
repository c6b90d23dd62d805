/**
 * The files that a process of ours would leave behind.
 *
 * `rte_eal_cleanup` unmaps everything, but the files in the hugetlbfs stay for whatever was still
 * allocated, and with them the pages, until a primary of the same file prefix starts again. Where it
 * cannot be called, all of them stay; and the socket of the telemetry goes only when the process ends
 * by `exit` of C, so not by a signal and not on Bun.
 *
 * @module
 */

import { libc, listDirectory, readFile, readPointer, readText } from "../core/mod.ts";
import { decodeString } from "../runtime/mod.ts";
import { groupDirectory } from "./runtime_directory.ts";

/** Where hugetlbfs is mounted. */
export function hugetlbfsMounts(): string[] {
  const mounts = readText("/proc/mounts")?.split("\n").map((line) => line.split(" ")) ?? [];
  const unescape = (path: string) =>
    path.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
  return mounts.filter(([, , type]) => type === "hugetlbfs").map(([, path]) => unescape(path!));
}

/** `MAX_HUGEPAGE_SIZES`: how many `struct hugepage_info` a group's file of that name has. */
const HUGEPAGE_SIZES = 3;

/** Where a primary has its hugepage files of a size. */
export interface HugepageDirectory {
  /** The size of a page, in bytes. */
  readonly pageSize: number;
  readonly path: string;
}

/** What a group's primary wrote down: `struct hugepage_info` in a file of that name. */
export function hugepageInfo(groupDirectory: string): HugepageDirectory[] {
  const info = readFile(`${groupDirectory}/hugepage_info`) ?? new Uint8Array();
  const stride = info.length / HUGEPAGE_SIZES; // uint64_t hugepage_sz, then char hugedir[PATH_MAX]
  if (stride % 8 !== 0 || stride < 16) return [];
  const view = new DataView(info.buffer, info.byteOffset, info.length);
  return Array.from({ length: HUGEPAGE_SIZES }, (_, i) => ({
    pageSize: readPointer(view, stride * i),
    path: decodeString(info.subarray(stride * i + 8, stride * (i + 1))).replace(/\/+$/, ""),
  })).filter(({ path }) => path.startsWith("/") && !path.includes("/../"));
}

/**
 * The directories in which a group has hugepage files: those that its primary wrote down, which may lie
 * below a mount (`--huge-dir`), and every mount.
 */
export function hugepageDirectories(groupDirectory: string): string[] {
  const mounts = hugetlbfsMounts();
  const below = hugepageInfo(groupDirectory).map(({ path }) => path).filter((path) =>
    mounts.some((mount) => path.startsWith(`${mount}/`))
  );
  return [...new Set([...mounts, ...below])];
}

/** The number that a hugepage file of a group ends with, `undefined` for other files. */
export function hugepageFileNumber(name: string, filePrefix: string): number | undefined {
  const rest = name.slice(filePrefix.length + 4);
  return name.startsWith(`${filePrefix}map_`) && /^\d+$/.test(rest) ? Number(rest) : undefined;
}

/** The paths of a group's hugepage files: `<directory>/<prefix>map_<n>`. */
export function hugepageFiles(
  filePrefix: string,
  directory: string = groupDirectory(filePrefix),
): string[] {
  return hugepageDirectories(directory).flatMap((path) =>
    listDirectory(path).filter((name) => hugepageFileNumber(name, filePrefix) !== undefined)
      .map((name) => `${path}/${name}`)
  );
}

/**
 * Removes the hugepage files of a group. To be called by its primary, after its cleanup and while
 * the process lives: until then it holds the group's lock, and nobody else can use the prefix.
 * Secondaries that are still attached keep what they have mapped; none can attach any more anyway.
 */
export function removeHugepageFiles(filePrefix: string): void {
  for (const path of hugepageFiles(filePrefix)) libc().unlink(path);
}

/**
 * Removes what is this process's own in its group's directory: its sockets, and the lists of pages of a
 * secondary.
 *
 * @param directory the group's
 * @param primary whether this process is its primary
 */
export function removeOwnFiles(directory: string, primary: boolean): void {
  const pid = libc().getpid();
  // Since 24.11 the time is part of the name of a list, as it always was of a socket's.
  const list = new RegExp(`^fbarray_.*_${pid}(_[0-9a-f]+)?$`);
  const ours = (name: string) =>
    primary
      ? name === "mp_socket" || name.startsWith("dpdk_telemetry.")
      : name.startsWith(`mp_socket_${pid}_`) || list.test(name);
  for (const name of listDirectory(directory).filter(ours)) libc().unlink(`${directory}/${name}`);
}
