/**
 * Where groups have their directories.
 *
 * @module
 */

import { environment } from "../../abi/mod.ts";
import { libc, listDirectory, unistdConstants } from "../../core/mod.ts";
import { runtimeDirectory } from "../runtime_directory.ts";
import type { Mapping } from "./processes.ts";
import { fileStatus } from "./posix.ts";

const { R_OK } = unistdConstants.values;

/** A group's directory. */
export interface Place {
  readonly filePrefix: string;
  readonly directory: string;
}

/** The runtime directories that EAL takes for any user of this host who has not set another. */
function usualDirectories(): string[] {
  const users = listDirectory("/run/user").map((uid) => `/run/user/${uid}`);
  const named = environment("XDG_RUNTIME_DIR");
  return [
    ...[runtimeDirectory(), "/var/run", "/tmp"],
    ...(named === undefined ? [] : [named]),
    ...users,
  ];
}

/** The runtime directories of living processes, wherever they are. */
function mappedDirectories(mappings: readonly Mapping[]): string[] {
  return mappings.flatMap(({ path }) => /^(.*)\/dpdk\/[^/]+\/config$/.exec(path)?.[1] ?? []);
}

/**
 * The groups' directories.
 *
 * @param given the runtime directories to look into; all that are known unless given
 * @param mappings what living processes have mapped
 * @param unreadable told of each `dpdk` directory that this user may not read
 */
export function places(
  given: readonly string[] | undefined,
  mappings: readonly Mapping[],
  unreadable: (path: string) => void,
): Place[] {
  const seen = new Set<string>();
  const found: Place[] = [];
  for (const runtime of given ?? [...usualDirectories(), ...mappedDirectories(mappings)]) {
    const parent = `${runtime}/dpdk`;
    const status = fileStatus(parent);
    // One directory may have several names, as /run and /var/run.
    if (status === undefined || seen.has(status.id)) continue;
    seen.add(status.id);
    const names = listDirectory(parent);
    if (names.length === 0 && libc().access(parent, R_OK) < 0) unreadable(parent);
    found.push(
      ...names.sort().map((filePrefix) => ({
        filePrefix,
        directory: `${parent}/${filePrefix}`,
      })),
    );
  }
  return found;
}
