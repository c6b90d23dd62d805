/**
 * Something takes an address in a process right before EAL asks for it.
 *
 * @module
 */

import { compileC } from "../kit.ts";

/** Takes a page at SLIP_AT right before it is asked for, as long as the file SLIP_FILE is there. */
const SLIP = `
  #define _GNU_SOURCE
  #include <stdint.h>
  #include <stdlib.h>
  #include <sys/mman.h>
  #include <sys/syscall.h>
  #include <unistd.h>
  void *mmap64(void *at, size_t length, int prot, int flags, int fd, off_t offset)
  {
    const char *slip = getenv("SLIP_AT");
    if (slip != NULL && at != NULL && (uintptr_t)at == strtoull(slip, NULL, 0) &&
        unlink(getenv("SLIP_FILE")) == 0)
      syscall(SYS_mmap, at, 4096, PROT_READ | PROT_WRITE,
              MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    return (void *)syscall(SYS_mmap, at, length, prot, flags, fd, offset);
  }
`;

/**
 * The environment of a process in which that happens.
 *
 * @param address The page's.
 * @param file A file that is there, and is gone when it has happened: it happens once.
 */
export function slipAt(address: number, file: string): Record<string, string> {
  return {
    LD_PRELOAD: compileC(SLIP, ["-shared", "-fPIC"]),
    SLIP_AT: `0x${address.toString(16)}`,
    SLIP_FILE: file,
  };
}
