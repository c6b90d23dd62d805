/**
 * Processes in columns.
 *
 * @module
 */

import type { GroupProcess, ProcessState } from "../../../mod.ts";
import { type Line, line, span } from "../text/line.ts";
import { printable } from "../text/printable.ts";
import type { Column } from "../text/table.ts";

/**
 * Numbers as lists write them: `0-3,7`.
 *
 * @param numbers The numbers.
 * @returns The text.
 */
export function ranges(numbers: readonly number[]): string {
  const parts: string[] = [];
  const ascending = numbers.toSorted((a, b) => a - b);
  for (let i = 0; i < ascending.length; i++) {
    const first = ascending[i]!;
    while (ascending[i + 1] === ascending[i]! + 1) i++;
    const last = ascending[i]!;
    parts.push(last === first ? `${first}` : `${first}-${last}`);
  }
  return parts.join(",");
}

/**
 * A command line, its program without the folders.
 *
 * @param process The process.
 * @returns The words.
 */
export function commandText({ commandLine: [program = "", ...args] }: GroupProcess): string {
  return printable([program.replace(/^.*\//, ""), ...args].join(" "));
}

/**
 * A process's id.
 *
 * @param process The process.
 * @returns The number, or that it is elsewhere.
 */
export function pidText({ pid }: GroupProcess): string {
  return pid === 0 ? "elsewhere" : String(pid);
}

/**
 * A process in a word or three: `primary 1234 on lcore 0`.
 *
 * @param process The process.
 * @returns The line.
 */
export function processText({ role, lcoreIds, stopped, ...process }: ProcessState): Line {
  const lcores = lcoreIds.length === 0
    ? ""
    : ` on lcore${lcoreIds.length === 1 ? "" : "s"} ${ranges(lcoreIds)}`;
  return line(
    `${role} `,
    span(pidText(process), "strong"),
    lcores,
    ...stopped ? [span(" stopped", "bad")] : [],
  );
}

/** The columns of processes. */
export const PROCESS_COLUMNS: readonly Column<ProcessState>[] = [
  {
    id: "role",
    title: "ROLE",
    width: 9,
    rank: 0,
    sort: ({ role }) => role,
    cell: ({ role }) => role,
  },
  {
    id: "pid",
    title: "PID",
    align: "right",
    width: 7,
    rank: 0,
    sort: ({ pid }) => pid,
    cell: (process) => line(span(pidText(process), "strong")),
  },
  {
    id: "user",
    title: "UID",
    align: "right",
    width: 5,
    rank: 4,
    sort: ({ uid }) => uid ?? -1,
    cell: ({ uid }) => uid === undefined ? "?" : String(uid),
  },
  {
    id: "lcores",
    title: "LCORES",
    width: 6,
    grows: true,
    rank: 1,
    sort: ({ lcoreIds }) => lcoreIds[0] ?? -1,
    cell: ({ lcoreIds }) => lcoreIds.length === 0 ? "?" : ranges(lcoreIds),
  },
  {
    id: "state",
    title: "STATE",
    width: 7,
    rank: 3,
    sort: ({ stopped }) => stopped ? 0 : 1,
    cell: ({ stopped, socket }) =>
      stopped
        ? line(span("stopped", "bad"))
        : socket === undefined
        ? line(span("mute", "warn"))
        : "runs",
  },
  {
    id: "command",
    title: "COMMAND",
    width: 10,
    grows: true,
    rank: 2,
    sort: (process) => commandText(process),
    cell: (process) => commandText(process),
  },
];
