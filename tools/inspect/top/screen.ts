/**
 * The screen, as lines: no more of them than it has, and none longer.
 *
 * @module
 */

import type { Flow } from "../../../mod.ts";
import { groupMemory, groupProcesses, groupTitle } from "../details/group.ts";
import { mempoolDetails } from "../details/mempool.ts";
import { messagesLines } from "../details/messages.ts";
import { ringDetails } from "../details/ring.ts";
import type { Look, Messages } from "../source/source.ts";
import { bar, type Glyphs } from "../text/glyphs.ts";
import { bare, clipped, joined, type Line, line, opposed, span, widthOf } from "../text/line.ts";
import { printable } from "../text/printable.ts";
import { clock, counted, duration, whole } from "../text/units.ts";
import { helpLines, keysLine } from "./keys.ts";
import { EMPTY, sheet, type SheetId, SHEETS, tabCounts } from "./sheet.ts";
import { settled, type Sight, type State } from "./state.ts";

/** A terminal's size, in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What is painted. */
export interface Picture {
  readonly look: Look;
  readonly state: State;
  /** What is queued in the ring whose details are shown. */
  readonly messages: Messages | undefined;
}

/** A painted screen. */
export interface Screen {
  readonly lines: readonly Line[];
  /** What keys go by. */
  readonly sight: Sight;
}

const NAMES: Readonly<Record<SheetId, readonly [string, string]>> = {
  rings: ["Rings", "ring"],
  pools: ["Pools", "pool"],
  memzones: ["Memzones", "memzone"],
  processes: ["Processes", "process"],
  ports: ["Ports", "port"],
};

function pace({ look: { position }, state: { paused, intervalMs, speed } }: Picture): Line {
  const every = position === undefined ? `every ${duration(intervalMs)}` : `x${speed}`;
  return line(paused ? span(" PAUSED ", "chosen") : every);
}

function titleLine(picture: Picture, flow: Flow, width: number, glyphs: Glyphs): Line {
  const right = line(span(clock(flow.snapshot.time), "dim"), "  ", pace(picture));
  return opposed(groupTitle(flow.snapshot, glyphs), right, width);
}

function tabsLine({ state }: Picture, flow: Flow, width: number): Line {
  const tabs = SHEETS.map((id) => {
    const { all, wrong } = tabCounts(id, flow);
    const text = ` ${NAMES[id][0]} ${whole(all)} `;
    return line(
      span(text, id === state.sheet ? "chosen" : "plain"),
      ...wrong === 0 ? [] : [span(`!${wrong}`, "bad")],
    );
  });
  const all = joined(tabs, " ");
  return widthOf(all) <= width
    ? all
    : line(tabs[SHEETS.indexOf(state.sheet)]!, span(" tab: others", "dim"));
}

function positionLine({ look: { position } }: Picture, width: number, glyphs: Glyphs): Line[] {
  if (position === undefined) return [];
  const { index, count, atMs, lengthMs } = position;
  const text = ` look ${whole(index + 1)} of ${whole(count)}, ` +
    `${duration(atMs)} of ${duration(lengthMs)}`;
  const room = width - text.length;
  const part = count === 1 ? 1 : index / (count - 1);
  return [line(...room < 4 ? [] : [bar(part, room, glyphs, "key")], text)];
}

/** The row of a table, with marks in front. */
function marked(row: Line, chosen: boolean, alarm: boolean, width: number, glyphs: Glyphs): Line {
  const marks = [
    span(chosen ? glyphs.chosen : " ", "key"),
    span(alarm ? glyphs.alarm : " ", "bad"),
  ];
  const cut = clipped([...marks, ...row], width);
  return chosen ? cut.map(({ text, tone }) => span(text, tone === "bad" ? "bad" : "strong")) : cut;
}

const GUTTER = 2;

function emptyText({ look, state }: Picture, total: number): string {
  const noun = NAMES[state.sheet][1];
  if (state.sheet === "ports" && total === 0) return look.noPorts;
  return total === 0
    ? `There is no ${noun}`
    : `No ${noun} has "${state.filter}" in it: ${counted(total, "row")} not shown`;
}

/** A text in lines of words. */
function wrapped(text: string, width: number): Line[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines.map((each) => line(" ".repeat(GUTTER), each));
}

function usersOf(name: string, { links, snapshot: { processes } }: Flow): string[] {
  return links.filter(({ ring }) => ring === name).map(({ pid }) => {
    const role = processes.find((process) => process.pid === pid)?.role ?? "process";
    return `${role} ${pid}`;
  });
}

