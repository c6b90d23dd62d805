/**
 * `show`: everything of one group.
 *
 * @module
 */

import type { Command } from "commander";
import { Inspector, type Snapshot } from "../../../mod.ts";
import { groupMemory, groupTitle } from "../details/group.ts";
import { command, type Common, groupOf, withAttach } from "../options.ts";
import { glyphs, width, writeJson, writeLines } from "../output.ts";
import { readerOf } from "../source/attach.ts";
import { mempoolColumns } from "../tables/mempools.ts";
import { MEMZONE_COLUMNS, TAILQ_COLUMNS } from "../tables/memzones.ts";
import { PORT_COLUMNS } from "../tables/ports.ts";
import { PROCESS_COLUMNS } from "../tables/processes.ts";
import { ringColumns } from "../tables/rings.ts";
import { type Line, line, span } from "../text/line.ts";
import { printable } from "../text/printable.ts";
import { type Column, table } from "../text/table.ts";

function section<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Line[] {
  return rows.length === 0 ? [] : [line(), ...table(columns, rows, width())];
}

/**
 * All of a group.
 *
 * @param snapshot The group.
 * @param noPorts Why no ports are shown, when there are none.
 * @returns Its lines.
 */
export function groupText(snapshot: Snapshot, noPorts: string): Line[] {
  const { processes, rings, mempools, memzones, tailqs, ports, problems } = snapshot;
  return [
    groupTitle(snapshot, glyphs),
    line(`directory ${printable(snapshot.directory)}`),
    groupMemory(snapshot, glyphs),
    ...section(PROCESS_COLUMNS, processes),
    ...section(ringColumns(glyphs), rings),
    ...section(mempoolColumns(glyphs), mempools),
    ...section(MEMZONE_COLUMNS, memzones),
    ...section(TAILQ_COLUMNS, tailqs),
    ...section(PORT_COLUMNS, ports),
    ...ports.length > 0 ? [] : [line(), line(span(noPorts, "dim"))],
    ...problems.length === 0 ? [] : [line()],
    ...problems.map((problem) => line(span(printable(problem), "bad"))),
  ];
}

/** The command. */
export function showCommand(): Command {
  return withAttach(command("show", "everything of one group"))
    .action(async (options: Common & { readonly attach?: boolean }) => {
      const inspector = Inspector.open(groupOf(options));
      const ports = await readerOf(options);
      const snapshot = { ...inspector.snapshot(), ports: ports.read() };
      if (options.json === true) return await writeJson(snapshot);
      await writeLines(groupText(snapshot, ports.none));
    });
}
