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

import { libc, listDirectory, readText } from "../core/mod.ts";

function hugetlbfsMounts(): string[] {
  const mounts = readText("/proc/mounts")?.split("\n").map((line) => line.split(" ")) ?? [];
  return mounts.filter(([, , type]) => type === "hugetlbfs").map(([, path]) => path!);
}

/**
 * Removes the hugepage files of a group. To be called by its primary, after its cleanup and while
 * the process lives: until then it holds the group's lock, and nobody else can use the prefix.
 * Secondaries that are still attached keep what they have mapped; none can attach any more anyway.
 */
export function removeHugepageFiles(filePrefix: string): void {
  const ours = (name: string) =>
    name.startsWith(`${filePrefix}map_`) && /^\d+$/.test(name.slice(filePrefix.length + 4));
  for (const mount of hugetlbfsMounts()) {
    for (const name of listDirectory(mount).filter(ours)) libc().unlink(`${mount}/${name}`);
  }
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
  const ours = (name: string) =>
    primary
      ? name === "mp_socket" || name.startsWith("dpdk_telemetry.")
      : name.startsWith(`mp_socket_${pid}_`) ||
        (name.startsWith("fbarray_") && name.endsWith(`_${pid}`));
  for (const name of listDirectory(directory).filter(ours)) libc().unlink(`${directory}/${name}`);
}
