/**
 * Tables: columns that know what stands in them, laid out in a width.
 *
 * @module
 */

import type { Glyphs } from "./glyphs.ts";
import { bare, clipped, fitted, type Line, line, span, widthOf } from "./line.ts";

/** A column of a table. */
export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  readonly align?: "left" | "right";
  /** The columns that it takes at least. */
  readonly width: number;
  /** Whether it takes more where its cells want that; by all of them, or else by those in sight. */
  readonly grows?: boolean;
  /** Which columns go first when there is no room: those of the highest rank; 0 stays. */
  readonly rank: number;
  /** What rows are sorted by. */
  readonly sort: (row: Row) => number | string;
  /** What stands in it; `width` is what it was given. */
  readonly cell: (row: Row, width: number) => Line | string;
}

/** How rows are sorted. */
export interface Sort {
  /** A column's id. */
  readonly by: string;
  /** Whether the last come first. */
  readonly reverse: boolean;
}

/** A column with the width that it was given. */
export interface Placed<Row> {
  readonly column: Column<Row>;
  readonly width: number;
}

const GAP = 1;

function asLine(cell: Line | string): Line {
  return typeof cell === "string" ? line(cell) : cell;
}

/**
 * Gives columns their places.
 *
 * @param columns The columns.
 * @param rows The rows that columns that grow look at.
 * @param total The width of all; infinite where nothing is to be cut.
 * @returns Those that have room.
 */
export function placed<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  total: number,
): Placed<Row>[] {
  const kept = [...columns];
  const least = () => kept.reduce((sum, { width }) => sum + width + GAP, -GAP);
  while (least() > total && kept.length > 1) {
    const rank = Math.max(...kept.map((column) => column.rank));
    if (rank === 0) break;
    kept.splice(kept.findLastIndex((column) => column.rank === rank), 1);
  }
  let room = total - least();
  return kept.map((column) => {
    const wanted = column.grows === true || total === Infinity
      ? Math.max(
        column.title.length,
        ...rows.map((row) => widthOf(asLine(column.cell(row, column.width)))),
      )
      : 0;
    const extra = Math.max(Math.min(wanted - column.width, room), 0);
    room -= extra;
    return { column, width: Math.min(column.width, total) + extra };
  });
}

/**
 * The line of titles.
 *
 * @param places The columns.
 * @param sort How the rows are sorted; the column is marked.
 * @param glyphs What the mark is made of.
 * @returns The line.
 */
export function titles<Row>(places: readonly Placed<Row>[], sort?: Sort, glyphs?: Glyphs): Line {
  return places.flatMap(({ column, width }, i) => {
    const sorted = sort?.by === column.id;
    const mark = !sorted || glyphs === undefined ? "" : sort.reverse ? glyphs.down : glyphs.up;
    const room = width + (column.align === "right" && i > 0 ? GAP : 0);
    const title = column.align === "right" ? `${mark}${column.title}` : `${column.title}${mark}`;
    const cell = fitted([span(title, sorted ? "key" : "head")], room, column.align);
    // A mark may stand in the gap before a number.
    const gap = i === 0 || column.align === "right" ? [] : [span(" ")];
    return [...gap, ...cell];
  });
}

/**
 * A row.
 *
 * @param places The columns.
 * @param row What stands in it.
 * @returns The line.
 */
export function rowLine<Row>(places: readonly Placed<Row>[], row: Row): Line {
  return places.flatMap(({ column, width }, i) => [
    ...i === 0 ? [] : [span(" ")],
    ...fitted(asLine(column.cell(row, width)), width, column.align),
  ]);
}

/**
 * Rows in an order; equal ones stay as they are.
 *
 * @param columns The columns.
 * @param rows The rows.
 * @param sort The order.
 * @returns The rows, sorted.
 */
export function sorted<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { by, reverse }: Sort,
): Row[] {
  const column = columns.find(({ id }) => id === by);
  if (column === undefined) return [...rows];
  const keys = rows.map((row) => ({ row, key: column.sort(row) }));
  const sign = reverse ? -1 : 1;
  return keys.sort((a, b) => sign * compared(a.key, b.key)).map(({ row }) => row);
}

const byName = new Intl.Collator("en", { numeric: true });

function compared(a: number | string, b: number | string): number {
  return typeof a === "number" && typeof b === "number"
    ? a - b
    : byName.compare(String(a), String(b));
}

/**
 * A whole table.
 *
 * @param columns The columns; those in which nothing stands are left out.
 * @param rows The rows.
 * @param total The width; infinite where nothing is to be cut.
 * @returns Its lines, the titles first.
 */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  total: number,
): Line[] {
  const used = columns.filter(({ rank, cell, width }) =>
    rank === 0 || rows.some((row) => bare(asLine(cell(row, width))) !== "")
  ).map((column) => ({ ...column, grows: true }));
  const places = placed(used, rows, total);
  return [titles(places), ...rows.map((row) => rowLine(places, row))]
    .map((each) => clipped(each, total));
}
