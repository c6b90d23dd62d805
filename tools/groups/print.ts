/**
 * Groups in words.
 *
 * @module
 */

import type { Group, GroupCleaning, GroupProcess } from "../../mod.ts";

/** The longest command line that is shown, in characters. */
const COMMAND_LENGTH = 120;

/**
 * A number with its noun: `1 file`, `2 files`.
 *
 * @param count How many.
 * @param noun Of what, in the singular.
 * @returns The words.
 */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function mebibytes(bytes: number): string {
  return `${bytes / 2 ** 20} MiB`;
}

function processLine(kind: string, { pid, uid, commandLine }: GroupProcess, end = ""): string {
  const [program = "", ...args] = commandLine;
  const all = [program.replace(/^.*\//, ""), ...args].join(" ");
  const command = all.length > COMMAND_LENGTH ? `${all.slice(0, COMMAND_LENGTH - 3)}...` : all;
  const user = uid === undefined ? "" : ` uid ${uid}`;
  return `  ${kind.padEnd(9)} pid ${pid}${user}  ${command}${end}`.trimEnd();
}

function memberLine(kind: string, process: GroupProcess): string {
  return processLine(kind, process, process.socket === undefined ? " (has no message socket)" : "");
}

function directoryOf({ directory, state }: Group): string {
  if (state === "unreadable") return `${directory} (cannot be read by this user)`.trimStart();
  return directory === "" ? "(not found)" : directory;
}

function memoryLines({ state, hugepageFiles, hugepageBytes }: Group): string[] {
  // Which files are those of a closed directory's group nobody can tell.
  if (state === "unreadable" && hugepageFiles.length === 0) return [];
  const files = counted(hugepageFiles.length, "hugepage file");
  return [`  ${"memory".padEnd(9)} ${mebibytes(hugepageBytes)} in ${files}`];
}

function optionsOf(group: Group): string {
  const options = [
    group.legacyMem === true ? " --legacy-mem" : "",
    group.singleFileSegments === true ? " --single-file-segments" : "",
    group.multiProcessDisabled === true ? " (takes no secondaries)" : "",
  ];
  return options.join("");
}

/**
 * A group, its processes and its remains.
 *
 * @param group The group.
 * @returns Several lines.
 */
export function groupText(group: Group): string {
  const { filePrefix, state, version } = group;
  const dpdk = version === undefined ? "" : `, DPDK ${version}`;
  const lines = [
    `${filePrefix}: ${state}${dpdk}${optionsOf(group)}`,
    `  ${"directory".padEnd(9)} ${directoryOf(group)}`,
    ...memoryLines(group),
  ];
  const line = group.state === "unreadable" ? processLine : memberLine;
  if (group.primary !== undefined) lines.push(line("primary", group.primary));
  lines.push(...group.secondaries.map((each) => line("secondary", each)));
  lines.push(...group.unidentified.map((each) => line("unknown", each)));
  if (group.staleSockets.length > 0) {
    lines.push(`  ${"stale".padEnd(9)} ${group.staleSockets.join(" ")}`);
  }
  return lines.join("\n");
}

/**
 * What became of a group in a cleaning.
 *
 * @param cleaning The cleaning.
 * @param dryRun Whether nothing was removed.
 * @returns A line, and one for each file.
 */
export function cleaningText(cleaning: GroupCleaning, dryRun: boolean): string {
  const { filePrefix, kept, removed, bytes, failures } = cleaning;
  if (kept !== undefined) return `${filePrefix}: left alone, ${kept}`;
  const verb = dryRun ? "would remove" : "removed";
  return [
    `${filePrefix}: ${verb} ${counted(removed.length, "file")}, ${mebibytes(bytes)} of hugepages`,
    ...removed.map((path) => `  ${path}`),
    ...failures.map((failure) => `  could not: ${failure}`),
  ].join("\n");
}
