/**
 * Lists the groups of DPDK processes on this host, and cleans up after dead ones. See `USAGE` in
 * groups/arguments.ts.
 *
 * @module
 */

import process from "node:process";
import { Group, type GroupOptions } from "../mod.ts";
import { type Arguments, parseArguments, USAGE } from "./groups/arguments.ts";
import { cleaningText, counted, groupText } from "./groups/print.ts";

function list(options: GroupOptions, { json }: Arguments): void {
  const groups = Group.list(options);
  for (const group of groups) console.log(json ? JSON.stringify(group) : `${groupText(group)}\n`);
  if (json) return;
  const dead = groups.filter(({ state }) => state === "dead").length;
  const hint = dead === 0 ? "" : `, ${dead} of them dead: --clean removes what they left`;
  console.log(groups.length === 0 ? "There are no groups" : counted(groups.length, "group") + hint);
}

/** Cleans up after one file prefix after the other, and says each time what became of it. */
function clean(options: GroupOptions, { json, dryRun }: Arguments): number {
  let failures = 0;
  const prefixes = new Set(Group.list(options).map(({ filePrefix }) => filePrefix));
  if (prefixes.size === 0 && !json) console.log("There are no groups");
  for (const filePrefix of prefixes) {
    for (const cleaning of Group.clean({ ...options, filePrefix, dryRun })) {
      console.log(json ? JSON.stringify(cleaning) : cleaningText(cleaning, dryRun));
      failures += cleaning.failures.length;
    }
  }
  return failures === 0 ? 0 : 1;
}

/** Does all that the command line asks for, and returns the exit code. */
function main(args: readonly string[]): number {
  const asked = parseArguments(args);
  if (asked.help) {
    console.log(USAGE);
    return 0;
  }
  const closed = new Set<string>();
  const options: GroupOptions = {
    ...(asked.prefix === undefined ? {} : { filePrefix: asked.prefix }),
    ...(asked.directories === undefined ? {} : { runtimeDirectories: asked.directories }),
    unreadable: (path) => void closed.add(path),
  };
  let code = 0;
  if (asked.clean) code = clean(options, asked);
  else list(options, asked);
  for (const path of closed) console.error(`This user may not read ${path}`);
  return code;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof TypeError ? `${error.message}\n\n${USAGE}` : error);
  process.exitCode = 1;
}
