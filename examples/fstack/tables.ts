/**
 * The tables of top and traffic, as F-Stack's tools print them.
 *
 * @module
 */

import type { StructValue } from "../../mod.ts";
import type { FfTopArgs, FfTrafficArgs } from "./ff_msg.ts";

/** What top and traffic are told: counts that only grow. */
export type Counts = StructValue<typeof FfTopArgs> | StructValue<typeof FfTrafficArgs>;

/** What one of a table's rows is made of: what was counted since the row before. */
export interface Table<C extends Counts> {
  /** The columns' titles, and their widths. */
  readonly columns: readonly (readonly [title: string, width: number])[];
  /** The cells of a row, as numbers, which are added up where there are several processes. */
  numbers(since: C): readonly number[];
  /** The texts of a row's numbers. */
  texts(numbers: readonly number[]): readonly string[];
}

/** A line between the rows of a table, for columns of these widths. */
const rule = (widths: readonly number[]): string =>
  `|${widths.map((width) => "-".repeat(width)).join("|")}|`;

/** A row of a table. */
const row = (cells: readonly string[], widths: readonly number[]): string =>
  `|${cells.map((cell, i) => cell.padStart(widths[i]!)).join("|")}|`;

/** The column before the others where there are several processes. */
const PROCESS = ["proc_id", 9] as const;

/** How a table is printed. */
export class Printer<C extends Counts> {
  readonly #table: Table<C>;
  readonly #widths: readonly number[];
  readonly #titles: readonly string[];
  readonly #several: boolean;

  /** @param several whether each row is of one of several processes */
  constructor(table: Table<C>, several: boolean) {
    const columns = several ? [PROCESS, ...table.columns] : table.columns;
    this.#table = table;
    this.#titles = columns.map(([title]) => title);
    this.#widths = columns.map(([, width]) => width);
    this.#several = several;
  }

  /** The titles, between lines. */
  head(): string[] {
    const line = rule(this.#widths);
    return [line, row(this.#titles, this.#widths), line];
  }

  /** A row for each process, and where there are several, one for all of them. */
  rows(counts: ReadonlyMap<number, { readonly before: C; readonly now: C }>): string[] {
    const all = [...counts].map(([id, { before, now }]) => ({
      id: `${id}`,
      numbers: this.#table.numbers(difference(before, now)),
    }));
    if (this.#several) all.push({ id: "total", numbers: sum(all.map(({ numbers }) => numbers)) });
    return all.map(({ id, numbers }) => {
      const cells = this.#table.texts(numbers);
      return row(this.#several ? [id, ...cells] : cells, this.#widths);
    });
  }
}

/** What was counted between two looks. */
function difference<C extends Counts>(before: C, now: C): C {
  const [from, to] = [before, now] as unknown as Record<string, bigint>[];
  return Object.fromEntries(
    Object.entries(to!).map(([name, value]) => [name, value - from![name]!]),
  ) as unknown as C;
}

function sum(rows: readonly (readonly number[])[]): number[] {
  return (rows[0] ?? []).map((_, i) => rows.reduce((total, row) => total + row[i]!, 0));
}

/** Where time goes: shares of it in percent, and loops. */
export const TOP: Table<StructValue<typeof FfTopArgs>> = {
  columns: [["idle", 9], ["sys", 9], ["usr", 9], ["loop", 15]],
  numbers: ({ idle_tsc, sys_tsc, usr_tsc, work_tsc, loops }) => {
    const share = (ticks: bigint) => work_tsc === 0n ? 0 : 100 * Number(ticks) / Number(work_tsc);
    return [share(idle_tsc), share(sys_tsc), share(usr_tsc), Number(loops)];
  },
  texts: ([idle, sys, usr, loops]) => [
    ...[idle!, sys!, usr!].map((share) => `${share.toFixed(2)}%`),
    `${loops}`,
  ],
};

/** The counts of traffic in the order of its table. */
const TRAFFIC_FIELDS = [
  ...["rx_packets", "rx_bytes", "tx_packets", "tx_bytes", "rx_dropped", "tx_dropped"] as const,
];

/** Packets and bytes. */
export const TRAFFIC: Table<StructValue<typeof FfTrafficArgs>> = {
  columns: TRAFFIC_FIELDS.map((name) =>
    [name.endsWith("dropped") ? name : name.replace("_", " "), 20] as const
  ),
  numbers: (since) => TRAFFIC_FIELDS.map((field) => Number(since[field])),
  texts: (numbers) => numbers.map(String),
};
