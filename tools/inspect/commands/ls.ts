/**
 * `ls`: the groups of this host and who is in them.
 *
 * @module
 */

import type { Command } from "commander";
import { Group, type GroupProcess } from "../../../mod.ts";
import { command, type Common } from "../options.ts";
import { glyphs, width, writeJson, writeLines } from "../output.ts";
import { commandText, pidText } from "../tables/processes.ts";
import { clipped, type Line, line, span } from "../text/line.ts";
import { printable } from "../text/printable.ts";
import { bytes, counted } from "../text/units.ts";

function processLine(role: string, process: GroupProcess): Line {
  return line(
    `  ${role.padEnd(9)} `,
    span(pidText(process).padStart(9), "strong"),
    `  ${commandText(process)}`,
  );
}

function groupLines(group: Group): Line[] {
  const { filePrefix, state, version, primary, secondaries, unidentified, directory } = group;
  const closed = state === "unreadable";
  const dot = ` ${glyphs.dot} `;
  const memory = `${bytes(group.hugepageBytes)} in ${counted(group.hugepageFiles.length, "file")}`;
  return [
    line(
      span(printable(filePrefix), "head"),
      "  ",
      span(state, state === "running" ? "good" : "warn"),
      span(
        [
          "",
          ...version === undefined ? [] : [`DPDK ${version}`],
          ...closed && group.hugepageFiles.length === 0 ? [] : [memory],
          ...directory === "" ? [] : [printable(directory)],
          ...closed ? ["directory cannot be read by this user"] : [],
        ].join(dot),
        "dim",
      ),
    ),
    ...primary === undefined ? [] : [processLine("primary", primary)],
    ...secondaries.map((each) => processLine("secondary", each)),
    ...unidentified.map((each) => processLine("unknown", each)),
  ];
}

async function list({ filePrefix, runtimeDirectory, json }: Common): Promise<void> {
  const groups = Group.list({
    ...filePrefix === undefined ? {} : { filePrefix },
    ...runtimeDirectory === undefined ? {} : { runtimeDirectories: [runtimeDirectory] },
  });
  if (json === true) return await writeJson(groups);
  const lines = groups.length === 0 ? [line("There are no groups")] : groups.flatMap(groupLines);
  await writeLines(lines.map((each) => clipped(each, width())));
}

/** The command. */
export function lsCommand(): Command {
  return command("ls", "the groups of DPDK processes on this host; all, unless one is named")
    .action(list);
}
