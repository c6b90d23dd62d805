/**
 * What /proc says of a process.
 *
 * @module
 */

import { runtime } from "../runtime/mod.ts";
import { fcntlConstants } from "./layout.ts";
import { libc, listDirectory, readText } from "./libc.ts";

/** Fields of /proc/<pid>/stat behind the name in parentheses, which may hold anything. */
const STATE = 0;
const START_TIME = 19;

function stat(pid: number | "self"): string[] {
  const text = readText(`/proc/${pid}/stat`) ?? "";
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

/** When a process started, in clock ticks since the machine did; `undefined` when it is not there. */
export function startTime(pid: number | "self"): number | undefined {
  const fields = stat(pid);
  const ended = fields[STATE] === "Z" || fields[STATE] === "X";
  const started = Number(fields[START_TIME]);
  return ended || fields.length <= START_TIME || Number.isNaN(started) ? undefined : started;
}

/** A process's arguments; none when they cannot be read. */
export function commandLine(pid: number): string[] {
  const text = readText(`/proc/${pid}/cmdline`) ?? "";
  return text.split("\0").slice(0, -1);
}

/** A thread of a process. */
export interface Thread {
  readonly tid: number;
  /** What it calls itself, or is called after: at most 15 characters. */
  readonly name: string;
}

/** A process's threads. */
export function threadsOf(pid: number | "self"): Thread[] {
  return listDirectory(`/proc/${pid}/task`).map((tid) => ({
    tid: Number(tid),
    name: readText(`/proc/${pid}/task/${tid}/comm`)?.trim() ?? "",
  }));
}

/** Whether a process has a file mapped whose path ends so. */
export function maps(pid: number, end: string): boolean {
  return (readText(`/proc/${pid}/maps`) ?? "").split("\n").some((line) => line.endsWith(end));
}

const { O_CLOEXEC } = fcntlConstants.values;

/** Bytes of another process's memory; `undefined` where this user may not look. */
export function readMemory(pid: number, address: number, length: number): DataView | undefined {
  const fd = libc().open(`/proc/${pid}/mem`, O_CLOEXEC);
  if (fd < 0) return undefined;
  const bytes = new ArrayBuffer(length);
  const got = libc().pread(fd, runtime.pointerTo(bytes), length, address);
  libc().close(fd);
  return got === length ? new DataView(bytes) : undefined;
}
