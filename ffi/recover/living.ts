/**
 * Which processes of the group live: a repair must not touch what one of them may be working on.
 *
 * @module
 */

import { DpdkError, Errno, libc, listDirectory, maps, readText } from "../core/mod.ts";
import {
  configEnd,
  groupProcesses,
  ownFilePrefix,
  primaryPid,
  requireEal,
  usedByWorkers,
} from "../eal/mod.ts";
import { deadLcores } from "../lcore/mod.ts";
import { messageSockets } from "../mp/mod.ts";

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
 * The other living processes of this process's group, and this one itself when its Workers have
 * used DPDK: all that have the group's config mapped, whether they have a message socket or not.
 * DPDK has no function for it; `rte_eal_primary_proc_alive` tells of the primary.
 *
 * @returns pids, ascending
 * @example
 * ```ts
 * import { Eal, livingProcesses } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * console.log(livingProcesses().length); // 0
 * ```
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

/**
 * The processes of this process's group that ended without leaving it, as they were killed: those
 * whose message socket, or whose claim of an lcore, is there still. Those in C are among them,
 * until the primary sends something to all. DPDK has no function for it;
 * `rte_eal_primary_proc_alive` tells of the primary.
 *
 * @returns pids as the processes counted themselves, ascending
 * @example
 * ```ts
 * import { Eal, endedProcesses } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * console.log(endedProcesses().length); // 0
 * ```
 */
export function endedProcesses(): number[] {
  requireEal("tell which processes have ended");
  const sockets = messageSockets().filter(({ open }) => !open).flatMap(({ pid }) => pid ?? []);
  const pids = new Set([...sockets, ...deadLcores().map(({ pid }) => pid)]);
  return [...pids].sort((a, b) => a - b);
}

/** The pid of a process as it counts itself: the last of `NSpid` in /proc/<pid>/status. */
function innerPid(pid: number): number {
  const status = readText(`/proc/${pid}/status`) ?? "";
  return Number(/^NSpid:.*?(\d+)$/m.exec(status)?.[1] ?? pid);
}

/**
 * Whether there are processes of the group that cannot be seen from here, in another pid namespace or
 * of another user: their sockets are open, and nobody is seen whose they are.
 */
function hiddenProcesses(): boolean {
  const seen = [libc().getpid(), ...livingProcesses().map(innerPid)];
  const open = messageSockets().filter((socket) => socket.open);
  const pids = open.flatMap(({ pid }) => pid ?? []);
  const twice = new Set(pids).size < pids.length; // two namespaces have that id
  const primary = open.some(({ pid }) => pid === undefined) &&
    primaryPid(ownFilePrefix()) === undefined;
  return primary || twice || pids.some((pid) => !seen.includes(pid));
}

/**
 * Refuses to go on while processes live that cannot be seen from here.
 *
 * @param what what is to be done
 * @param may what such a process may be doing
 * @throws {DpdkError} (`EBUSY`)
 */
export function refuseHidden(what: string, may: string): void {
  if (hiddenProcesses()) {
    throw new DpdkError({
      what,
      errno: Errno.EBUSY,
      advice:
        `processes of this group that cannot be seen from here (in another pid namespace, or ` +
        `of another user) may ${may}; do it where all of them are seen, as root of the host`,
    });
  }
}

/**
 * Refuses to go on while processes live that nobody vouches for.
 *
 * @param what what is to be done
 * @param may what such a process may be doing: `be in the middle of an operation on it`
 * @throws {DpdkError} (`EBUSY`) naming them
 */
export function refuseLiving(what: string, may: string, { vouchFor = [] }: RepairOptions): void {
  refuseHidden(what, may);
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

/** Whether the caller vouches for every living process there is. */
export function allVouched({ vouchFor = [] }: RepairOptions): boolean {
  return !hiddenProcesses() && livingProcesses().every((pid) => vouchFor.includes(pid));
}

/** Checks what a caller hands in as {@linkcode RepairOptions.vouchFor}. */
export function checkVouched({ vouchFor = [] }: RepairOptions): void {
  if (Array.isArray(vouchFor) && vouchFor.every((pid) => Number.isSafeInteger(pid) && pid > 0)) {
    return;
  }
  throw new TypeError(`Cannot use ${String(vouchFor)} as vouchFor: it is no list of pids`);
}
