/**
 * The sheets that the screen turns between: rings, pools, memzones, processes, ports.
 *
 * @module
 */

import type { Flow } from "../../../mod.ts";
import { mempoolFlowColumns } from "../tables/mempools.ts";
import { MEMZONE_COLUMNS } from "../tables/memzones.ts";
import { PORT_FLOW_COLUMNS } from "../tables/ports.ts";
import { PROCESS_COLUMNS } from "../tables/processes.ts";
import { ringFlowColumns } from "../tables/rings.ts";
import type { Glyphs } from "../text/glyphs.ts";
import { bare, type Line, line } from "../text/line.ts";
import { type Column, placed, rowLine, type Sort, sorted, titles } from "../text/table.ts";

/** The name of a sheet. */
export type SheetId = "rings" | "pools" | "memzones" | "processes" | "ports";

/** All sheets, in the order in which they are turned. */
export const SHEETS: readonly SheetId[] = ["rings", "pools", "memzones", "processes", "ports"];

/** How a sheet is sorted until somebody says otherwise. */
export const FIRST_SORTS: Readonly<Record<SheetId, Sort>> = {
  rings: { by: "in", reverse: true },
  pools: { by: "used", reverse: true },
  memzones: { by: "length", reverse: true },
  processes: { by: "role", reverse: false },
  ports: { by: "id", reverse: false },
};

/** The rows of a sheet that are shown, in their order. */
export interface Arranged {
  /** The sheet's columns, by their ids. */
  readonly columns: readonly string[];
  /** What a row is known by, for each row. */
  readonly keys: readonly string[];
  /** How many rows there are, those that do not match the filter, too. */
  readonly total: number;
  /**
   * Lays out some of the rows.
   *
   * @param from The first.
   * @param to The one behind the last.
   * @param width The columns that they have.
   */
  lines(from: number, to: number, width: number): { readonly titles: Line; readonly rows: Row[] };
}

/** A row that is laid out. */
export interface Row {
  readonly line: Line;
  /** Whether something is wrong with it. */
  readonly alarm: boolean;
}

interface Sheet<Item> {
  readonly columns: readonly Column<Item>[];
  readonly rows: readonly Item[];
  readonly key: (row: Item) => string;
  /** What a filter looks at. */
  readonly words: (row: Item) => string;
  readonly alarm: (row: Item) => boolean;
}

function arrange<Item>(
  { columns, rows, key, words, alarm }: Sheet<Item>,
  sort: Sort,
  filter: string,
  glyphs: Glyphs,
): Arranged {
  const wanted = filter.toLowerCase();
  const matching = wanted === ""
    ? rows
    : rows.filter((row) => words(row).toLowerCase().includes(wanted));
  const inOrder = sorted(columns, matching, sort);
  return {
    columns: columns.map(({ id }) => id),
    keys: inOrder.map(key),
    total: rows.length,
    lines(from, to, width) {
      const shown = inOrder.slice(from, to);
      const places = placed(columns, shown, width);
      return {
        titles: titles(places, sort, glyphs),
        rows: shown.map((row) => ({ line: rowLine(places, row), alarm: alarm(row) })),
      };
    },
  };
}

function isStuck({ stuck }: Flow["rings"][number]): boolean {
  return stuck.length > 0;
}

function leaks({ leak }: Flow["mempools"][number]): boolean {
  return leak !== undefined;
}

/**
 * Arranges a sheet.
 *
 * @param id Which.
 * @param flow The group.
 * @param sort The order of its rows.
 * @param filter Only rows in which this occurs.
 * @param glyphs What pictures are made of.
 * @returns Its rows.
 */
export function sheet(
  id: SheetId,
  flow: Flow,
  sort: Sort,
  filter: string,
  glyphs: Glyphs,
): Arranged {
  const { snapshot, rings, mempools, ports } = flow;
  switch (id) {
    case "rings":
      return arrange(
        {
          columns: ringFlowColumns(glyphs),
          rows: rings,
          key: ({ ring }) => ring.name,
          words: ({ ring }) => `${ring.name} ${ring.mempool ?? ""}`,
          alarm: isStuck,
        },
        sort,
        filter,
        glyphs,
      );
    case "pools":
      return arrange(
        {
          columns: mempoolFlowColumns(glyphs),
          rows: mempools,
          key: ({ mempool }) => mempool.name,
          words: ({ mempool }) => mempool.name,
          alarm: leaks,
        },
        sort,
        filter,
        glyphs,
      );
    case "memzones":
      return arrange(
        {
          columns: MEMZONE_COLUMNS,
          rows: snapshot.memzones,
          key: ({ name }) => name,
          words: ({ name }) => name,
          alarm: () => false,
        },
        sort,
        filter,
        glyphs,
      );
    case "processes":
      return arrange(
        {
          columns: PROCESS_COLUMNS,
          rows: snapshot.processes,
          key: ({ pid }) => String(pid),
          words: (row) =>
            PROCESS_COLUMNS.map(({ cell }) => {
              const text = cell(row, Infinity);
              return typeof text === "string" ? text : bare(text);
            }).join(" "),
          alarm: ({ stopped }) => stopped,
        },
        sort,
        filter,
        glyphs,
      );
    case "ports":
      return arrange(
        {
          columns: PORT_FLOW_COLUMNS,
          rows: ports,
          key: ({ port }) => String(port.id),
          words: ({ port }) => `${port.id} ${port.name}`,
          alarm: ({ port }) => port.up === false,
        },
        sort,
        filter,
        glyphs,
      );
  }
}

/**
 * What stands on a sheet's tab.
 *
 * @param id Which.
 * @param flow The group.
 * @returns How many rows it has, and how many of them are wrong.
 */
export function tabCounts(
  id: SheetId,
  flow: Flow,
): { readonly all: number; readonly wrong: number } {
  const { snapshot, rings, mempools, ports } = flow;
  switch (id) {
    case "rings":
      return { all: rings.length, wrong: rings.filter(isStuck).length };
    case "pools":
      return { all: mempools.length, wrong: mempools.filter(leaks).length };
    case "memzones":
      return { all: snapshot.memzones.length, wrong: 0 };
    case "processes": {
      const { processes } = snapshot;
      return { all: processes.length, wrong: processes.filter(({ stopped }) => stopped).length };
    }
    case "ports":
      return { all: ports.length, wrong: 0 };
  }
}

/** An empty sheet, when there is nothing to show. */
export const EMPTY: Arranged = {
  columns: [],
  keys: [],
  total: 0,
  lines: () => ({ titles: line(), rows: [] }),
};
