/**
 * Which processes of the group live: a repair must not touch what one of them may be working on.
 *
 * @module
 */

import { DpdkError, Errno, libc, listDirectory, maps } from "../core/mod.ts";
import { configEnd, groupProcesses, ownFilePrefix, usedByWorkers } from "../eal/mod.ts";

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
