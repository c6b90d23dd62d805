/**
 * Another process has the lock of a list of pages at the moment at which a secondary that has just made
 * it wants it, as every process that starts has for a moment.
 *
 * @module
 */

import { compileC } from "../kit.ts";

/** Refuses a process the lock of a list of its own, once, if the file OVERTAKE is there. */
const OVERTAKE = `
  #define _GNU_SOURCE
  #include <errno.h>
  #include <stdio.h>
  #include <stdlib.h>
  #include <string.h>
  #include <sys/file.h>
  #include <sys/syscall.h>
  #include <unistd.h>
  int flock(int fd, int operation)
  {
    char link[64], path[4096], own[64];
    const char *file = getenv("OVERTAKE");
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof(path) - 1);
    path[length > 0 ? length : 0] = 0;
    snprintf(own, sizeof(own), "_%d", (int)getpid());
    if (file != NULL && strstr(path, "/fbarray_") != NULL && strstr(path, own) != NULL &&
        unlink(file) == 0) {
      errno = EWOULDBLOCK;
      return -1;
    }
    return (int)syscall(SYS_flock, fd, operation);
  }
`;

/**
 * The environment of a secondary to which that happens.
 *
 * @param file A file that is there, and is gone when it has happened: it happens once.
 */
export function overtakenBy(file: string): Record<string, string> {
  return { LD_PRELOAD: compileC(OVERTAKE, ["-shared", "-fPIC"]), OVERTAKE: file };
}