/** All of a ring or a pool. */
function detailLines({ look, state, messages }: Picture, glyphs: Glyphs): Line[] {
  const { flow } = look;
  const name = state.details ?? "";
  const gone = [line(span(`${printable(name)} is not there any more`, "warn"))];
  if (flow === undefined) return gone;
  if (state.sheet === "pools") {
    const pool = flow.mempools.find(({ mempool }) => mempool.name === name);
    return pool === undefined ? gone : mempoolDetails(pool.mempool, glyphs, pool);
  }
  const ring = flow.rings.find(({ ring }) => ring.name === name);
  if (ring === undefined) return gone;
  const queued = typeof messages === "string"
    ? [line(span(printable(messages), "dim"))]
    : messages === undefined || messages.length === 0
    ? [line(span("nothing", "dim"))]
    : messagesLines(messages);
  return [
    ...ringDetails(ring.ring, glyphs, ring, usersOf(name, flow)),
    line(),
    line(span("Queued", "head"), span("  the oldest first; nothing is taken", "dim")),
    ...queued,
  ];
}

/** What stands above the body, as far as there is room. */
function heads(
  picture: Picture,
  flow: Flow | undefined,
  { columns, rows }: Size,
  glyphs: Glyphs,
): Line[] {
  const { trouble } = picture.look;
  const told = trouble === undefined || rows < 4
    ? []
    : [line(span(printable(trouble.split("\n", 1)[0]!), "bad"))];
  if (flow === undefined) return told;
  const { snapshot } = flow;
  return [
    titleLine(picture, flow, columns, glyphs),
    ...rows < 10 ? [] : [groupProcesses(snapshot, glyphs)],
    ...rows < 16 ? [] : [groupMemory(snapshot, glyphs)],
    ...told,
    ...rows < 12
      ? []
      : snapshot.problems.slice(0, 1).map((text) => line(span(printable(text), "bad"))),
    ...rows < 14 ? [] : [line()],
  ];
}

/**
 * Paints the screen.
 *
 * @param picture What is to be seen.
 * @param size The terminal's size.
 * @param glyphs What pictures are made of.
 * @returns The screen.
 */
export function paint(picture: Picture, size: Size, glyphs: Glyphs): Screen {
  const { look: { flow, position }, state } = picture;
  const { columns, rows } = size;
  const recorded = position !== undefined;
  const above = heads(picture, flow, size, glyphs);
  const typing = state.typing
    ? line(span("/", "key"), state.filter, span(" ", "chosen"), "  ")
    : [];
  const below = rows < 3
    ? []
    : [...rows < 6 ? [] : positionLine(picture, columns, glyphs), keysOf()];
  function keysLineOf(): Line {
    return keysLine(state, recorded, columns - widthOf(typing), glyphs);
  }
  function keysOf(): Line {
    return line(typing, keysLineOf());
  }
  const finish = (body: readonly Line[], sight: Sight): Screen => {
    const room = Math.max(rows - below.length, 0);
    const upper = [...above, ...body].slice(0, room);
    const blank = Array.from({ length: room - upper.length }, () => line());
    const lines = [...upper, ...blank, ...below].slice(0, rows);
    return { lines: lines.map((each) => clipped(each, columns)), sight };
  };

  if (state.help || state.details !== undefined) {
    const all = state.help ? helpLines(recorded) : detailLines(picture, glyphs);
    const page = Math.max(rows - above.length - below.length, 1);
    const lastScroll = Math.max(all.length - page, 0);
    const from = Math.min(state.scroll, lastScroll);
    return finish(all.slice(from, from + page), { arranged: EMPTY, page, lastScroll, recorded });
  }

  const arranged = flow === undefined
    ? EMPTY
    : sheet(state.sheet, flow, state.sorts[state.sheet], state.filter, glyphs);
  const tabs = flow === undefined || rows < 5 ? [] : [tabsLine(picture, flow, columns)];
  const titled = rows < 4 ? 0 : 1;
  const page = Math.max(rows - above.length - below.length - tabs.length - titled, 1);
  const sight: Sight = { arranged, page, lastScroll: 0, recorded };
  const { index, offset } = settled(state.places[state.sheet], arranged.keys, page);
  const shown = arranged.lines(offset, offset + page, columns - GUTTER);
  const body = arranged.keys.length === 0
    ? wrapped(emptyText(picture, arranged.total), columns - GUTTER)
    : shown.rows.map(({ line, alarm }, i) =>
      marked(line, offset + i === index, alarm, columns, glyphs)
    );
  const range = rangeText(state, index, arranged.keys.length, arranged.total);
  const tabsAndRange = tabs.map((tab) =>
    widthOf(tab) + widthOf(range) < columns ? opposed(tab, range, columns) : tab
  );
  const head = titled === 0 ? [] : [line("  ", shown.titles)];
  return finish([...tabsAndRange, ...bare(shown.titles) === "" ? [] : head, ...body], sight);
}

/** Which row is chosen, and the filter. */
function rangeText({ filter, typing }: State, index: number, count: number, total: number): Line {
  const filtered = filter === "" || typing ? [] : [span(`/${printable(filter)} `, "warn")];
  const which = count === 0 ? "" : `${whole(index + 1)}/${whole(count)}`;
  const all = count === total ? "" : ` of ${whole(total)}`;
  return line(...filtered, span(`${which}${all}`, "dim"));
}
