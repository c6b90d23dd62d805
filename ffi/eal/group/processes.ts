/**
 * Processes and what they have mapped, from `/proc`.
 *
 * @module
 */

import { listDirectory, readText } from "../../core/mod.ts";
import { fileStatus } from "./posix.ts";

/** A process. */
export interface GroupProcess {
  /** Its process id; of a process in another pid namespace, as that one counts, or 0. */
  readonly pid: number;
  /** The id of the user it runs as, `undefined` when that cannot be told. */
  readonly uid: number | undefined;
  /** Its command line; empty when it cannot be read. */
  readonly commandLine: readonly string[];
  /**
   * Its message socket in the group's directory, `undefined` when it has none, and when this user may
   * not read that directory.
   */
  readonly socket: string | undefined;
}

/**
 * A process with what can be told of it.
 *
 * @param pid its id
 * @param socket its socket
 * @param here whether it was seen in this pid namespace: otherwise another may have that id here
 */
export function describeProcess(
  pid: number,
  socket: string | undefined,
  here: boolean,
): GroupProcess {
  if (!here) return { pid, uid: undefined, commandLine: [], socket };
  const command = readText(`/proc/${pid}/cmdline`) ?? "";
  return {
    pid,
    uid: fileStatus(`/proc/${pid}`)?.uid,
    commandLine: command === "" ? [] : command.replace(/\0$/, "").split("\0"),
    socket,
  };
}

/** A file that a process has mapped, or locked. */
export interface Mapping {
  readonly pid: number;
  /** Device and inode: `fe:00:1507591`. */
  readonly id: string;
  /** The path, as far as it can be seen from here; empty when only a lock is known. */
  readonly path: string;
  /** Where it begins in that process, 0 when only a lock is known. */
  readonly address: number;
}

const LINE =
  /^([0-9a-f]+)-\S+ \S+ \S+ ([0-9a-f]+:[0-9a-f]+) ([1-9]\d*) +(\/.*?)(?: \(deleted\))?$/gm;
const OURS = /\/(config|fbarray_[^/]*|[^/]+map_\d+)$/;

function mappingsOf(pid: number): Mapping[] {
  const maps = readText(`/proc/${pid}/maps`) ?? "";
  return [...maps.matchAll(LINE)].filter(([, , , , path]) => OURS.test(path!)).map(
    ([, address, device, inode, path]) => ({
      pid: Number(pid),
      id: `${device}:${inode}`,
      path: path!,
      address: parseInt(address!, 16),
    }),
  );
}

/**
 * The files on which living processes hold shared locks (`flock`), as EAL does on its fbarray and
 * hugepage files: anybody may see those, whoever's they are.
 */
export function sharedLocks(): Mapping[] {
  const lines = readText("/proc/locks")?.split("\n").map((line) => line.split(/\s+/)) ?? [];
  return lines.filter(([, kind, , type]) => kind === "FLOCK" && type === "READ")
    .map(([, , , , pid, id]) => ({ pid: Number(pid), id: id!, path: "", address: 0 }));
}

/** The files of all processes that may be a group's, as far as this user may look. */
export function allMappings(): Mapping[] {
  const processes = listDirectory("/proc").filter((name) => /^\d+$/.test(name));
  return [...processes.flatMap((pid) => mappingsOf(Number(pid))), ...sharedLocks()];
}

/**
 * Who holds a record lock on a file, without opening it: a process that closes any descriptor of a file
 * gives up its own locks on it, and this process may be the one.
 *
 * @param id the file's device and inode
 */
export function lockHolder(id: string): number | undefined {
  for (const line of readText("/proc/locks")?.split("\n") ?? []) {
    const [, kind, , type, pid, file] = line.split(/\s+/);
    if (kind === "POSIX" && type === "WRITE" && file === id) return Number(pid);
  }
  return undefined;
}
