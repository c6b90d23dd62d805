/**
 * Rings in columns.
 *
 * @module
 */

import type { RingFlow, RingState, StuckEnd, Suspect } from "../../../mod.ts";
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

function suspectText({ lcoreId, tid, thread, seen }: Suspect): string {
  if (!seen) return `perhaps ${printable(thread)} (stopped)`;
  return lcoreId === undefined ? `tid ${tid}` : `lcore ${lcoreId}`;
}

/**
 * An end that somebody began and does not finish, in few words.
 *
 * @param end The end.
 * @returns `cons 3.2 s lcore 2`, `prod 9 s perhaps rte-worker-9 (stopped)`, `cons 3.2 s unknown`.
 */
export function stuckText({ side, forMs, suspects }: StuckEnd): string {
  const [first, ...others] = suspects;
  const who = first === undefined ? "unknown" : suspectText(first);
  const more = others.length === 0 ? "" : ` +${others.length}`;
  return `${side} ${duration(forMs)} ${who}${more}`;
}

/**
 * How full a ring is, as a bar; one that keeps a pool's objects is best full.
 *
 * @param ring The ring.
 * @param width The bar's columns.
 * @param glyphs What it is made of.
 * @returns The bar.
 */
export function ringBar(ring: RingState, width: number, glyphs: Glyphs): Line {
  const tone = ring.mempool === undefined ? undefined : "plain";
  return bar(fillOf(ring), width, glyphs, tone);
}

function fillCell(ring: RingState, width: number, glyphs: Glyphs): Line {
  return line(ringBar(ring, width - 5, glyphs), percent(fillOf(ring)).padStart(5));
}

/**
 * How many elements are in a ring.
 *
 * @param ring The ring.
 * @param text How a number is written.
 * @returns The number, behind a `~` when elements moved too fast to be seen at one moment.
 */
export function countText({ count, still }: RingState, text: (count: number) => string): string {
  return `${still ? "" : "~"}${text(count)}`;
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
      cell: ({ ring }, width) => fillCell(ring, width, glyphs),
    },
    {
      id: "count",
      title: "COUNT",
      align: "right",
      width: 6,
      rank: 4,
      sort: ({ ring }) => ring.count,
      cell: ({ ring }) => countText(ring, short),
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
      cell: (ring) => fillCell(ring, 13, glyphs),
    },
    {
      id: "count",
      title: "COUNT",
      align: "right",
      width: 5,
      rank: 1,
      sort: ({ count }) => count,
      cell: (ring) => countText(ring, whole),
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
