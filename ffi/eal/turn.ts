/**
 * Processes that choose something for themselves start one after another: their part in a group, or an
 * lcore id.
 *
 * @module
 */

import { fcntlConstants, fileConstants, libc } from "../core/mod.ts";
import { type Command, groupOf, processTypeOf } from "./command.ts";
import { runtimeDirectory } from "./runtime_directory.ts";

const { O_CLOEXEC } = fcntlConstants.values;
const { LOCK_EX, LOCK_NB } = fileConstants.values;

/** How long to wait for the others, in ms: a start takes some 100, and seconds on a busy host. */
const PATIENCE_MS = 20_000;
const STEP_MS = 5;

/** Whether a process has something to choose that another may be choosing, too. */
function chooses({ parsed, choosesLcore }: Command): boolean {
  const type = processTypeOf(parsed);
  return groupOf(parsed) !== undefined &&
    (type === "auto" || (type === "secondary" && choosesLcore));
}

/**
 * Waits until no other process is choosing, if this one is going to.
 *
 * The lock is `flock`'s on the directory above EAL's, which EAL and others have no use for. It ends with
 * the process that holds it, however that ends. One that hangs is waited for a while, and passed over
 * then: what was chosen is claimed anyway. It is not the config file's: who becomes the primary would
 * lose its lock when that is closed.
 *
 * @returns what ends this process's turn, `undefined` when it has nothing to choose
 */
export function turnOf(given: Command): Disposable | undefined {
  if (!chooses(given)) return undefined;
  const fd = libc().open(runtimeDirectory(), O_CLOEXEC);
  for (let waited = 0; fd >= 0 && waited < PATIENCE_MS; waited += STEP_MS) {
    if (libc().flock(fd, LOCK_EX | LOCK_NB) === 0) break;
    libc().usleep(STEP_MS * 1000);
  }
  return { [Symbol.dispose]: () => void (fd >= 0 && libc().close(fd)) };
}
