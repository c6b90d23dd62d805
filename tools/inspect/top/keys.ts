/**
 * Keys: their names, and the lines that tell of them.
 *
 * @module
 */

import type { Key } from "ink";
import type { Glyphs } from "../text/glyphs.ts";
import { type Line, line, span, widthOf } from "../text/line.ts";
import type { State } from "./state.ts";

/**
 * The keys that were pressed, in order.
 *
 * @param input What the terminal sent: several characters when they came at once.
 * @param key What it means.
 * @returns Characters, and names of other keys.
 */
export function keyNames(input: string, key: Key): string[] {
  if (key.ctrl) return input === "c" || input === "l" ? [`ctrl-${input}`] : [];
  if (key.tab) return [key.shift ? "backtab" : "tab"];
  const named = [
    [key.upArrow, "up"],
    [key.downArrow, "down"],
    [key.leftArrow, "left"],
    [key.rightArrow, "right"],
    [key.pageUp, "pageup"],
    [key.pageDown, "pagedown"],
    [key.home, "home"],
    [key.end, "end"],
    [key.return, "enter"],
    [key.escape, "escape"],
    [key.backspace, "backspace"],
    [key.delete, "delete"],
  ] as const;
  const name = named.find(([pressed]) => pressed)?.[1];
  if (name !== undefined) return [name];
  if (key.meta) return [];
  return [...input].map((each) =>
    each === "\r" || each === "\n" ? "enter" : each === "\t" ? "tab" : each
  );
}

/** Keys and what they do, the most important first. */
function hints(state: State, recorded: boolean, glyphs: Glyphs): (readonly [string, string])[] {
  const { move, sides, enter, tab } = glyphs.keys;
  const speed = ["+-", recorded ? "speed" : "interval"] as const;
  const pause = ["space", state.paused ? "go on" : "pause"] as const;
  if (state.typing) return [["enter", "keep"], ["esc", "no filter"]];
  if (state.help) return [["esc", "back"], [move, "scroll"]];
  if (state.details !== undefined) {
    return [["q", "quit"], ["esc", "back"], [move, "scroll"], pause, ["?", "help"], speed];
  }
  const steps = [[",.", "step"], ["<>", "ends"]] as const;
  return [
    ["q", "quit"],
    ["?", "help"],
    pause,
    ...recorded ? steps : [],
    [tab, "next"],
    ["/", "filter"],
    [sides, "sort"],
    ["r", "reverse"],
    [enter, "details"],
    [move, "move"],
    speed,
  ];
}

/**
 * The line of keys.
 *
 * @param state What is chosen.
 * @param recorded Whether it is a recording.
 * @param width Its columns: what has no room is left out.
 * @param glyphs How keys without a letter are shown.
 * @returns The line.
 */
export function keysLine(state: State, recorded: boolean, width: number, glyphs: Glyphs): Line {
  let shown: Line = [];
  for (const [key, what] of hints(state, recorded, glyphs)) {
    const next = line(shown, shown.length === 0 ? "" : "  ", span(key, "key"), ` ${what}`);
    if (widthOf(next) > width) break;
    shown = next;
  }
  return shown;
}

const HELP: readonly (readonly [string, string])[] = [
  ["tab, shift tab, 1-5", "rings, pools, memzones, processes, ports"],
  ["up, down, page, home, end", "choose a row; the view follows it"],
  ["enter", "all of the ring or pool, and what is queued"],
  ["left, right, s, S", "sort by another column"],
  ["r", "the other way round"],
  ["/", "only rows that have a text; esc: all again"],
  ["space", "pause, and go on"],
  [".", "one look more, while it pauses"],
  ["+, -", "look more often, less often"],
  ["?, h", "this page"],
  ["ctrl l", "paint the screen anew, when something wrote over it"],
  ["q, ctrl c", "quit"],
];

const RECORDED: readonly (readonly [string, string])[] = [
  [",  .", "a look back, forward"],
  ["<  >", "to the first look, to the last"],
  ["+, -", "twice as fast, half as fast"],
];

const WORDS: readonly (readonly [string, string])[] = [
  ["ROOM", "what a ring takes at most; HIGH the most that was seen in it"],
  ["STUCK", "an end whose head and tail stand apart and still, for how long, and"],
  ["", "who may be at it; unknown: no living thread was found that has the"],
  ["", "ring's address: whoever began may be dead, or have it in a register;"],
  ["", "perhaps: it is only known to be stopped"],
  ["~", "before a count: moving too fast to be seen at one moment"],
  ["USED", "objects that are neither in the pool nor in caches; LOW the fewest"],
  ["", "available that were seen; RINGS those of them that lie in rings"],
  ["LEAK", "objects that do not come back, it seems: the low marks go down;"],
  ["", "EMPTY: the pool has run out, and nobody gets an object any more"],
];

/**
 * The page of help.
 *
 * @param recorded Whether it is a recording.
 * @returns Its lines.
 */
export function helpLines(recorded: boolean): Line[] {
  const rows = (pairs: readonly (readonly [string, string])[]) =>
    pairs.map(([key, what]) => line("  ", span(key.padEnd(27), "key"), what));
  const live = HELP.filter(([key]) => !recorded || (key !== "." && key !== "+, -"));
  return [
    line(span("Keys", "head")),
    ...rows(live),
    ...recorded ? rows(RECORDED) : [],
    line(),
    line(span("Words", "head")),
    ...WORDS.map(([key, what]) => line("  ", span(key.padEnd(7), "key"), what)),
  ];
}
