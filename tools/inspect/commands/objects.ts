/**
 * `ring`, `mempool`, `memzone`, `tailq`: the objects of a kind, or one of them.
 *
 * @module
 */

import type { Command } from "commander";
import { DpdkError, Inspector, type Snapshot, type TailqState } from "../../../mod.ts";
import { mempoolDetails } from "../details/mempool.ts";
import { ringDetails } from "../details/ring.ts";
import { command, type Common, groupOf } from "../options.ts";
import { glyphs, width, writeJson, writeLines } from "../output.ts";
import { mempoolColumns } from "../tables/mempools.ts";
import { ENTRY_COLUMNS, MEMZONE_COLUMNS, TAILQ_COLUMNS } from "../tables/memzones.ts";
import { ringColumns } from "../tables/rings.ts";
import { type Line, line, span } from "../text/line.ts";
import { printable } from "../text/printable.ts";
import { table } from "../text/table.ts";
import { bytes, hex } from "../text/units.ts";

/** A kind of objects that have names. */
interface Kind<Row extends { readonly name: string }> {
  readonly noun: string;
  readonly description: string;
  readonly rows: (snapshot: Snapshot) => readonly Row[];
  readonly table: (rows: readonly Row[]) => Line[];
  readonly details: (row: Row) => Line[];
}

/** How many names an error tells at most. */
const NAMES = 8;

function missing(
  noun: string,
  name: string,
  rows: readonly { readonly name: string }[],
): DpdkError {
  const names = rows.slice(0, NAMES).map((row) => JSON.stringify(row.name)).join(", ");
  const more = rows.length > NAMES ? `, and ${rows.length - NAMES} more` : "";
  return new DpdkError({
    what: `show ${noun} ${JSON.stringify(name)}`,
    advice: rows.length === 0
      ? `the group has no ${noun}`
      : `there is no such ${noun}; there are ${names}${more}`,
  });
}

function objectCommand<Row extends { readonly name: string }>(kind: Kind<Row>): Command {
  const { noun } = kind;
  return command(`${noun} [name]`, kind.description)
    .action(async (name: string | undefined, options: Common) => {
      const rows = kind.rows(Inspector.open(groupOf(options)).snapshot());
      if (name === undefined) {
        if (options.json === true) return await writeJson(rows);
        const lines = rows.length === 0 ? [line(`There is no ${noun}`)] : kind.table(rows);
        return await writeLines(lines);
      }
      const row = rows.find((each) => each.name === name);
      if (row === undefined) throw missing(noun, name, rows);
      await (options.json === true ? writeJson(row) : writeLines(kind.details(row)));
    });
}

/** `ring`. */
export function ringCommand(): Command {
  return objectCommand({
    noun: "ring",
    description: "the rings, or one",
    rows: ({ rings }) => rings,
    table: (rings) => table(ringColumns(glyphs), rings, width()),
    details: (ring) => ringDetails(ring, glyphs),
  });
}

/** `mempool`. */
export function mempoolCommand(): Command {
  return objectCommand({
    noun: "mempool",
    description: "the mempools, or one",
    rows: ({ mempools }) => mempools,
    table: (pools) => table(mempoolColumns(glyphs), pools, width()),
    details: (pool) => mempoolDetails(pool, glyphs),
  });
}

/** `memzone`. */
export function memzoneCommand(): Command {
  return objectCommand({
    noun: "memzone",
    description: "the memzones, or one",
    rows: ({ memzones }) => memzones,
    table: (zones) => table(MEMZONE_COLUMNS, zones, width()),
    details: ({ name, address, length, pageSize, socketId, flags }) => [
      line(span(`Memzone ${printable(name)}`, "head"), span(`  at ${hex(address)}`, "dim")),
      line(`size       ${bytes(length)} (${length} bytes)`),
      line(
        `pages      of ${bytes(pageSize)}, ${socketId < 0 ? "any socket" : `socket ${socketId}`}`,
      ),
      line(`flags      ${hex(flags)}`),
    ],
  });
}

function entries(tailq: TailqState): Line[] {
  return [
    line(span(`Tailq ${printable(tailq.name)}`, "head"), span(`  at ${hex(tailq.address)}`, "dim")),
    ...tailq.entries.length === 0
      ? [line("It has no entry")]
      : table(ENTRY_COLUMNS, tailq.entries, width()),
  ];
}

/** `tailq`. */
export function tailqCommand(): Command {
  return objectCommand({
    noun: "tailq",
    description: "the tailqs, or the entries of one",
    rows: ({ tailqs }) => tailqs,
    table: (tailqs) => table(TAILQ_COLUMNS, tailqs, width()),
    details: entries,
  });
}
