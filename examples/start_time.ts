/**
 * When a process started: with its pid it names a process for good, as a pid alone may be another's
 * by now.
 *
 * @module
 */

import { runtime } from "../mod.ts";

// Not through node:fs: of /proc, Deno reads nothing without --allow-all.
const libc = () =>
  runtime.open("libc.so.6", {
    open: "int (const char *pathname, int flags)",
    read: "ssize_t (int fd, void *buf, size_t count)",
    close: "int (int fd)",
  });

/** The text of a file that is small; empty when it cannot be read. */
function readText(path: string): string {
  const { open, read, close } = libc();
  const fd = open(path, 0);
  if (fd < 0) return "";
  const bytes = new Uint8Array(new ArrayBuffer(4096));
  const length = read(fd, runtime.pointerTo(bytes.buffer), bytes.length);
  close(fd);
  return String.fromCharCode(...bytes.subarray(0, Math.max(0, length)));
}

/** The start time of a process, in clock ticks since boot; 0 when it is not there, or has ended. */
export function startTime(pid: number): number {
  // The name, in parentheses, may hold blanks; the start is the 20th word behind it.
  const stat = readText(`/proc/${pid}/stat`);
  const words = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return words[0] === "Z" || words[0] === "X" ? 0 : Number(words[19] ?? 0);
}
