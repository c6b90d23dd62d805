/**
 * The groups of this host and their processes, as anybody sees them who is no DPDK process.
 *
 * @module
 */

import { checkKeys, checkName, libc, quoted } from "../../core/mod.ts";
import { cleanGroup, type GroupCleaning, isLeft } from "./clean.ts";
import { type GroupConfig, type OpenedConfig, parseConfig, readConfig } from "./config.ts";
import { type HugepageFile, hugepageFilesOf, hugepagePrefixes } from "./hugepages.ts";
import { type Place, places } from "./places.ts";
import { fileStatus, namesIn, socketAnswers, withDirectory } from "./posix.ts";
import { allMappings, describeProcess, type GroupProcess, type Mapping } from "./processes.ts";

/**
 * How a group is:
 *
 * - `running`: its primary lives;
 * - `starting`: its primary lives, and is not ready yet;
 * - `orphaned`: its primary is gone, and other processes still use its memory;
 * - `dead`: nobody uses what is left of it;
 * - `unreadable`: its directory cannot be read by this user, who cannot tell more.
 */
export type GroupState = "running" | "starting" | "orphaned" | "dead" | "unreadable";

/** Which groups are meant. */
export interface GroupOptions {
  /** Only those of this file prefix. */
  readonly filePrefix?: string;
  /**
   * The runtime directories to look into (`RUNTIME_DIRECTORY` of a service, say); unless given, those
   * that EAL takes for any user of this host, and those of every living DPDK process that this user may
   * look at.
   */
  readonly runtimeDirectories?: readonly string[];
  /** Told the path of each directory that holds groups and that this user may not read. */
  readonly unreadable?: (path: string) => void;
}

const SOCKET = /^mp_socket_(\d+)_[0-9a-f]+$/;

/** The sockets of a group's directory, by whether anybody listens. */
interface Sockets {
  readonly primary: boolean;
  readonly live: readonly string[];
  readonly stale: readonly string[];
}

function socketsIn(directory: number): Sockets {
  const names = namesIn(directory);
  const answers = (name: string) => socketAnswers(directory, name);
  const secondaries = names.filter((name) => SOCKET.test(name));
  const primary = names.includes("mp_socket") && answers("mp_socket");
  const live = secondaries.filter(answers);
  const stale = names.filter((name) =>
    (name === "mp_socket" && !primary) || (SOCKET.test(name) && !live.includes(name))
  );
  return { primary, live, stale };
}

/** What is known of a group before its processes are told apart. */
interface Found extends Place {
  readonly readable: boolean;
  readonly opened: OpenedConfig;
  readonly sockets: Sockets;
  readonly hugepages: readonly HugepageFile[];
  /** The processes that have any of its files mapped. */
  readonly users: readonly number[];
}

const NO_SOCKETS: Sockets = { primary: false, live: [], stale: [] };

/** Looks at a group. Its hugepage files are those that no group in another directory has mapped. */
function look(place: Place, mappings: readonly Mapping[]): Found {
  const { filePrefix, directory } = place;
  const within = ({ path }: Mapping) => directory !== "" && path.startsWith(`${directory}/`);
  const ids = new Set<string>(mappings.filter(within).map(({ id }) => id));
  const own = mappings.filter(({ pid }) => pid === libc().getpid());
  const path = `${directory}/config`;
  const sockets = withDirectory(directory, (fd) => {
    for (const name of namesIn(fd)) {
      const id = fileStatus(name, fd)?.id;
      if (id !== undefined) ids.add(id);
    }
    return socketsIn(fd);
  });
  const config = fileStatus(path);
  const insiders = new Set(mappings.filter(({ id }) => ids.has(id)).map(({ pid }) => pid));
  const hugepages = hugepageFilesOf(filePrefix, directory).filter(({ id }) => {
    const pids = mappings.filter((mapping) => mapping.id === id).map(({ pid }) => pid);
    return directory === "" || pids.length === 0 || pids.some((pid) => insiders.has(pid));
  });
  for (const { id } of hugepages) ids.add(id);
  const users = [...new Set(mappings.filter(({ id }) => ids.has(id)).map(({ pid }) => pid))];
  return {
    ...place,
    readable: directory === "" ? users.length === 0 : sockets !== undefined,
    opened: config === undefined
      ? { config: parseConfig(undefined), holder: undefined, foreign: false }
      : readConfig(path, config, own),
    sockets: sockets ?? NO_SOCKETS,
    hugepages,
    users,
  };
}

