/**
 * The lock by which a primary is known to live: a POSIX record lock on its config file, which it holds
 * until its process has ended.
 *
 * Whoever opens and closes a file gives up all such locks that his process has on it. So this is not
 * for a primary to ask of its own file.
 *
 * @module
 */

import { Errno, errno, fcntlConstants, libc } from "../core/mod.ts";
import { type Calls, runtime } from "../runtime/mod.ts";
import { flock } from "./layout.ts";

/** `fcntl` in the form that takes a `struct flock`. */
export const lockSymbols = {
  fcntl: "int (int fd, int command, void *lock)",
} as const;

let opened: Calls<typeof lockSymbols> | undefined;

const { O_CLOEXEC, F_GETLK, F_WRLCK, F_UNLCK } = fcntlConstants.values;

/**
 * The process that holds a config file's lock.
 *
 * @param path the config file's
 * @returns its pid, 0 for a process of another pid namespace; `undefined` when there is none, or no
 *   file that this user may read
 */
export function lockHolder(path: string): number | undefined {
  const lock = new DataView(new ArrayBuffer(flock.size)); // of all bytes: from 0 on, none counted
  const { l_type, l_pid } = flock.fields;
  lock.setInt16(l_type.offset, F_WRLCK, true);
  const fd = libc().open(path, O_CLOEXEC);
  if (fd < 0) return undefined;
  opened ??= runtime.open("libc.so.6", lockSymbols);
  const failed = opened.fcntl(fd, F_GETLK, runtime.pointerTo(lock.buffer)) < 0;
  libc().close(fd);
  if (failed || lock.getInt16(l_type.offset, true) === F_UNLCK) return undefined;
  return Math.max(lock.getInt32(l_pid.offset, true), 0);
}

/** Whether this user is kept from reading a config file, which may be there or not. */
export function isForbidden(path: string): boolean {
  const fd = libc().open(path, O_CLOEXEC);
  if (fd < 0) return errno() === Errno.EACCES;
  libc().close(fd);
  return false;
}
