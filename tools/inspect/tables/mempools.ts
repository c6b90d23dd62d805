/**
 * Mempools in columns.
 *
 * @module
 */

import type { Leak, MempoolFlow, MempoolState } from "../../../mod.ts";
import { bar, type Glyphs } from "../text/glyphs.ts";
import { type Line, line, span } from "../text/line.ts";
import { printable } from "../text/printable.ts";
import type { Column } from "../text/table.ts";
import { duration, percent, short } from "../text/units.ts";

/**
 * How many objects are in caches.
 *
 * @param pool The pool.
 * @returns The sum of all caches.
 */
export function cached({ caches }: MempoolState): number {
  return caches.reduce((sum, { length }) => sum + length, 0);
}

/**
 * A leak in few words.
 *
 * @param leak The leak.
 * @returns `leaks 120 in 3.2 s`, `EMPTY, leaks 8191 in 9 s`.
 */
export function leakText({ objects, forMs, empty }: Leak): string {
  return `${empty ? "EMPTY, " : ""}leaks ${short(objects)} in ${duration(forMs)}`;
}

function number(value: number | undefined): string {
  return value === undefined ? "?" : short(value);
}

function fillOf({ inUse, populatedSize }: MempoolState): number | undefined {
  return inUse === undefined || populatedSize === 0 ? undefined : inUse / populatedSize;
}

function used(fill: number | undefined, width: number, glyphs: Glyphs): Line {
  return fill === undefined
    ? line(span("driver not known".slice(0, width), "dim"))
    : line(bar(fill, width - 5, glyphs), percent(fill).padStart(5));
}

/** The columns that a moment is enough for. */
function common<Row>(stateOf: (row: Row) => MempoolState): Record<
  "name" | "available" | "inUse" | "cached" | "size" | "object",
  Column<Row>
> {
  const numeric = (
    id: string,
    title: string,
    width: number,
    rank: number,
    value: (pool: MempoolState) => number | undefined,
  ): Column<Row> => ({
    id,
    title,
    align: "right",
    width,
    rank,
    sort: (row) => value(stateOf(row)) ?? -1,
    cell: (row) => number(value(stateOf(row))),
  });
  return {
    name: {
      id: "name",
      title: "MEMPOOL",
      width: 12,
      grows: true,
      rank: 0,
      sort: (row) => stateOf(row).name,
      cell: (row) => printable(stateOf(row).name),
    },
    available: numeric("available", "AVAIL", 5, 1, (pool) => pool.available),
    inUse: numeric("used", "IN USE", 6, 2, (pool) => pool.inUse),
    cached: numeric("cached", "CACHED", 6, 5, cached),
    size: numeric("size", "SIZE", 5, 6, (pool) => pool.populatedSize),
    object: {
      ...numeric("object", "OBJECT", 7, 8, (pool) => pool.elementSize),
      cell: (row) => `${stateOf(row).elementSize} B`,
    },
  };
}

/**
 * The columns of pools over time.
 *
 * @param glyphs What bars are made of.
 * @returns Columns for a screen.
 */
export function mempoolFlowColumns(glyphs: Glyphs): Column<MempoolFlow>[] {
  const columns = common<MempoolFlow>(({ mempool }) => mempool);
  return [
    columns.name,
    {
      id: "fill",
      title: "USED",
      width: 13,
      rank: 3,
      sort: ({ fill }) => fill ?? -1,
      cell: ({ fill }, width) => used(fill, width, glyphs),
    },
    columns.available,
    {
      id: "low",
      title: "LOW",
      align: "right",
      width: 5,
      rank: 4,
      sort: ({ lowWater }) => lowWater ?? -1,
      cell: ({ lowWater }) => line(span(number(lowWater), lowWater === 0 ? "bad" : "plain")),
    },
    columns.inUse,
    {
      id: "rings",
      title: "RINGS",
      align: "right",
      width: 5,
      rank: 7,
      sort: ({ inRings }) => inRings ?? -1,
      cell: ({ inRings }) => inRings === undefined ? "" : short(inRings),
    },
    columns.cached,
    columns.size,
    {
      id: "note",
      title: "LEAK",
      width: 11,
      grows: true,
      rank: 7,
      sort: ({ leak }) => leak?.objects ?? 0,
      cell: ({ leak }) => leak === undefined ? "" : line(span(leakText(leak), "bad")),
    },
  ];
}

/**
 * The columns of pools at one moment.
 *
 * @param glyphs What bars are made of.
 * @returns Columns for a printed table.
 */
export function mempoolColumns(glyphs: Glyphs): Column<MempoolState>[] {
  const columns = common<MempoolState>((pool) => pool);
  return [
    columns.name,
    {
      id: "fill",
      title: "USED",
      width: 13,
      rank: 3,
      sort: (pool) => fillOf(pool) ?? -1,
      cell: (pool) => used(fillOf(pool), 13, glyphs),
    },
    columns.available,
    columns.inUse,
    columns.cached,
    columns.size,
    columns.object,
    {
      id: "driver",
      title: "DRIVER",
      width: 6,
      rank: 7,
      sort: ({ driver }) => driver ?? "",
      cell: ({ driver, opsIndex }) => driver ?? `no. ${opsIndex}`,
    },
  ];
}
