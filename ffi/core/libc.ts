/**
 * The few functions of libc that the library needs itself. Files are read through them, not through
 * the runtime, so that `--allow-ffi` is the only permission a script needs.
 *
 * @module
 */

import { type Calls, decodeString, runtime } from "../runtime/mod.ts";
import { dirent, fcntlConstants, unistdConstants } from "./layout.ts";

/** What the library calls of glibc. */
export const libcSymbols = {
  __errno_location: "int * (void)",
  access: "int (const char *pathname, int mode)",
  calloc: "void * (size_t n, size_t size)",
  close: "int (int fd)",
  closedir: "int (void *dir)",
  dladdr: "int (const void *addr, void *info)",
  dup: "int (int fd)",
  dup2: "int (int from, int to)",
  dlerror: "const char * (void)",
  dlopen: "void * (const char *filename, int flags)",
  dlsym: "void * (void *handle, const char *symbol)",
  execv: "int (const char *pathname, void *argv)",
  fcntl: "int (int fd, int command, int argument)",
  fclose: "int (FILE *stream)",
  fdopen: "FILE * (int fd, const char *mode)",
  fflush: "int (FILE *stream)",
  flock: "int (int fd, int operation)",
  free: "void (void *memory)",
  ftruncate: "int (int fd, off_t length)",
  getenv: "const char * (const char *name)",
  getpid: "int (void)",
  gettid: "int (void)",
  getuid: "unsigned int (void)",
  memfd_create: "int (const char *name, unsigned int flags)",
  mkdir: "int (const char *pathname, unsigned int mode)",
  mmap: "void * (void *addr, size_t length, int prot, int flags, int fd, off_t offset)",
  munmap: "int (void *addr, size_t length)",
  open: "int (const char *pathname, int flags)",
  open_memstream: "FILE * (char **buffer, size_t *length)",
  opendir: "void * (const char *name)",
  poll: "int (void *fds, unsigned long nfds, int timeout)",
  pread: "ssize_t (int fd, void *buf, size_t count, off_t offset)",
  read: "ssize_t (int fd, void *buf, size_t count)",
  readdir: "void * (void *dir)",
  readlink: "ssize_t (const char *pathname, void *buf, size_t size)",
  sched_getaffinity: "int (int pid, size_t cpusetsize, void *mask)",
  sched_setaffinity: "int (int pid, size_t cpusetsize, const void *mask)",
  setenv: "int (const char *name, const char *value, int overwrite)",
  statvfs: "int (const char *path, void *buf)",
  symlink: "int (const char *target, const char *pathname)",
  syscall: "long (long number, int first, unsigned int second)",
  unlink: "int (const char *pathname)",
  unsetenv: "int (const char *name)",
  usleep: "int (unsigned int microseconds)",
  write: "ssize_t (int fd, const void *buf, size_t count)",
} as const;

let opened: Calls<typeof libcSymbols> | undefined;

/** glibc's functions; opened on first use. */
export function libc(): Calls<typeof libcSymbols> {
  return opened ??= runtime.open("libc.so.6", libcSymbols);
}

/** `errno` of the calling thread, right after a call that failed. */
export function errno(): number {
  const at = runtime.address(libc().__errno_location());
  return new Int32Array(runtime.memory(at, 4))[0]!;
}

const { O_CLOEXEC } = fcntlConstants.values;

/** A file's bytes, or `undefined` when it cannot be read. */
export function readFile(path: string): Uint8Array | undefined {
  const fd = libc().open(path, O_CLOEXEC);
  if (fd < 0) return undefined;
  try {
    const chunks: Uint8Array[] = [];
    // Most files that are read, those of /proc, are small.
    for (let size = 2048;; size = Math.min(2 * size, 65_536)) {
      const chunk = new Uint8Array(new ArrayBuffer(size));
      const got = libc().read(fd, runtime.pointerTo(chunk.buffer), chunk.length);
      if (got < 0) return undefined;
      if (got === 0) break;
      chunks.push(chunk.subarray(0, got));
    }
    const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let at = 0;
    for (const chunk of chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  } finally {
    libc().close(fd);
  }
}

/** A file's text, or `undefined` when it cannot be read. */
export function readText(path: string): string | undefined {
  const bytes = readFile(path);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

const D_RECLEN = dirent.fields.d_reclen.offset;
const D_NAME = dirent.fields.d_name.offset;

/** The names in a directory, or none when it cannot be read. */
export function listDirectory(path: string): string[] {
  const dir = libc().opendir(path);
  if (dir === null) return [];
  const names: string[] = [];
  for (;;) {
    const at = runtime.address(libc().readdir(dir));
    if (at === 0) break;
    const length = new Uint16Array(runtime.memory(at + D_RECLEN, 2))[0]!;
    names.push(decodeString(new Uint8Array(runtime.memory(at + D_NAME, length - D_NAME))));
  }
  libc().closedir(dir);
  return names.filter((name) => name !== "." && name !== "..");
}

/** True when the path exists. */
export function exists(path: string): boolean {
  return libc().access(path, unistdConstants.values.F_OK) === 0;
}
