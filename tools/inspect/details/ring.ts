/**
 * A ring with all that is known of it.
 *
 * @module
 */

import type { RingEndState, RingFlow, RingState, StuckEnd, Suspect } from "../../../mod.ts";
import type { Glyphs } from "../text/glyphs.ts";
import { type Line, line, span } from "../text/line.ts";
import { printable } from "../text/printable.ts";
import { counted, duration, hex, percent, short, whole } from "../text/units.ts";
import { countText, fillOf, ringBar, sharing } from "../tables/rings.ts";

/** `RING_F_*`. */
const FLAGS = [
  "SP_ENQ",
  "SC_DEQ",
  "EXACT_SZ",
  "MP_RTS_ENQ",
  "MC_RTS_DEQ",
  "MP_HTS_ENQ",
  "MC_HTS_DEQ",
];

function flagsText(flags: number): string {
  const names = FLAGS.filter((_, i) => (flags & 2 ** i) !== 0);
  return names.length === 0 ? "none" : names.join(" ");
}

function endLine(ring: RingState, side: "prod" | "cons", rate: number | undefined): Line {
  const { head, tail }: RingEndState = ring[side];
  const between = (head - tail) >>> 0;
  return line(
    side === "prod" ? "producers  " : "consumers  ",
    sharing(ring, side).padEnd(4),
    ` head ${whole(head).padStart(13)}  tail ${whole(tail).padStart(13)}`,
    between === 0 ? "" : span(`  ${whole(between)} under way`, "warn"),
    rate === undefined ? "" : line("  ", span(`${short(rate)}/s`, "strong")),
  );
}

/** What is said when nobody was found. */
const UNKNOWN: readonly Line[] = [
  line("           unknown: no living thread was found that has the ring's address;"),
  line("           whoever began may be dead, or have it in a register"),
];

function suspectLine({ pid, tid, thread, lcoreId, stopped, seen }: Suspect): Line {
  const where = `pid ${pid}, tid ${tid}${lcoreId === undefined ? "" : `, lcore ${lcoreId}`}`;
  const who = span(printable(thread), "strong");
  return seen
    ? line("           may be ", who, ` (${where})`, stopped ? span(" stopped", "bad") : "")
    : line("           perhaps ", who, span(" (stopped)", "bad"), `, ${where}`);
}

function stuckLines({ side, forMs, elements, suspects }: StuckEnd): Line[] {
  const what = `stuck for ${duration(forMs)}: ${
    counted(elements, "element")
  } between head and tail`;
  return [
    line(span(`${side === "prod" ? "producer " : "consumer "}  ${what}`, "bad")),
    ...suspects.length > 0 ? suspects.map(suspectLine) : UNKNOWN,
  ];
}

/**
 * A ring.
 *
 * @param ring The ring.
 * @param glyphs What its bar is made of.
 * @param flow The same over time, where it was watched.
 * @param users The processes that know it.
 * @returns Its lines.
 */
export function ringDetails(
  ring: RingState,
  glyphs: Glyphs,
  flow?: RingFlow,
  users: readonly string[] = [],
): Line[] {
  const { name, address, size, capacity, flags, elementSize, memzone, mempool, still } = ring;
  const held = (ring.holds ?? []).map(({ mempool, count }) =>
    `${whole(count)} of mempool ${printable(mempool)}`
  );
  return [
    line(span(`Ring ${printable(name)}`, "head"), span(`  at ${hex(address)}`, "dim")),
    line(
      "holds      ",
      ringBar(ring, 20, glyphs),
      ` ${percent(fillOf(ring))}  ${countText(ring, whole)} of ${whole(capacity)}`,
      flow === undefined ? "" : `, at most ${whole(flow.highWater)} seen`,
    ),
    ...still ? [] : [line(span("           moving too fast to be seen at one moment", "dim"))],
    endLine(ring, "prod", flow?.inRate),
    endLine(ring, "cons", flow?.outRate),
    ...(flow?.stuck ?? []).flatMap(stuckLines),
    line(
      `made as    ${whole(size)} slots`,
      elementSize === undefined ? "" : ` of ${elementSize} bytes`,
      `, flags ${flagsText(flags)}`,
    ),
    line(
      `memory     ${memzone === undefined ? "of somebody's own" : `memzone ${printable(memzone)}`}`,
    ),
    ...mempool === undefined
      ? []
      : [line(`keeps      the objects of mempool ${printable(mempool)}`)],
    ...held.length === 0 ? [] : [line(`objects    ${held.join(", ")}`)],
    ...users.length === 0 ? [] : [line(`known to   ${users.join(", ")}`)],
  ];
}
