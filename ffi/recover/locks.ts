/**
 * Locks of the group that a process has taken with it.
 *
 * A lock says neither who holds it nor what the holder had changed: lists of memory segments, of
 * memzones, of pools, of free memory may be half written. So nothing here gives one up: the group has
 * to be started anew. Nothing here takes a lock, either.
 *
 * @module
 */

import { checkInteger, checkKeys, DpdkError, Errno, libc } from "../core/mod.ts";
import {
  blocksAll,
  groupLocks,
  type HeldLock,
  lockAdvice,
  lostLocks,
  requireEal,
  stillHeld,
} from "../eal/mod.ts";
import { livingProcesses } from "./living.ts";

/** How {@linkcode inspectLocks} looks. */
export interface InspectLocksOptions {
  /** How long a lock must be held unchanged, in ms; default 200. */
  readonly watchMs?: number;
}

/**
 * Looks which locks of the group are held for longer than usual operations take. Where a process
 * was killed, such a lock is one that it has taken with it: start the group anew then, as EAL
 * repairs none of them, and neither can this library. DPDK has no function for it; the locks are
 * those of `rte_mcfg_mem_read_lock` and its like (rte_eal_memconfig.h).
 *
 * @param options how long to watch, in milliseconds
 * @returns the locks that were held all the time
 * @throws {DpdkError} without a running EAL
 * @example
 * ```ts
 * import { Eal, inspectLocks } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * const locks = await inspectLocks({ watchMs: 10 });
 * console.log(locks.length); // 0
 * ```
 */
export async function inspectLocks(options: InspectLocksOptions = {}): Promise<HeldLock[]> {
  checkKeys(options, ["watchMs"], "inspectLocks");
  const watchMs = checkInteger(options.watchMs ?? 200, "watchMs", 1, 2 ** 31 - 1);
  requireEal("inspect the locks of this group");
  const before = groupLocks();
  await new Promise((resolve) => setTimeout(resolve, watchMs));
  return stillHeld(before, groupLocks());
}

/**
 * Refuses to go where a lock is waited for that nobody gives up any more.
 *
 * @throws {DpdkError} (`EDEADLK`) naming the lock
 */
export function refuseHeldLocks(what: string): void {
  requireEal(what);
  const held = lostLocks(blocksAll);
  if (held.length === 0) return;
  throw new DpdkError({
    what,
    errno: Errno.EDEADLK,
    advice: lockAdvice(held, [libc().getpid(), ...livingProcesses()]),
  });
}
