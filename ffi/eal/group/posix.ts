/**
 * What looking at other processes' files needs of libc. Everything in a directory is reached through a
 * descriptor of it, so that nobody can put a symbolic link in the way.
 *
 * @module
 */

import {
  errno,
  errorCode,
  fcntlConstants,
  fileConstants,
  libc,
  listDirectory,
  OpenFlags,
  readPointer,
  renameConstants,
  signalConstants,
  sockaddr_un,
  socketConstants,
  statConstants,
  statx,
} from "../../core/mod.ts";
import { flock } from "../layout.ts";
import { type Calls, encodeString, runtime } from "../../runtime/mod.ts";

const symbols = {
  connect: "int (int fd, const void *address, unsigned int length)",
  fcntl: "int (int fd, int command, void *argument)",
  flock: "int (int fd, int operation)",
  openat: "int (int directory, const char *pathname, int flags, unsigned int mode)",
  renameat2: "int (int from, const char *old, int to, const char *pathname, unsigned int flags)",
  socket: "int (int domain, int type, int protocol)",
  statx: "int (int directory, const char *pathname, int flags, unsigned int mask, void *status)",
  unlinkat: "int (int directory, const char *pathname, int flags)",
} as const;

let opened: Calls<typeof symbols> | undefined;

function posix(): Calls<typeof symbols> {
  return opened ??= runtime.open("libc.so.6", symbols);
}

/** `openat`'s flags. */
export const O = {
  RDWR: fcntlConstants.values.O_RDWR,
  CREAT: fcntlConstants.values.O_CREAT,
  NONBLOCK: fcntlConstants.values.O_NONBLOCK,
  DIRECTORY: OpenFlags.O_DIRECTORY,
  NOFOLLOW: OpenFlags.O_NOFOLLOW,
  CLOEXEC: fcntlConstants.values.O_CLOEXEC,
} as const;

const {
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  F_GETLEASE,
  F_GETLK,
  F_SETLEASE,
  F_SETLK,
  F_SETSIG,
  F_UNLCK,
  F_WRLCK,
} = fcntlConstants.values;
const { STATX_BASIC_STATS } = statConstants.values;
const OWNER_ONLY = 0o600;

/** The name of the error that the last call ended with: `EACCES`. */
export function errorName(): string {
  return errorCode(errno());
}

/** A file as the kernel knows it. */
export interface FileStatus {
  /** Device and inode as `/proc` writes them: `fe:00:1507591`. */
  readonly id: string;
  /** The owner's user id. */
  readonly uid: number;
  /** Permissions and type. */
  readonly mode: number;
  /** Its length in bytes. */
  readonly size: number;
  /** The bytes that it takes, holes aside. */
  readonly bytes: number;
}

/** `statx` of a file that is no symbolic link, or of the link; `undefined` when there is none. */
export function fileStatus(path: string, directory: number = AT_FDCWD): FileStatus | undefined {
  const memory = new ArrayBuffer(statx.size);
  const pointer = runtime.pointerTo(memory);
  if (posix().statx(directory, path, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, pointer) < 0) {
    return undefined;
  }
  const view = new DataView(memory);
  const F = statx.fields;
  const device = [F.stx_dev_major, F.stx_dev_minor]
    .map(({ offset }) => view.getUint32(offset, true).toString(16).padStart(2, "0"));
  return {
    id: [...device, readPointer(view, F.stx_ino.offset)].join(":"),
    uid: view.getUint32(F.stx_uid.offset, true),
    mode: view.getUint16(F.stx_mode.offset, true),
    size: readPointer(view, F.stx_size.offset),
    bytes: readPointer(view, F.stx_blocks.offset) * 512,
  };
}

/** Opens a file, itself and no symbolic link; negative when it cannot. */
export function openFile(path: string, flags: number, directory: number = AT_FDCWD): number {
  return posix().openat(directory, path, flags | O.NOFOLLOW | O.CLOEXEC, OWNER_ONLY);
}

/**
 * A directory that is open, for as long as `use` runs; `undefined` when it cannot be opened. Neither it
 * nor the one above may be a symbolic link.
 */
