/**
 * Secondaries that choose something for themselves start one after another.
 *
 * @module
 */

import { libc } from "../core/mod.ts";
import { type Command, groupOf, processTypeOf } from "./command.ts";
import { configPath } from "./primary.ts";

const O_CLOEXEC = 0o2000000;
const LOCK_EX = 2;
const LOCK_NB = 4;

/** How long to wait for the others, in ms: an attach takes some 50. */
const PATIENCE_MS = 5000;
const STEP_MS = 5;

/**
 * Waits until no other secondary of the group is choosing, if this one is going to.
 *
 * The lock is `flock`'s on the config file, which EAL has no use for, and which has nothing to do with
 * the primary's POSIX lock on it. It ends with the process that holds it, however that ends. One that
 * hangs is waited for a while, and passed over then: what was chosen is claimed anyway.
 *
 * Not for a process that may become the primary (`auto`): closing the file would cost it its lock.
 *
 * @returns what ends this process's turn, `undefined` when it has nothing to choose
 */
export function turnOf({ parsed, choosesLcore }: Command): Disposable | undefined {
  const prefix = groupOf(parsed);
  if (!choosesLcore || prefix === undefined || processTypeOf(parsed) !== "secondary") {
    return undefined;
  }
  const fd = libc().open(configPath(prefix), O_CLOEXEC);
  for (let waited = 0; fd >= 0 && waited < PATIENCE_MS; waited += STEP_MS) {
    if (libc().flock(fd, LOCK_EX | LOCK_NB) === 0) break;
    libc().usleep(STEP_MS * 1000);
  }
  return { [Symbol.dispose]: () => void (fd >= 0 && libc().close(fd)) };
}