/**
 * A group of DPDK processes: those that share a file prefix and a runtime directory. DPDK has no
 * function for it; the files are those that `rte_eal_init` makes.
 *
 * @example
 * ```ts
 * import { Group } from "@dpdk-ts/dpdk";
 *
 * const group = Group.list().find(({ filePrefix }) => filePrefix === "demo");
 * console.log(group?.state, group?.secondaries.length);
 * ```
 */
export class Group {
  /** `--file-prefix`. */
  readonly filePrefix: string;
  /** The directory of its files; empty when this user sees none, but its hugepage files. */
  readonly directory: string;
  /** How it is. */
  readonly state: GroupState;
  /** The DPDK version of its primary: `22.11.11`; `undefined` when that cannot be told. */
  readonly version: string | undefined;
  /** Whether its primary was started with `--legacy-mem`. */
  readonly legacyMem: boolean | undefined;
  /** Whether its primary was started with `--single-file-segments`. */
  readonly singleFileSegments: boolean | undefined;
  /** Whether its primary takes no secondaries (`rte_mp_disable`). */
  readonly multiProcessDisabled: boolean | undefined;
  /** The primary that lives. */
  readonly primary: GroupProcess | undefined;
  /** All others that live and have its memory mapped or its sockets open. */
  readonly secondaries: readonly GroupProcess[];
  /**
   * Those that live and have its memory mapped, and may be the primary or secondaries: this user may
   * not read what tells (`unreadable`).
   */
  readonly unidentified: readonly GroupProcess[];
  /** The sockets that dead processes left. */
  readonly staleSockets: readonly string[];
  /** The paths of its hugepage files. */
  readonly hugepageFiles: readonly string[];
  /** The memory that its hugepage files hold, in bytes. */
  readonly hugepageBytes: number;

