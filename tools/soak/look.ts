/**
 * What a soaking process tells of itself.
 *
 * @module
 */

import { readFileSync } from "node:fs";

/** One look at a process. */
export interface Look {
  /** Which of the soak's processes. */
  readonly role: string;
  /** How much it has done, in the units of its soak. */
  readonly done: number;
  /** Resident memory without hugepages, in MiB. */
  readonly rss: number;
}

/** Prints a look at this process as a line of JSON. */
export function look(role: string, done: number): void {
  const rss = /^VmRSS:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
  const seen: Look = { role, done, rss: Math.round(Number(rss) / 1024) };
  console.log(JSON.stringify(seen));
}