export function withDirectory<T>(path: string, use: (directory: number) => T): T | undefined {
  const [, above = "/", name = "."] = /^(.*)\/([^/]+)$/.exec(path) ?? [];
  const parent = openFile(above === "" ? "/" : above, O.DIRECTORY);
  if (parent < 0) return undefined;
  const fd = openFile(name, O.DIRECTORY, parent);
  libc().close(parent);
  if (fd < 0) return undefined;
  try {
    return use(fd);
  } finally {
    libc().close(fd);
  }
}

/** The names in a directory that is open. */
export function namesIn(directory: number): string[] {
  return listDirectory(`/proc/self/fd/${directory}`);
}

/** Removes a file from a directory that is open; the error's name when it cannot. */
export function removeFrom(directory: number, name: string): string | undefined {
  return posix().unlinkat(directory, name, 0) < 0 ? errorName() : undefined;
}

const { RENAME_NOREPLACE } = renameConstants.values;

/** Renames a file within a directory, unless the new name is taken; whether it could. */
export function renameWithin(directory: number, from: string, to: string): boolean {
  return posix().renameat2(directory, from, directory, to, RENAME_NOREPLACE) === 0;
}

const LOCK_EX_NB = fileConstants.values.LOCK_EX | fileConstants.values.LOCK_NB;

/** Takes the exclusive lock on an open file (`flock`), unless somebody has any; whether it could. */
export function lockExclusively(fd: number): boolean {
  return posix().flock(fd, LOCK_EX_NB) === 0;
}

/** A `struct flock` for the whole file. */
function recordLock(type: number): ArrayBuffer {
  const memory = new ArrayBuffer(flock.size);
  new DataView(memory).setInt16(flock.fields.l_type.offset, type, true);
  return memory;
}

/** Takes the record lock on an open file as a primary does on its config; whether it could. */
export function lockRecord(fd: number): boolean {
  return posix().fcntl(fd, F_SETLK, runtime.pointerTo(recordLock(F_WRLCK))) === 0;
}

/** Gives the record lock up. */
export function unlockRecord(fd: number): void {
  posix().fcntl(fd, F_SETLK, runtime.pointerTo(recordLock(F_UNLCK)));
}

/** Who holds a record lock on an open file: a pid, 0 in another pid namespace, or nobody. */
export function recordLockHolder(fd: number): number | undefined {
  const memory = recordLock(F_WRLCK);
  if (posix().fcntl(fd, F_GETLK, runtime.pointerTo(memory)) < 0) return undefined;
  const view = new DataView(memory);
  const { l_type, l_pid } = flock.fields;
  return view.getInt16(l_type.offset, true) === F_UNLCK
    ? undefined
    : view.getInt32(l_pid.offset, true);
}

/** By default it does nothing, where SIGIO would end the process. */
const { SIGURG } = signalConstants.values;

/**
 * Takes a write lease on an open file: only when nobody else on this machine has it open or mapped, and
 * from then on whoever opens it waits.
 *
 * @returns the error's name when it cannot; `EAGAIN` when somebody has the file
 */
export function takeLease(fd: number): string | undefined {
  libc().fcntl(fd, F_SETSIG, SIGURG);
  return libc().fcntl(fd, F_SETLEASE, F_WRLCK) < 0 ? errorName() : undefined;
}

/** Whether somebody waits for the lease to end. */
export function leaseIsAwaited(fd: number): boolean {
  return libc().fcntl(fd, F_GETLEASE, 0) !== F_WRLCK;
}

/** Ends a lease. */
export function endLease(fd: number): void {
  libc().fcntl(fd, F_SETLEASE, F_UNLCK);
}

const { AF_UNIX, SOCK_CLOEXEC, SOCK_DGRAM } = socketConstants.values;

/**
 * Whether a process listens at a datagram socket of the file system. Nothing is sent.
 *
 * @returns also true when that cannot be told
 */
export function socketAnswers(directory: number, name: string): boolean {
  const path = encodeString(`/proc/self/fd/${directory}/${name}`);
  const { sun_family, sun_path } = sockaddr_un.fields;
  const address = new Uint8Array(new ArrayBuffer(sockaddr_un.size));
  if (path.indexOf(0) >= sun_path.size) return true;
  address[sun_family.offset] = AF_UNIX;
  address.set(path.subarray(0, path.indexOf(0)), sun_path.offset);
  const fd = posix().socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return true;
  const refused = posix().connect(fd, runtime.pointerTo(address.buffer), address.length) < 0 &&
    errorName() === "ECONNREFUSED";
  libc().close(fd);
  return !refused;
}
