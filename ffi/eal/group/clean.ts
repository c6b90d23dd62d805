/**
 * Removing what dead groups left.
 *
 * @module
 */

import { libc, readText } from "../../core/mod.ts";
import { Claim, eventually } from "./claim.ts";
import type { HugepageFile } from "./hugepages.ts";
import {
  errorName,
  fileStatus,
  lockExclusively,
  namesIn,
  O,
  openFile,
  removeFrom,
  withDirectory,
} from "./posix.ts";
import type { GroupProcess } from "./processes.ts";

/** What became of a group in a cleaning. */
export interface GroupCleaning {
  /** `--file-prefix`. */
  readonly filePrefix: string;
  /** The directory of its files; empty when there were only hugepage files. */
  readonly directory: string;
  /** Why it was left alone; `undefined` when it was not. */
  readonly kept: string | undefined;
  /** The paths that were removed, or in a dry run would be. */
  readonly removed: readonly string[];
  /** The memory of the hugepage files among them, in bytes. */
  readonly bytes: number;
  /** What could not be removed, each with the reason: `/run/dpdk/a/config: EACCES`. */
  readonly failures: readonly string[];
}

/** The group to clean, as it was found. */
export interface Subject {
  readonly filePrefix: string;
  readonly directory: string;
  readonly state: string;
  readonly primary: GroupProcess | undefined;
  readonly secondaries: readonly GroupProcess[];
}

/** What EAL and its libraries put into a group's directory, besides the config; and what we left. */
const LEFT =
  /^(hugepage_info|hugepage_data|mp_socket(_\d+_[0-9a-f]+)?|fbarray_.+|dpdk_telemetry\.v[12](:\d+)?|\.config-removed-\d+)$/;

/** Whether a file in a group's directory is EAL's, the config aside. */
export function isLeft(name: string): boolean {
  return LEFT.test(name);
}

/** Why a group that is not dead is left alone. */
function alive({ state, primary, secondaries }: Subject): string {
  const pids = (processes: readonly GroupProcess[]) => processes.map(({ pid }) => pid).join(", ");
  if (primary !== undefined) {
    return `its primary ${state === "starting" ? "starts" : "lives"} (pid ${primary.pid})`;
  }
  return state === "unreadable"
    ? "its directory cannot be read by this user"
    : `its primary is gone, but processes still use it (pid ${pids(secondaries)})`;
}

/** Removes, and takes down what. */
class Remover {
  readonly removed: string[] = [];
  readonly failures: string[] = [];
  bytes = 0;
  readonly #dryRun: boolean;

  constructor(dryRun: boolean) {
    this.#dryRun = dryRun;
  }

  /** Does something to a file, unless nothing may be done; `act` says why it could not. */
  remove(path: string, act: () => string | undefined): boolean {
    const why = this.#dryRun ? undefined : act();
    if (why === undefined) this.removed.push(path);
    else this.failures.push(`${path}: ${why}`);
    return why === undefined;
  }

  /** Removes the hugepage files that belong to an owner and that nobody has open. */
  removeHugepages(files: readonly HugepageFile[], owner: number | undefined): void {
    for (const directory of new Set(files.map((file) => file.directory))) {
      const here = files.filter((file) => file.directory === directory);
      const opened = withDirectory(directory, (fd) => {
        // EAL holds this lock from looking for free pages until its own are mapped.
        if (eventually(() => lockExclusively(fd))) {
          for (const file of here) this.#removeHugepage(fd, file, owner);
        } else {
          this.failures.push(`${directory}: a process that starts has it locked`);
        }
        return true;
      });
      if (opened !== true) this.failures.push(`${directory}: ${errorName()}`);
    }
  }

  #removeHugepage(directory: number, file: HugepageFile, owner: number | undefined): void {
    const path = `${file.directory}/${file.name}`;
    if (owner !== undefined && file.uid !== owner) {
      this.failures.push(`${path}: it is another user's`);
      return;
    }
    const fd = openFile(file.name, O.NONBLOCK, directory);
    const error = fd < 0 ? errorName() : undefined;
    if (error === "ENOENT") return;
    if (error !== undefined) {
      this.failures.push(`${path}: ${error}`);
      return;
    }
    // Whoever maps it has a shared lock on it.
    const removed = lockExclusively(fd)
      ? this.remove(path, () => removeFrom(directory, file.name))
      : this.failures.push(`${path}: a process uses it`) < 0;
    if (removed) this.bytes += file.bytes;
    libc().close(fd);
  }
}

/** Whether any process has a socket in a group's directory, as that of its telemetry. */
function hasSocket(filePrefix: string): boolean {
  return (readText("/proc/net/unix") ?? "").includes(`/dpdk/${filePrefix}/`);
}

/**
 * Removes what is left of a group, if it is dead.
 *
 * @param group as it was found
 * @param hugepages its hugepage files
 * @param dryRun takes the same locks, and removes nothing
 */
export function cleanGroup(
  group: Subject,
  hugepages: readonly HugepageFile[],
  dryRun: boolean,
): GroupCleaning {
  const { filePrefix, directory, state } = group;
  const remover = new Remover(dryRun);
  let kept = state === "dead" ? undefined : alive(group);
  if (state === "dead" && directory === "") {
    remover.removeHugepages(hugepages, undefined);
  } else if (state === "dead") {
    const owner = fileStatus(directory)?.uid;
    withDirectory(directory, (fd) => {
      const claim = new Claim(fd, dryRun);
      kept = claim.refused ??
        (hasSocket(filePrefix)
          ? "a process has a socket there: it lives, and shares no memory (--no-shconf)"
          : undefined);
      if (kept === undefined) {
        remover.removeHugepages(hugepages, owner);
        const names = namesIn(fd).sort();
        for (const name of names.filter(isLeft)) {
          remover.remove(`${directory}/${name}`, () => removeFrom(fd, name));
        }
        if (claim.made) {
          claim.retireConfig();
        } else if (names.includes("config")) {
          remover.remove(`${directory}/config`, () => claim.retireConfig());
        }
      }
      claim.release();
    });
  }
  const { removed, bytes, failures } = remover;
  return { filePrefix, directory, kept, removed, bytes, failures };
}
