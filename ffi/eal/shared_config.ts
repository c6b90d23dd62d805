/**
 * The group's config (`struct rte_mem_config`) as this process has it mapped.
 *
 * The file itself must not be opened here once EAL runs: the primary's lock on it, by which others
 * see it alive, is a POSIX record lock, and closing any descriptor of the file gives it up.
 *
 * @module
 */

import { abi } from "../abi/mod.ts";
import { libc, readText, Region } from "../core/mod.ts";
import { configLayout } from "./layout.ts";
import { eal } from "./library.ts";
import { configPath } from "./primary.ts";
import { lockHolder } from "./primary_lock.ts";
import { ealState } from "./state.ts";

/** Where a file of a path that ends so is mapped in this process, 0 when none is. */
function mappedAt(end: string): number {
  const lines = (readText("/proc/self/maps") ?? "").split("\n");
  return parseInt(lines.find((one) => one.endsWith(end)) ?? "0", 16);
}

/** The config's path from the directory `dpdk` on; those above may be symbolic links, as /var/run. */
export function configEnd(filePrefix: string): string {
  return `/dpdk/${filePrefix}/config`;
}

/** The file prefix of this process's group. */
export function ownFilePrefix(): string {
  return (eal().rte_eal_get_runtime_dir() ?? "").split("/").at(-1) ?? "";
}

/**
 * The pid of a group's primary, which holds a lock on its config; `undefined` when it is dead, or in
 * another pid namespace.
 */
export function primaryPid(filePrefix: string): number | undefined {
  const self = ealState() === "running" && eal().rte_eal_process_type() === 0 &&
    ownFilePrefix() === filePrefix;
  const pid = self ? libc().getpid() : lockHolder(configPath(filePrefix));
  return pid === 0 ? undefined : pid;
}

/** Whether others can join this process: its config is a file, and no other's memory. EAL must run. */
export function sharesMemory(): boolean {
  return mappedAt(configEnd(ownFilePrefix())) !== 0;
}

let config: Region | undefined;

/**
 * The config's bytes, not copied; `undefined` in a process that shares none (`--no-shconf`). Its
 * layout is internal to EAL, see {@linkcode configLayout}.
 */
export function configMemory(): ArrayBuffer | undefined {
  if (config === undefined) {
    const address = mappedAt(configEnd(ownFilePrefix()));
    if (address === 0) return undefined;
    config = new Region(address, configLayout(abi()).size);
  }
  return config.buffer;
}

/** Whether multi-process was switched off in this process's group (`rte_mp_disable`). */
export function multiProcessDisabled(): boolean {
  const memory = configMemory();
  return memory !== undefined && new Uint8Array(memory)[configLayout(abi()).mpStatus] === 1;
}
