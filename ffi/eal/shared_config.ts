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

/** Where the config is mapped in this process, 0 when it is not. */
function configAddress(): number {
  // The directory above may be a symbolic link, as /var/run is.
  const group = (eal().rte_eal_get_runtime_dir() ?? "").split("/").slice(-2).join("/");
  const maps = readText("/proc/self/maps") ?? "";
  const line = maps.split("\n").find((one) => one.endsWith(`/${group}/config`));
  return line === undefined ? 0 : parseInt(line, 16);
}

let config: Region | undefined;

/** Whether multi-process was switched off in this process's group (`rte_mp_disable`). */
export function multiProcessDisabled(): boolean {
  const { size, mpStatus } = configLayout(abi());
  if (config === undefined) {
    const address = configAddress();
    if (address === 0) return false;
    config = new Region(address, size);
  }
  return new Uint8Array(config.buffer)[mpStatus] === 1;
}
