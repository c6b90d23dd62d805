/**
 * Libraries in a directory that the dynamic linker does not know, which `DPDK_LIB_DIR` names or which was
 * looked for: what they need of each other is opened from there.
 *
 * @module
 */

import {
  dlfcnConstants,
  DpdkError,
  elfLibrary,
  exists,
  libc,
  listDirectory,
  readFile,
} from "../core/mod.ts";
import type { Installation } from "./discover.ts";

const { RTLD_NOLOAD, RTLD_NOW } = dlfcnConstants.values;

/** Where drivers are, in the directory of the libraries. */
export const DRIVERS = "drivers";

/** Whether the directory was named, and may have drivers of its own. */
function named({ how }: Installation): boolean {
  return how === "DPDK_LIB_DIR";
}

/** The directory from which an EAL loads all drivers if it is there: `.../dpdk/pmds-23.0`. */
function builtInDrivers({ directory, abi }: Installation): string | undefined {
  const eal = readFile(`${directory}/librte_eal.so.${abi.number}`);
  return /\/[\w+./-]+\/dpdk\/pmds-[\d.]+(?=\0)/.exec(new TextDecoder("latin1").decode(eal))?.[0];
}

/**
 * Refuses a directory with drivers of its own where EAL would load others among them: what is there
 * twice registers itself twice, and EAL ends the process.
 *
 * @throws {DpdkError} where EAL's own directory of drivers exists
 */
export function checkAlone(installation: Installation): void {
  const { directory, abi } = installation;
  if (!named(installation) || !exists(`${directory}/${DRIVERS}`)) return;
  const others = builtInDrivers(installation);
  if (others === undefined || !exists(others)) return;
  throw new DpdkError({
    what: `use the libraries of ${directory}`,
    advice:
      `this host has drivers for ABI ${abi.number} in ${others}, which EAL would load among ` +
      "them; use the DPDK that is installed here",
  });
}

/** The drivers in a directory of libraries, by their paths, which are opened before EAL starts. */
export function driversOf(installation: Installation): string[] {
  if (!named(installation)) return [];
  const folder = `${installation.directory}/${DRIVERS}`;
  return listDirectory(folder).sort().map((name) => `${folder}/${name}`);
}

/**
 * The drivers that EAL loads by itself as it starts, by their paths, where the linker would not find what
 * they need. Those that are elsewhere find it elsewhere, and must not have it from here, too.
 */
export function builtInDriversOf(installation: Installation): string[] {
  if (installation.how === "dynamic linker") return [];
  const folder = builtInDrivers(installation);
  if (!folder?.startsWith(`${installation.directory}/`)) return [];
  return listDirectory(folder).map((name) => `${folder}/${name}`);
}

/** The files whose needs have been opened. */
const ready = new Set<string>();

/**
 * Opens what a library of a directory needs and the directory has, what that needs first. The linker
 * then knows them by their sonames, when it comes to the library.
 *
 * @param file the library's path
 * @param open opens a file
 */
export function openNeeded(
  installation: Installation,
  file: string,
  open: (path: string) => void,
): void {
  const { directory, how } = installation;
  if (how === "dynamic linker" || ready.has(file)) return;
  ready.add(file);
  for (const name of elfLibrary(file)?.needed ?? []) {
    if (libc().dlopen(name, RTLD_NOW | RTLD_NOLOAD) !== null) continue; // the linker takes that one
    const own = [name, `${DRIVERS}/${name}`].map((one) => `${directory}/${one}`).find(exists);
    if (own === undefined) continue;
    openNeeded(installation, own, open);
    open(own);
  }
}