  private constructor(found: Found) {
    const { opened: { config, holder }, sockets, hugepages, users } = found;
    const socketOf = (pid: number) =>
      sockets.live.find((name) => Number(SOCKET.exec(name)![1]) === pid);
    // A primary that has lost its lock (it opened and closed its own config) still has its socket.
    const primary = holder ??
      (sockets.primary ? users.find((pid) => socketOf(pid) === undefined) ?? 0 : undefined);
    // One in another pid namespace is known by its socket alone.
    const elsewhere = sockets.live.map((name) => Number(SOCKET.exec(name)![1]));
    const others = [...new Set([...users, ...elsewhere])].filter((pid) => pid !== primary);
    this.filePrefix = found.filePrefix;
    this.directory = found.directory;
    this.state = stateOf(found.readable, config, primary, others.length);
    this.version = config.version;
    this.legacyMem = config.legacyMem;
    this.singleFileSegments = config.singleFileSegments;
    this.multiProcessDisabled = config.multiProcessDisabled;
    this.primary = primary === undefined
      ? undefined
      : describeProcess(primary, sockets.primary ? "mp_socket" : undefined, primary !== 0);
    const described = others.sort((a, b) => a - b).map((pid) =>
      describeProcess(pid, socketOf(pid), users.includes(pid))
    );
    const told = found.readable || primary !== undefined;
    this.secondaries = told ? described : [];
    this.unidentified = told ? [] : described;
    this.staleSockets = sockets.stale;
    this.hugepageFiles = hugepages.map(({ directory, name }) => `${directory}/${name}`);
    this.hugepageBytes = hugepages.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /**
   * Lists the groups of this host.
   *
   * No DPDK is needed and none is opened; the process need not be, and does not become, a DPDK process.
   * A group without files (`--in-memory`, `--no-shconf`) is not seen. What other users' processes have
   * mapped only root may see.
   *
   * @param options which; all unless given
   * @returns them by file prefix
   * @throws {TypeError} on an unknown option
   * @example
   * ```ts
   * import { Group } from "@dpdk-ts/dpdk";
   *
   * for (const { filePrefix, state, primary, secondaries } of Group.list()) {
   *   console.log(filePrefix, state, primary?.pid, secondaries.map(({ pid }) => pid));
   * }
   * ```
   */
  static list(options: GroupOptions = {}): Group[] {
    checkKeys(options, ["filePrefix", "runtimeDirectories", "unreadable"], "Group.list");
    return find(options).map((found) => new Group(found));
  }

  /**
   * Removes what dead groups left: sockets, fbarray files, config, hugepage files (those, too, that
   * `--huge-unlink=never` left on purpose). What is used by anybody is never touched; nor are the groups' directories, which a primary that starts has made
   * sure of before it takes any lock.
   *
   * @param options which groups, all unless given; `dryRun` removes nothing, and tells what would be
   * @returns for each group what was removed, or why not; what this user may not do is told there
   * @throws {TypeError} on an unknown option
   * @example
   * ```ts
   * import { Group } from "@dpdk-ts/dpdk";
   *
   * for (const { filePrefix, removed, bytes, kept } of Group.clean({ dryRun: true })) {
   *   console.log(filePrefix, kept ?? `${removed.length} files, ${bytes} bytes of hugepages`);
   * }
   * ```
   */
  static clean(options: GroupOptions & { readonly dryRun?: boolean } = {}): GroupCleaning[] {
    const known = ["filePrefix", "runtimeDirectories", "unreadable", "dryRun"];
    checkKeys(options, known, "Group.clean");
    const { dryRun = false } = options;
    if (typeof dryRun !== "boolean") {
      throw new TypeError(`Cannot use ${quoted(dryRun)} as dryRun: it must be a boolean`);
    }
    return find(options).map((found) => {
      const group = new Group(found);
      return cleanGroup(group, found.hugepages, dryRun);
    });
  }
}

function stateOf(
  readable: boolean,
  config: GroupConfig,
  primary: number | undefined,
  others: number,
): GroupState {
  if (!readable) return "unreadable";
  if (primary !== undefined) return config.ready ? "running" : "starting";
  return others > 0 ? "orphaned" : "dead";
}

function find(options: GroupOptions): Found[] {
  const { filePrefix, runtimeDirectories, unreadable = () => {} } = options;
  if (filePrefix !== undefined) checkName(filePrefix, "file prefix", 255);
  if (runtimeDirectories !== undefined && !Array.isArray(runtimeDirectories)) {
    throw new TypeError(`Cannot look into ${String(runtimeDirectories)}: it is no list of paths`);
  }
  const mappings = allMappings();
  const all = places(runtimeDirectories, mappings, unreadable);
  const known = new Set(all.map((place) => place.filePrefix));
  // Hugepage files whose group has no directory any more; in which one was, nobody can say.
  const bare = runtimeDirectories !== undefined ? [] : hugepagePrefixes()
    .filter((prefix) => !known.has(prefix)).map((prefix) => ({
      filePrefix: prefix,
      directory: "",
    }));
  return [...all, ...bare]
    .filter((place) => filePrefix === undefined || place.filePrefix === filePrefix)
    .map((place) => look(place, mappings))
    .filter((found) => !found.readable || (!found.opened.foreign && left(found)))
    .sort((a, b) => a.filePrefix < b.filePrefix ? -1 : 1);
}

/** Whether there is anything of a group but its directory, which stays after a cleaning. */
function left({ directory, hugepages, users, opened }: Found): boolean {
  if (hugepages.length > 0 || users.length > 0 || opened.holder !== undefined) return true;
  const names = directory === "" ? [] : withDirectory(directory, namesIn) ?? [];
  return names.some((name) => isLeft(name)) ||
    (names.includes("config") && fileStatus(`${directory}/config`)?.size !== 0);
}
