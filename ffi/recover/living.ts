/**
 * Which processes of the group live: a repair must not touch what one of them may be working on.
 *
 * @module
 */

import { DpdkError, Errno, libc, listDirectory, maps } from "../core/mod.ts";
import {
  configEnd,
  eal,
  groupProcesses,
  ownFilePrefix,
  requireEal,
  usedByWorkers,
} from "../eal/mod.ts";
import { deadLcores } from "../lcore/mod.ts";

/** For repairs that living processes may be in the way of. */
export interface RepairOptions {
  /**
   * The pids of the living processes that the caller vouches for: that none of them is in the middle
   * of an operation on what is repaired, or has what is given back. Living ones that are not named
   * make the repair refuse; so does one that starts meanwhile.
   */
  readonly vouchFor?: readonly number[];
}

/**
 * The other living processes of this process's group, and this one itself when its Workers have used
 * DPDK: all that have the group's config mapped, whether they have a message socket or not.
 *
 * @returns pids, ascending
 */
export function livingProcesses(): number[] {
  const self = libc().getpid();
  const prefix = ownFilePrefix();
  const numbered = listDirectory("/proc").filter((name) => /^\d+$/.test(name)).map(Number);
  const mapping = numbered.filter((pid) => pid !== self && maps(pid, configEnd(prefix)));
  const pids = new Set([...mapping, ...groupProcesses(prefix)]);
  pids.delete(self);
  if (usedByWorkers()) pids.add(self);
  return [...pids].sort((a, b) => a - b);
}

/** A secondary's message socket, which is there until the primary sends something to all of them. */
const SOCKET = /^mp_socket_(\d+)_/;

/**
 * The processes of this process's group that ended without leaving it, as they were killed: those
 * whose claim of an lcore, or whose message socket, is there still. Those in C are among them.
 *
 * @returns pids, ascending
 */
export function endedProcesses(): number[] {
  requireEal("tell which processes have ended");
  const sockets = listDirectory(eal().rte_eal_get_runtime_dir() ?? "")
    .flatMap((name) => SOCKET.exec(name)?.[1] ?? []).map(Number);
  const pids = new Set([...sockets, ...deadLcores().map(({ pid }) => pid)]);
  for (const pid of [libc().getpid(), ...livingProcesses()]) pids.delete(pid);
  return [...pids].sort((a, b) => a - b);
}

/**
 * Refuses to go on while processes live that nobody vouches for.
 *
 * @param what what is to be done
 * @param may what such a process may be doing: `be in the middle of an operation on it`
 * @throws {DpdkError} (`EBUSY`) naming them
 */
export function refuseLiving(what: string, may: string, { vouchFor = [] }: RepairOptions): void {
  const others = livingProcesses().filter((pid) => !vouchFor.includes(pid));
  if (others.length === 0) return;
  throw new DpdkError({
    what,
    errno: Errno.EBUSY,
    advice: `${others.length === 1 ? "process" : "processes"} ${others.join(", ")} of this group ` +
      `may ${may}, which nothing in memory can tell; end them, or name in vouchFor those that ` +
      `certainly do not`,
  });
}

/** Checks what a caller hands in as {@linkcode RepairOptions.vouchFor}. */
export function checkVouched({ vouchFor = [] }: RepairOptions): void {
  if (Array.isArray(vouchFor) && vouchFor.every((pid) => Number.isSafeInteger(pid) && pid > 0)) {
    return;
  }
  throw new TypeError(`Cannot use ${String(vouchFor)} as vouchFor: it is no list of pids`);
}
