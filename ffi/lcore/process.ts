/**
 * What /proc says of a process.
 *
 * @module
 */

import { listDirectory, readText } from "../core/mod.ts";

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

/** The names of a process's threads. */
export function threadNames(pid: number): string[] {
  const threads = listDirectory(`/proc/${pid}/task`);
  return threads.map((tid) => readText(`/proc/${pid}/task/${tid}/comm`)?.trim() ?? "");
}

/**
 * The processes that have a file mapped, this one too.
 *
 * @param path as /proc/<pid>/maps has it: without symbolic links
 */
export function processesMapping(path: string): number[] {
  const pids = listDirectory("/proc").filter((name) => /^\d+$/.test(name)).map(Number);
  const ends = ` ${path}`;
  return pids.filter((pid) =>
    (readText(`/proc/${pid}/maps`) ?? "").split("\n").some((line) => line.endsWith(ends))
  );
}
