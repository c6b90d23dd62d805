/**
 * The group's config (`struct rte_mem_config`) as this process has it mapped.
 *
 * The file itself must not be opened here once EAL runs: the primary's lock on it, by which others
 * see it alive, is a POSIX record lock, and closing any descriptor of the file gives it up.
 *
 * @module
 */

import { abi } from "../abi/mod.ts";
import { readText, Region } from "../core/mod.ts";
import { configLayout } from "./layout.ts";
import { eal } from "./library.ts";

/** The config file, as this process has it mapped. */
export interface ConfigMapping {
  readonly address: number;
  /** Its path, without symbolic links. */
  readonly path: string;
  /** Its device and inode, as /proc/locks writes them: `fe:00:1557777`. */
  readonly file: string;
}

/** Where the config is mapped in this process; `undefined` where no file is. */
export function configMapping(): ConfigMapping | undefined {
  // The directory above may be a symbolic link, as /var/run is.
  const group = (eal().rte_eal_get_runtime_dir() ?? "").split("/").slice(-2).join("/");
  const maps = readText("/proc/self/maps") ?? "";
  const line = maps.split("\n").find((one) => one.endsWith(`/${group}/config`));
  if (line === undefined) return undefined;
  const [range = "", , , device, inode, ...path] = line.split(/ +/);
  return { address: parseInt(range, 16), path: path.join(" "), file: `${device}:${inode}` };
}

/**
 * The pid of the group's primary, which holds a lock on the config; `undefined` when it is dead, or
 * in another pid namespace.
 */
export function primaryPid(): number | undefined {
  const file = configMapping()?.file;
  const locks = (readText("/proc/locks") ?? "").split("\n").map((line) => line.split(/ +/));
  const held = locks.find((fields) => fields[1] === "POSIX" && fields[5] === file);
  const pid = Number(held?.[4]);
  return file !== undefined && pid > 0 ? pid : undefined;
}

let config: Region | undefined;

/** Whether multi-process was switched off in this process's group (`rte_mp_disable`). */
export function multiProcessDisabled(): boolean {
  const { size, mpStatus } = configLayout(abi());
  if (config === undefined) {
    const mapping = configMapping();
    if (mapping === undefined) return false;
    config = new Region(mapping.address, size);
  }
  return new Uint8Array(config.buffer)[mpStatus] === 1;
}
