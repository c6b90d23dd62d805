/**
 * What glibc's and Linux's headers lay out, as far as the library calls them. Most of it is alike on
 * all 64-bit machines; what is not follows the architecture.
 *
 * @module
 */

import { type Architecture, architecture } from "../runtime/mod.ts";
import { CODES } from "./errno.ts";
import type { Constants, StructLayout } from "./layout_form.ts";

/** What tells machines apart. */
export interface Machine {
  /** `x86_64` or `aarch64`. */
  readonly architecture: Architecture;
}

/** This one. */
const HERE: Machine = { architecture: architecture ?? "x86_64" };

/** Error numbers by name, from one on. */
function numbered(from: number, to: number): Readonly<Record<string, number>> {
  const named = Object.entries(CODES).map(([number, name]) => [name, Number(number)] as const);
  return Object.fromEntries(named.filter(([, number]) => number >= from && number < to));
}

/** Linux's error numbers. */
export const errnoConstants: Constants = { header: "errno.h", values: numbered(1, 1000) };

/** DPDK's own. */
export const rteErrnoConstants: Constants = { header: "rte_errno.h", values: numbered(1000, 2000) };

/** Opening files, and `fcntl`. */
export const fcntlConstants = {
  header: "fcntl.h",
  values: {
    O_RDWR: 0o2,
    O_CREAT: 0o100,
    O_APPEND: 0o2000,
    O_NONBLOCK: 0o4000,
    O_CLOEXEC: 0o2000000,
    F_GETFD: 1,
    F_SETFD: 2,
    F_SETFL: 4,
    F_GETLK: 5,
    F_SETLK: 6,
    F_SETSIG: 10,
    F_SETLEASE: 1024,
    F_GETLEASE: 1025,
    FD_CLOEXEC: 1,
    F_WRLCK: 1,
    F_UNLCK: 2,
    AT_FDCWD: -100,
    AT_SYMLINK_NOFOLLOW: 0x100,
  },
} as const satisfies Constants;

/** Flags of `open` whose numbers follow the architecture. */
export type OpenFlag = "O_DIRECTORY" | "O_NOFOLLOW";

/** Numbers of system calls that glibc has no function for, or that /proc tells. */
export type SystemCall = "SYS_pidfd_open" | "SYS_recvmsg" | "SYS_get_robust_list";

/** Constants that are known by name. */
interface Named<K extends string> extends Constants {
  readonly values: Readonly<Record<K, number>>;
}

/** {@linkcode OpenFlag}s on a machine. */
export function openFlagConstants({ architecture }: Machine): Named<OpenFlag> {
  const values = {
    x86_64: { O_DIRECTORY: 0o200000, O_NOFOLLOW: 0o400000 },
    aarch64: { O_DIRECTORY: 0o40000, O_NOFOLLOW: 0o100000 },
  };
  return { header: "fcntl.h", values: values[architecture] };
}

/** {@linkcode SystemCall}s on a machine. */
export function systemCallConstants({ architecture }: Machine): Named<SystemCall> {
  const values = {
    x86_64: { SYS_pidfd_open: 434, SYS_recvmsg: 47, SYS_get_robust_list: 274 },
    aarch64: { SYS_pidfd_open: 434, SYS_recvmsg: 212, SYS_get_robust_list: 100 },
  };
  return { header: "sys/syscall.h", values: values[architecture] };
}

/** {@linkcode openFlagConstants} here. */
export const OpenFlags: Readonly<Record<OpenFlag, number>> = openFlagConstants(HERE).values;

/** {@linkcode systemCallConstants} here. */
export const SystemCalls: Readonly<Record<SystemCall, number>> = systemCallConstants(HERE).values;

/** `access`, and the standard streams. */
export const unistdConstants = {
  header: "unistd.h",
  values: { F_OK: 0, X_OK: 1, W_OK: 2, R_OK: 4, STDOUT_FILENO: 1, STDERR_FILENO: 2 },
} as const satisfies Constants;

/** The longest path. */
export const limitsConstants = {
  header: "linux/limits.h",
  values: { PATH_MAX: 4096 },
} as const satisfies Constants;

/** `flock`. */
export const fileConstants = {
  header: "sys/file.h",
  values: { LOCK_EX: 2, LOCK_NB: 4 },
} as const satisfies Constants;

/** `renameat2`. */
export const renameConstants = {
  header: "stdio.h",
  values: { RENAME_NOREPLACE: 1 },
} as const satisfies Constants;

/** `statx`, and the types of files. */
export const statConstants = {
  header: "sys/stat.h",
  values: { STATX_BASIC_STATS: 0x7ff, S_IFMT: 0o170000, S_IFDIR: 0o40000 },
} as const satisfies Constants;

