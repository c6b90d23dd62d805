/**
 * Rings in columns.
 *
 * @module
 */

import type { RingFlow, RingState, StuckEnd } from "../../../mod.ts";
import { bar, type Glyphs } from "../text/glyphs.ts";
import { type Line, line, span } from "../text/line.ts";
import { printable } from "../text/printable.ts";
import type { Column } from "../text/table.ts";
import { duration, percent, short, whole } from "../text/units.ts";

/**
 * How the threads at an end share it.
 *
 * @param ring The ring.
 * @param side Which end.
 * @returns `MP`, `SP`, `MC`, `SC`, or the mode's own name.
 */
export function sharing(ring: RingState, side: "prod" | "cons"): string {
  const { sync } = ring[side];
  const letter = side === "prod" ? "P" : "C";
  return sync === undefined
    ? "?"
    : sync === "MT"
    ? `M${letter}`
    : sync === "ST"
    ? `S${letter}`
    : sync;
}

/**
 * An end that somebody began and does not finish, in few words.
 *
 * @param end The end.
 * @returns `cons 3.2 s lcore 2`.
 */
export function stuckText({ side, forMs, suspects }: StuckEnd): string {
  const [first, ...others] = suspects;
  const who = first === undefined
    ? "nobody"
    : first.lcoreId === undefined
    ? `tid ${first.tid}`
    : `lcore ${first.lcoreId}`;
  const more = others.length === 0 ? "" : ` +${others.length}`;
  return `${side} ${duration(forMs)} ${who}${more}`;
}

/** How full it is; a ring that keeps a pool's objects is best full. */
function fillCell(fill: number, { mempool }: RingState, width: number, glyphs: Glyphs): Line {
  const tone = mempool === undefined ? undefined : "plain";
  return line(bar(fill, width - 5, glyphs, tone), percent(fill).padStart(5));
}

function rate(value: number): Line {
  return value === 0 ? line(span("0", "dim")) : line(short(value));
}

/**
 * The columns of rings over time.
 *
 * @param glyphs What bars are made of.
 * @returns Columns for a screen.
 */
export function ringFlowColumns(glyphs: Glyphs): Column<RingFlow>[] {
  return [
    {
      id: "name",
      title: "RING",
      width: 12,
      grows: true,
      rank: 0,
      sort: ({ ring }) => ring.name,
      cell: ({ ring }) => printable(ring.name),
    },
    {
      id: "in",
      title: "IN/S",
      align: "right",
      width: 5,
      rank: 1,
      sort: ({ inRate }) => inRate,
      cell: ({ inRate }) => rate(inRate),
    },
    {
      id: "out",
      title: "OUT/S",
      align: "right",
      width: 5,
      rank: 2,
      sort: ({ outRate }) => outRate,
      cell: ({ outRate }) => rate(outRate),
    },
    {
      id: "fill",
      title: "FILL",
      width: 13,
      rank: 3,
      sort: ({ fill }) => fill,
      cell: ({ fill, ring }, width) => fillCell(fill, ring, width, glyphs),
    },
    {
      id: "count",
      title: "COUNT",
      align: "right",
      width: 5,
      rank: 4,
      sort: ({ ring }) => ring.count,
      cell: ({ ring }) => short(ring.count),
    },
    {
      id: "capacity",
      title: "ROOM",
      align: "right",
      width: 5,
      rank: 6,
      sort: ({ ring }) => ring.capacity,
      cell: ({ ring }) => line(span(short(ring.capacity), "dim")),
    },
    {
      id: "high",
      title: "HIGH",
      align: "right",
      width: 5,
      rank: 5,
      sort: ({ highWater }) => highWater,
      cell: ({ highWater, ring }) =>
        line(span(short(highWater), isFull(highWater, ring) ? "bad" : "plain")),
    },
    {
      id: "note",
      title: "STUCK",
      width: 18,
      grows: true,
      rank: 7,
      sort: ({ stuck }) => Math.max(0, ...stuck.map(({ forMs }) => forMs)),
      cell: ({ stuck }) => line(span(stuck.map(stuckText).join(", "), "bad")),
    },
  ];
}

/**
 * The columns of rings at one moment.
 *
 * @param glyphs What bars are made of.
 * @returns Columns for a printed table.
 */
export function ringColumns(glyphs: Glyphs): Column<RingState>[] {
  return [
    {
      id: "name",
      title: "RING",
      width: 12,
      rank: 0,
      sort: ({ name }) => name,
      cell: ({ name }) => printable(name),
    },
    {
      id: "fill",
      title: "FILL",
      width: 13,
      rank: 3,
      sort: fillOf,
      cell: (ring) => fillCell(fillOf(ring), ring, 13, glyphs),
    },
    {
      id: "count",
      title: "COUNT",
      align: "right",
      width: 5,
      rank: 1,
      sort: ({ count }) => count,
      cell: ({ count }) => whole(count),
    },
    {
      id: "capacity",
      title: "ROOM",
      align: "right",
      width: 5,
      rank: 2,
      sort: ({ capacity }) => capacity,
      cell: ({ capacity }) => whole(capacity),
    },
    {
      id: "sync",
      title: "SYNC",
      width: 5,
      rank: 4,
      sort: (ring) => syncText(ring),
      cell: (ring) => syncText(ring),
    },
    {
      id: "element",
      title: "ELEM",
      align: "right",
      width: 4,
      rank: 6,
      sort: ({ elementSize }) => elementSize ?? 0,
      cell: ({ elementSize }) => elementSize === undefined ? "?" : `${elementSize} B`,
    },
    {
      id: "note",
      title: "",
      width: 4,
      rank: 5,
      sort: (ring) => noteOf(ring),
      cell: (ring) => line(span(noteOf(ring), ring.mempool === undefined ? "warn" : "dim")),
    },
  ];
}

function syncText(ring: RingState): string {
  return `${sharing(ring, "prod")}/${sharing(ring, "cons")}`;
}

function noteOf(ring: RingState): string {
  const notes = [
    ...ring.mempool === undefined ? [] : [`pool ${printable(ring.mempool)}`],
    ...ring.prod.head === ring.prod.tail ? [] : ["somebody puts"],
    ...ring.cons.head === ring.cons.tail ? [] : ["somebody takes"],
  ];
  return notes.join(", ");
}

/** Whether a ring was full that should not be. */
function isFull(highWater: number, { capacity, mempool }: RingState): boolean {
  return mempool === undefined && highWater >= capacity;
}

/**
 * How full a ring is.
 *
 * @param ring The ring.
 * @returns From 0 to 1.
 */
export function fillOf({ count, capacity }: RingState): number {
  return capacity === 0 ? 0 : Math.min(count / capacity, 1);
}
