/**
 * A group in a few lines.
 *
 * @module
 */

import type { MemoryListState, Snapshot } from "../../../mod.ts";
import { processText } from "../tables/processes.ts";
import type { Glyphs } from "../text/glyphs.ts";
import { joined, type Line, line, span, type Tone } from "../text/line.ts";
import { printable } from "../text/printable.ts";
import { bytes, counted, whole } from "../text/units.ts";

const STATES: Readonly<Record<Snapshot["state"], Tone>> = {
  running: "good",
  starting: "warn",
  orphaned: "bad",
  dead: "bad",
  unreadable: "bad",
};

/**
 * Which group it is, and how it is.
 *
 * @param snapshot The group.
 * @param glyphs What stands between.
 * @returns The line.
 */
export function groupTitle(
  { filePrefix, state, version, processes }: Snapshot,
  glyphs: Glyphs,
): Line {
  const dot = span(` ${glyphs.dot} `, "dim");
  return line(
    span(` ${printable(filePrefix)} `, "chosen"),
    " ",
    span(state, STATES[state]),
    dot,
    `DPDK ${printable(version)}`,
    dot,
    counted(processes.length, "process", "processes"),
  );
}

/**
 * Who is in it.
 *
 * @param snapshot The group.
 * @param glyphs What stands between.
 * @returns The line.
 */
export function groupProcesses({ processes }: Snapshot, glyphs: Glyphs): Line {
  if (processes.length === 0) return line(span("nobody is in it", "warn"));
  return joined(processes.map(processText), span(` ${glyphs.dot} `, "dim"));
}

function listText({ number, pages, pageSize, used, socketId, external }: MemoryListState): Line {
  const where = external ? "external" : `socket ${socketId}`;
  return line(
    span(bytes(used), "strong"),
    ` in ${whole(pages)} x ${bytes(pageSize)}, ${where}`,
    span(` (list ${number})`, "dim"),
  );
}

/**
 * What memory it uses.
 *
 * @param snapshot The group.
 * @param glyphs What stands between.
 * @returns The line.
 */
export function groupMemory({ memory }: Snapshot, glyphs: Glyphs): Line {
  const used = memory.filter(({ pages }) => pages > 0);
  if (used.length === 0) return line("memory ", span("none in use", "warn"));
  return line("memory ", joined(used.map(listText), span(` ${glyphs.dot} `, "dim")));
}
