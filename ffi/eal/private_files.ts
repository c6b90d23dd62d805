/**
 * Keeps a group's files its user's own: whoever can write them writes into the memory of its processes.
 *
 * @module
 */

import { DpdkError, libc, statConstants } from "../core/mod.ts";
import { type Calls, runtime } from "../runtime/mod.ts";
import { fileStatus } from "./group/posix.ts";
import { runtimeDirectory } from "./runtime_directory.ts";

const symbols = { umask: "unsigned int (unsigned int mask)" } as const;

let opened: Calls<typeof symbols> | undefined;

const OTHERS_WRITE = 0o022;
const { S_IFDIR, S_IFMT } = statConstants.values;

/**
 * Runs a call that makes files to which nobody but this user may write, whatever the umask: EAL makes
 * its sockets with the umask alone, and whoever may write to one may talk to the process.
 */
export function withPrivateFiles<T>(call: () => T): T {
  const { umask } = opened ??= runtime.open("libc.so.6", symbols);
  const mask = umask(OTHERS_WRITE);
  try {
    umask(mask | OTHERS_WRITE);
    return call();
  } finally {
    umask(mask);
  }
}

/**
 * Refuses a directory in which others could put files in the place of EAL's: `/tmp/dpdk` of a user who
 * was there first, say. EAL would use it.
 *
 * @param filePrefix the group
 * @throws {DpdkError} when it is another user's, or others may write to it
 */
export function checkDirectories(filePrefix: string): void {
  const parent = `${runtimeDirectory()}/dpdk`;
  const user = libc().getuid();
  for (const path of [parent, `${parent}/${filePrefix}`]) {
    const status = fileStatus(path);
    if (status === undefined || (status.mode & S_IFMT) !== S_IFDIR) continue;
    const others = (status.mode & OTHERS_WRITE) !== 0;
    const foreign = user !== 0 && status.uid !== user && status.uid !== 0;
    if (!others && !foreign) continue;
    throw new DpdkError({
      what: `use the runtime directory ${path}`,
      advice: others
        ? `other users can write to it, and so to this process's memory; chmod go-w ${path}`
        : `it is another user's (uid ${status.uid}), who could write to this process's memory; ` +
          "set XDG_RUNTIME_DIR or RUNTIME_DIRECTORY to a directory of your own",
    });
  }
}
