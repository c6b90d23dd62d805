/**
 * DPDK's lock of all tailqs of a group, held for as short as can be and always given back.
 *
 * Every process of the group waits for who holds it. So nothing of a script's runs under it: what was
 * found is collected, and handed out afterwards.
 *
 * @module
 */

import { DpdkError, Errno, libc } from "../core/mod.ts";
import {
  blocksAll,
  groupLocks,
  groupProcesses,
  type HeldLock,
  lockAdvice,
  lostLocks,
  ownFilePrefix,
  requireEal,
} from "../eal/mod.ts";
import { tailqLibrary } from "./library.ts";

/** The lock's name in EAL's `struct rte_mem_config`. */
const NAME = "qlock";

/** How often a lock is looked at before it is taken for one that nobody gives up. */
const LOOKS = 1000;

/** Whether the lock is given up, or another holds it by now: then there is no harm in waiting. */
function moves(blocks: (lock: HeldLock) => boolean): boolean {
  const look = () => groupLocks().get(NAME);
  const first = look();
  if (first === undefined || !blocks(first)) return true;
  for (let i = 0; i < LOOKS; i++) {
    const now = look();
    if (now === undefined || now.word !== first.word || !blocks(now)) return true;
  }
  return false;
}

/** Refuses to wait for a lock that a process has taken with it. */
function refuseLostLock(what: string, blocks: (lock: HeldLock) => boolean): void {
  requireEal(what);
  if (moves(blocks)) return;
  const held = lostLocks((lock) => lock.name === NAME && blocks(lock));
  if (held.length === 0) return;
  const pids = [libc().getpid(), ...groupProcesses(ownFilePrefix())];
  throw new DpdkError({
    what,
    errno: Errno.EDEADLK,
    advice: lockAdvice(held, [...new Set(pids)]),
  });
}

/**
 * Runs something of the library's own while no process changes a tailq: `rte_mcfg_tailq_read_lock`.
 *
 * @param what what is tried, for the message
 * @throws {DpdkError} (`EDEADLK`) when a process died with the lock, and without a running EAL
 */
export function readLocked<T>(what: string, body: () => T): T {
  refuseLostLock(what, blocksAll);
  const { rte_mcfg_tailq_read_lock, rte_mcfg_tailq_read_unlock } = tailqLibrary();
  rte_mcfg_tailq_read_lock();
  try {
    return body();
  } finally {
    rte_mcfg_tailq_read_unlock();
  }
}

/**
 * Runs something of the library's own while no other process looks at a tailq:
 * `rte_mcfg_tailq_write_lock`.
 *
 * @param what what is tried, for the message
 * @throws {DpdkError} (`EDEADLK`) when a process died with the lock, and without a running EAL
 */
export function writeLocked<T>(what: string, body: () => T): T {
  refuseLostLock(what, () => true);
  const { rte_mcfg_tailq_write_lock, rte_mcfg_tailq_write_unlock } = tailqLibrary();
  rte_mcfg_tailq_write_lock();
  try {
    return body();
  } finally {
    rte_mcfg_tailq_write_unlock();
  }
}
