/**
 * Where groups have their files, by the rules of EAL (`eal_create_runtime_dir`).
 *
 * @module
 */

import { libc } from "../core/mod.ts";

/**
 * The directory in which a process of this user has its groups': `$RUNTIME_DIRECTORY` (which systemd
 * sets), else `/var/run` for root, else `$XDG_RUNTIME_DIR`, else `/tmp`. EAL takes a variable that is
 * set to nothing at its word, too.
 */
export function runtimeDirectory(): string {
  const { getenv, getuid } = libc();
  return getenv("RUNTIME_DIRECTORY") ??
    (getuid() === 0 ? "/var/run" : getenv("XDG_RUNTIME_DIR") ?? "/tmp");
}

/** The directory of a group's files: `<runtime>/dpdk/<prefix>`. */
export function groupDirectory(filePrefix: string): string {
  return `${runtimeDirectory()}/dpdk/${filePrefix}`;
}