/** `mmap` and `memfd_create`. */
export const mmanConstants = {
  header: "sys/mman.h",
  values: {
    PROT_NONE: 0,
    MAP_PRIVATE: 0x2,
    MAP_ANONYMOUS: 0x20,
    MAP_NORESERVE: 0x4000,
    MAP_FIXED_NOREPLACE: 0x100000,
    MFD_CLOEXEC: 1,
  },
} as const satisfies Constants;

/** Sockets. */
export const socketConstants = {
  header: "sys/socket.h",
  values: {
    AF_UNIX: 1,
    SOCK_DGRAM: 2,
    SOCK_CLOEXEC: 0o2000000,
    SOL_SOCKET: 1,
    SO_SNDTIMEO: 21,
    MSG_DONTWAIT: 0x40,
    SHUT_RDWR: 2,
  },
} as const satisfies Constants;

/** `eventfd`. */
export const eventfdConstants = {
  header: "sys/eventfd.h",
  values: { EFD_NONBLOCK: 0o4000, EFD_CLOEXEC: 0o2000000 },
} as const satisfies Constants;

/** `poll`. */
export const pollConstants = {
  header: "poll.h",
  values: { POLLIN: 1 },
} as const satisfies Constants;

/** `dlopen`. */
export const dlfcnConstants = {
  header: "dlfcn.h",
  values: { RTLD_NOW: 2, RTLD_NOLOAD: 4 },
} as const satisfies Constants;

/** Signals, and what becomes of them. */
export const signalConstants = {
  header: "signal.h",
  values: {
    SIGHUP: 1,
    SIGINT: 2,
    SIGTERM: 15,
    SIGURG: 23,
    SIG_DFL: 0,
    SIG_IGN: 1,
    SA_RESETHAND: 0x80000000,
  },
} as const satisfies Constants;

/** `struct sigaction` of glibc. */
export const sigaction = {
  type: "struct sigaction",
  header: "signal.h",
  size: 152,
  fields: {
    sa_handler: { offset: 0, size: 8 },
    sa_flags: { offset: 136, size: 4 },
  },
} as const satisfies StructLayout;

/** `struct statx`; `stx_blocks` counts 512 bytes each. */
export const statx = {
  type: "struct statx",
  header: "sys/stat.h",
  size: 256,
  fields: {
    stx_uid: { offset: 20, size: 4 },
    stx_mode: { offset: 28, size: 2 },
    stx_ino: { offset: 32, size: 8 },
    stx_size: { offset: 40, size: 8 },
    stx_blocks: { offset: 48, size: 8 },
    stx_dev_major: { offset: 136, size: 4 },
    stx_dev_minor: { offset: 140, size: 4 },
  },
} as const satisfies StructLayout;

/** `struct statvfs` of glibc. */
export const statvfs = {
  type: "struct statvfs",
  header: "sys/statvfs.h",
  size: 112,
  fields: {
    f_frsize: { offset: 8, size: 8 },
    f_blocks: { offset: 16, size: 8 },
    f_bavail: { offset: 32, size: 8 },
    f_files: { offset: 40, size: 8 },
    f_favail: { offset: 56, size: 8 },
  },
} as const satisfies StructLayout;

/** `struct dirent`. */
export const dirent = {
  type: "struct dirent",
  header: "dirent.h",
  size: 280,
  fields: {
    d_reclen: { offset: 16, size: 2 },
    d_name: { offset: 19, size: 256 },
  },
} as const satisfies StructLayout;

/** `struct sockaddr_un`: a socket of the file system. */
export const sockaddr_un = {
  type: "struct sockaddr_un",
  header: "sys/un.h",
  size: 110,
  fields: {
    sun_family: { offset: 0, size: 2 },
    sun_path: { offset: 2, size: 108 },
  },
} as const satisfies StructLayout;

/** `struct timeval`. */
export const timeval = {
  type: "struct timeval",
  header: "sys/time.h",
  size: 16,
  fields: {
    tv_sec: { offset: 0, size: 8 },
    tv_usec: { offset: 8, size: 8 },
  },
} as const satisfies StructLayout;

/** `struct timespec`. */
export const timespec = {
  type: "struct timespec",
  header: "time.h",
  size: 16,
  fields: {
    tv_sec: { offset: 0, size: 8 },
    tv_nsec: { offset: 8, size: 8 },
  },
} as const satisfies StructLayout;

/** `struct pollfd`. */
export const pollfd = {
  type: "struct pollfd",
  header: "poll.h",
  size: 8,
  fields: {
    fd: { offset: 0, size: 4 },
    events: { offset: 4, size: 2 },
  },
} as const satisfies StructLayout;

/** `Dl_info`: where a symbol came from. */
export const dl_info = {
  type: "Dl_info",
  header: "dlfcn.h",
  size: 32,
  fields: {
    dli_fname: { offset: 0, size: 8 },
  },
} as const satisfies StructLayout;

/** `cpu_set_t`: a bit for each of 1024 CPUs. */
export const cpu_set_t = {
  type: "cpu_set_t",
  header: "sched.h",
  size: 128,
  fields: {},
} as const satisfies StructLayout;
