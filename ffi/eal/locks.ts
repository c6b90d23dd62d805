/**
 * Locks of a group, looked at and not taken.
 *
 * EAL keeps them in the config that all processes map, and repairs none of them: who asks for one that a
 * dead process holds waits for ever, and `rte_eal_init` and `rte_eal_cleanup` ask for some.
 *
 * @module
 */

import { abi } from "../abi/mod.ts";
import { DpdkError, Errno, libc, readFile } from "../core/mod.ts";
import { RTE_RWLOCK_READ, RTE_RWLOCK_WAIT, RTE_RWLOCK_WRITE } from "./layout.ts";
import { lockPlaces } from "./lock_places.ts";
import { groupDirectory } from "./runtime_directory.ts";
import { groupProcesses } from "./processes.ts";
import { configMemory, ownFilePrefix } from "./shared_config.ts";

/** A lock that was held for as long as was watched. */
export interface HeldLock {
  /** Its field in EAL's `struct rte_mem_config`: `memory_hotplug_lock`. */
  readonly name: string;
  /** What it guards. */
  readonly guards: string;
  /** How it is held. */
  readonly state: "read" | "write";
  /** How many readers hold it; 0 for a writer. */
  readonly readers: number;
  /** Whether somebody waits to write, for whom new readers wait. */
  readonly waited: boolean;
}

/** The locks that were held at one moment, by name, with the word that says so. */
export type SeenLocks = ReadonlyMap<string, HeldLock & { readonly word: number }>;

/** The locks that are held in a group's config. */
export function seeLocks(config: ArrayBuffer): SeenLocks {
  const words = new Int32Array(config, 0, Math.floor(config.byteLength / 4));
  const seen = new Map<string, HeldLock & { readonly word: number }>();
  for (const { name, offset, guards, spin } of lockPlaces(abi())) {
    const word = Atomics.load(words, offset / 4);
    const writes = word !== 0 && (spin || (word & RTE_RWLOCK_WRITE) !== 0);
    const readers = writes || spin ? 0 : Math.floor(word / RTE_RWLOCK_READ);
    if (!writes && readers === 0) continue; // free, or a writer is about to have it
    const waited = !spin && (word & RTE_RWLOCK_WAIT) !== 0;
    seen.set(name, { name, guards, state: writes ? "write" : "read", readers, waited, word });
  }
  return seen;
}

/** The locks of the later look that did not change since the earlier one. */
export function stillHeld(before: SeenLocks, after: SeenLocks): HeldLock[] {
  return [...after.values()].flatMap(({ word, ...lock }) =>
    before.get(lock.name)?.word === word ? [lock] : []
  );
}

/** How long an operation may hold a lock, in ms: to make a great many hugepages takes seconds. */
const PATIENCE_MS = 5000;
const STEP_MS = 20;

/**
 * Waits for the locks that are held to be given up.
 *
 * @param look looks at them
 * @param matters which ones are to be waited for
 * @returns those that were not
 */
function waitForLocks(
  look: () => SeenLocks,
  matters: (lock: HeldLock) => boolean,
): HeldLock[] {
  const first = look();
  let held = stillHeld(first, first).filter(matters);
  for (let waited = 0; held.length > 0 && waited < PATIENCE_MS; waited += STEP_MS) {
    libc().usleep(STEP_MS * 1000);
    held = stillHeld(first, look()).filter(matters);
  }
  return held;
}

/** Whether everybody who asks for a lock waits, not only who wants to write. */
export function blocksAll({ state, waited }: HeldLock): boolean {
  return state === "write" || waited;
}

/** The locks of this process's group that are held now. */
export function groupLocks(): SeenLocks {
  const memory = configMemory();
  return memory === undefined ? new Map() : seeLocks(memory);
}

/** Locks that were waited for in vain, with the word that they had: nobody waits for them again. */
const vain = new Map<string, number>();

/** The locks of this process's group that nobody gives up. */
export function lostLocks(matters: (lock: HeldLock) => boolean): HeldLock[] {
  const now = groupLocks();
  for (const [name, word] of vain) if (now.get(name)?.word !== word) vain.delete(name);
  const wanted = stillHeld(now, now).filter(matters);
  if (wanted.every(({ name }) => vain.has(name))) return wanted;
  const held = waitForLocks(groupLocks, matters);
  for (const { name } of held) vain.set(name, now.get(name)?.word ?? 0);
  return held;
}

/** Whether EAL would wait for a lock in `rte_eal_cleanup`: it writes to the lists of memory. */
function blocksCleanup(lock: HeldLock): boolean {
  return blocksAll(lock) || lock.name === "memory_hotplug_lock";
}

/** What to do about locks that nobody gives up. */
export function lockAdvice([lock]: readonly HeldLock[], pids: readonly number[]): string {
  return `${lock?.name} (${lock?.guards}) is held and not given up, probably by a process that was ` +
    `killed; what it guards may be half written, so end the group's processes ` +
    `(${pids.join(", ")}) and start it anew`;
}

/**
 * Whether `rte_eal_cleanup` would wait for ever for a lock of the group; that is told.
 */
export function cleanupBlocked(): boolean {
  const held = lostLocks(blocksCleanup);
  if (held.length === 0) return false;
  const advice = lockAdvice(held, groupProcesses(ownFilePrefix()));
  console.warn(`dpdk.ts: this process ends without rte_eal_cleanup: ${advice}`);
  return true;
}

/**
 * Refuses to attach to a group with a lock for which EAL would wait for ever: all of those that nobody
 * gives up, and `memory_hotplug_lock` also when it is only read, for which `rte_eal_cleanup` waits.
 *
 * @throws {DpdkError} (`EDEADLK`) naming the lock and the group's processes
 */
export function checkLocks(filePrefix: string): void {
  const path = `${groupDirectory(filePrefix)}/config`;
  const look = () => seeLocks(readFile(path)?.slice().buffer ?? new ArrayBuffer(0));
  const held = waitForLocks(look, blocksCleanup);
  if (held.length === 0) return;
  throw new DpdkError({
    what: `attach to the primary of file prefix "${filePrefix}"`,
    errno: Errno.EDEADLK,
    advice: lockAdvice(held, groupProcesses(filePrefix)),
  });
}
