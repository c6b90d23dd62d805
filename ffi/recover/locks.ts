/**
 * Locks of the group that a process has taken with it.
 *
 * EAL keeps them in the config that all processes map, and repairs none of them: who asks for one that
 * a dead process holds waits for ever. Nothing here takes a lock.
 *
 * A lock says neither who holds it nor what the holder had changed: lists of memory segments, of
 * memzones, of pools, of free memory may be half written. So nothing here gives one up, either: the
 * group has to be started anew.
 *
 * @module
 */

import { abi } from "../abi/mod.ts";
import { checkInteger, checkKeys, DpdkError, Errno, libc } from "../core/mod.ts";
import { configMemory, requireEal } from "../eal/mod.ts";
import { RTE_RWLOCK_READ, RTE_RWLOCK_WAIT, RTE_RWLOCK_WRITE } from "./layout.ts";
import { lockPlaces } from "./lock_places.ts";
import { livingProcesses } from "./living.ts";

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
  /** Whether somebody waits to write. */
  readonly waited: boolean;
  /** What waits for ever when the holder is dead. */
  readonly blocks: string;
}

/** How {@linkcode inspectLocks} looks. */
export interface InspectLocksOptions {
  /** How long a lock must be held unchanged, in ms; default 200. */
  readonly watchMs?: number;
}

/** A lock as it is now. */
interface Seen {
  readonly lock: HeldLock;
  readonly word: number;
}

function look(): Map<string, Seen> {
  const seen = new Map<string, Seen>();
  const memory = configMemory();
  if (memory === undefined) return seen;
  const words = new Int32Array(memory);
  for (const { name, offset, guards, spin } of lockPlaces(abi())) {
    const word = Atomics.load(words, offset / 4);
    if (word === 0) continue;
    const writes = spin || (word & RTE_RWLOCK_WRITE) !== 0;
    const readers = writes ? 0 : Math.floor(word / RTE_RWLOCK_READ);
    const waited = !spin && (word & RTE_RWLOCK_WAIT) !== 0;
    if (!writes && readers === 0) continue; // a writer waits, and is about to have it
    seen.set(name, {
      word,
      lock: {
        name,
        guards,
        state: writes ? "write" : "read",
        readers,
        waited,
        blocks: writes || waited ? "everybody who asks for it" : "everybody who wants to write",
      },
    });
  }
  return seen;
}

/** The locks of both looks that did not change in between. */
function still(before: ReadonlyMap<string, Seen>, after: ReadonlyMap<string, Seen>): HeldLock[] {
  return [...after].flatMap(([name, { lock, word }]) =>
    before.get(name)?.word === word ? [lock] : []
  );
}

/**
 * Looks which locks of the group are held for longer than any operation takes. Where a process was
 * killed, such a lock is one that it has taken with it: start the group anew then, as EAL repairs
 * none of them, and neither can this library.
 *
 * @throws {DpdkError} without a running EAL
 */
export async function inspectLocks(options: InspectLocksOptions = {}): Promise<HeldLock[]> {
  checkKeys(options, ["watchMs"], "inspectLocks");
  const watchMs = checkInteger(options.watchMs ?? 200, "watchMs", 1, 2 ** 31 - 1);
  requireEal("inspect the locks of this group");
  const before = look();
  await new Promise((resolve) => setTimeout(resolve, watchMs));
  return still(before, look());
}

/** How long an operation may hold a lock that is wanted here, in ms. */
const PATIENCE_MS = 1000;
const STEP_MS = 20;

/**
 * Refuses to go where a lock is waited for that nobody gives up any more.
 *
 * @throws {DpdkError} (`EDEADLK`) naming the lock
 */
export function refuseHeldLocks(what: string): void {
  requireEal(what);
  const first = look();
  let held = [...first.values()].map(({ lock }) => lock);
  for (let waited = 0; held.length > 0 && waited < PATIENCE_MS; waited += STEP_MS) {
    libc().usleep(STEP_MS * 1000);
    held = still(first, look());
  }
  const blocking = held.find(({ state, waited }) => state === "write" || waited);
  if (blocking === undefined) return;
  throw new DpdkError({
    what,
    errno: Errno.EDEADLK,
    advice:
      `${blocking.name} (${blocking.guards}) is held and not given up, probably by a process ` +
      `that was killed; what it guards may be half written, so end the group's processes ` +
      `(${[libc().getpid(), ...livingProcesses()].join(", ")}) and start it anew`,
  });
}
