/**
 * Processes start one after another: those that choose something for themselves, their part in a group
 * or an lcore id, and the secondaries of a group.
 *
 * @module
 */

import { fcntlConstants, fileConstants, libc } from "../core/mod.ts";
import { type Command, groupOf, processTypeOf } from "./command.ts";
import { configPath } from "./primary.ts";
import { runtimeDirectory } from "./runtime_directory.ts";

const { O_CLOEXEC } = fcntlConstants.values;
const { LOCK_EX, LOCK_NB } = fileConstants.values;

/** How long to wait for the others, in ms: a start takes some 100, and seconds on a busy host. */
const PATIENCE_MS = 20_000;
/** How long to wait for other secondaries, in ms: going ahead beside one that hangs seldom fails. */
const JOIN_PATIENCE_MS = 5_000;
/** How long to wait before leaving: without a turn nothing is lost, EAL complains alone. */
const LEAVE_PATIENCE_MS = 1_000;
const STEP_MS = 5;

/**
 * Waits for a turn: an exclusive lock (`flock`), which ends with the process that holds it, however that
 * ends. One that hangs is waited for a while, and passed over then.
 *
 * @param path a file or a directory that EAL and others do not lock in this way
 * @returns what ends the turn
 */
function take(path: string, patience: number): Disposable {
  const fd = libc().open(path, O_CLOEXEC);
  for (let waited = 0; fd >= 0 && waited < patience; waited += STEP_MS) {
    if (libc().flock(fd, LOCK_EX | LOCK_NB) === 0) break;
    libc().usleep(STEP_MS * 1000);
  }
  return { [Symbol.dispose]: () => void (fd >= 0 && libc().close(fd)) };
}

/** Whether a process has something to choose that another may be choosing, too. */
function chooses({ parsed, choosesLcore }: Command): boolean {
  const type = processTypeOf(parsed);
  return groupOf(parsed) !== undefined &&
    (type === "auto" || (type === "secondary" && choosesLcore));
}

/**
 * Waits until no other process is choosing, if this one is going to. What was chosen is claimed anyway.
 *
 * The lock is on the directory above EAL's. It is not the config file's: who becomes the primary would
 * lose its lock when that is closed.
 *
 * @returns what ends this process's turn, `undefined` when it has nothing to choose
 */
export function turnOf(given: Command): Disposable | undefined {
  return chooses(given) ? take(runtimeDirectory(), PATIENCE_MS) : undefined;
}

/**
 * Waits until no other script is attaching to a group.
 *
 * At its end `rte_eal_init` tries to lock every list of pages (fbarray) in the group's directory, and
 * removes those that it could lock, as nobody uses them (`eal_clean_runtime_dir`). A process that has
 * just made its own, and has not locked it, fails then: "Cannot initialize local memory map". The lock
 * is on the config file, where EAL has record locks alone; a secondary has none to lose there.
 *
 * @returns what ends this process's turn
 */
export function turnToJoin(filePrefix: string): Disposable {
  return take(configPath(filePrefix), JOIN_PATIENCE_MS);
}

/**
 * Waits until no other script is attaching to a group: who does may have the lock of a list of pages at
 * the moment at which `rte_eal_cleanup` wants it ("Cannot destroy local memory map").
 *
 * @returns what ends this process's turn
 */
export function turnToLeave(filePrefix: string): Disposable {
  return take(configPath(filePrefix), LEAVE_PATIENCE_MS);
}
