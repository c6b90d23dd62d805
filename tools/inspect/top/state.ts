/**
 * What the person at the screen has chosen.
 *
 * @module
 */

import { INTERVALS } from "../options.ts";
import type { Sort } from "../text/table.ts";
import { type Arranged, FIRST_SORTS, type SheetId, SHEETS } from "./sheet.ts";

/** A row of a sheet, and the part of it that is in sight. */
export interface Place {
  /** What the chosen row is known by: it is followed; nobody has moved while there is none. */
  readonly key: string | undefined;
  /** Where it was. */
  readonly index: number;
  /** The first row in sight. */
  readonly offset: number;
}

/** All that is chosen. */
export interface State {
  readonly sheet: SheetId;
  readonly sorts: Readonly<Record<SheetId, Sort>>;
  readonly places: Readonly<Record<SheetId, Place>>;
  readonly filter: string;
  /** Whether the filter is being typed. */
  readonly typing: boolean;
  readonly paused: boolean;
  readonly intervalMs: number;
  /** How fast a recording is shown. */
  readonly speed: number;
  /** The ring or pool whose details are shown. */
  readonly details: string | undefined;
  /** The first line of details, or of the help, in sight. */
  readonly scroll: number;
  readonly help: boolean;
}

const START: Place = { key: undefined, index: 0, offset: 0 };

/**
 * What is chosen at the start.
 *
 * @param intervalMs The time between two looks, in milliseconds.
 * @returns The state.
 */
export function firstState(intervalMs: number): State {
  return {
    sheet: "rings",
    sorts: FIRST_SORTS,
    places: { rings: START, pools: START, memzones: START, processes: START, ports: START },
    filter: "",
    typing: false,
    paused: false,
    intervalMs,
    speed: 1,
    details: undefined,
    scroll: 0,
    help: false,
  };
}

/** What is on the screen, as far as keys go by it. */
export interface Sight {
  readonly arranged: Arranged;
  /** How many rows are in sight. */
  readonly page: number;
  /** How far details or the help can be scrolled. */
  readonly lastScroll: number;
  /** Whether it is a recording. */
  readonly recorded: boolean;
}

/** What a key does besides. */
export type Action = "quit" | "look" | "back" | "forward" | "first" | "last" | undefined;

/** A state that follows, and what is to be done. */
export interface Pressed {
  readonly state: State;
  readonly action: Action;
}

/**
 * Where the chosen row is now.
 *
 * @param place Where it was.
 * @param keys The rows.
 * @param page How many rows are in sight.
 * @returns Where it is, and what is in sight.
 */
export function settled(place: Place, keys: readonly string[], page: number): Place {
  const found = place.key === undefined ? 0 : keys.indexOf(place.key);
  const index = found >= 0 ? found : Math.max(Math.min(place.index, keys.length - 1), 0);
  const room = Math.max(page, 1);
  const last = Math.max(keys.length - room, 0);
  const offset = Math.min(Math.max(Math.min(place.offset, index), index - room + 1, 0), last);
  return { key: place.key, index, offset };
}

function moved(
  state: State,
  { arranged: { keys }, page }: Sight,
  by: (index: number) => number,
): State {
  const { sheet, places } = state;
  const here = settled(places[sheet], keys, page);
  const index = Math.min(Math.max(by(here.index), 0), Math.max(keys.length - 1, 0));
  // Who is at the top wants what comes there, not what was there.
  const key = index === 0 ? undefined : keys[index];
  const place = settled({ key, index, offset: here.offset }, keys, page);
  return { ...state, places: { ...places, [sheet]: place } };
}

function turned(state: State, by: number): State {
  const at = SHEETS.indexOf(state.sheet) + by + SHEETS.length;
  return { ...state, sheet: SHEETS[at % SHEETS.length]! };
}

function sortedBy(state: State, { arranged: { columns } }: Sight, by: number): State {
  const { sheet, sorts } = state;
  const at = columns.indexOf(sorts[sheet].by) + by + columns.length;
  const column = columns[at % columns.length];
  if (column === undefined) return state;
  // Names come from A to Z, numbers from the largest.
  const reverse = at % columns.length !== 0;
  return { ...state, sorts: { ...sorts, [sheet]: { by: column, reverse } } };
}

/** The steps of intervals and speeds. */
const STEPS = [20, 50, 100, 200, 500, 1000, 2000, INTERVALS[1]];
const FASTEST = 64;

function faster(state: State, recorded: boolean): State {
  if (recorded) return { ...state, speed: Math.min(state.speed * 2, FASTEST) };
  const next = STEPS.findLast((ms) => ms < state.intervalMs) ?? INTERVALS[0];
  return { ...state, intervalMs: next };
}

function slower(state: State, recorded: boolean): State {
  if (recorded) return { ...state, speed: Math.max(state.speed / 2, 1 / FASTEST) };
  const next = STEPS.find((ms) => ms > state.intervalMs) ?? state.intervalMs;
  return { ...state, intervalMs: next };
}

function typed(state: State, key: string): State {
  if (key === "enter") return { ...state, typing: false };
  if (key === "escape") return { ...state, typing: false, filter: "" };
  if (key === "backspace" || key === "delete") {
    return { ...state, filter: state.filter.slice(0, -1) };
  }
  return key.length === 1 && key >= " " ? { ...state, filter: state.filter + key } : state;
}

function scrolled(state: State, key: string, { page, lastScroll }: Sight): State | undefined {
  const to: Readonly<Record<string, number>> = {
    up: state.scroll - 1,
    down: state.scroll + 1,
    pageup: state.scroll - page,
    pagedown: state.scroll + page,
    home: 0,
    end: lastScroll,
  };
  const scroll = to[key];
  if (scroll === undefined) return undefined;
  return { ...state, scroll: Math.min(Math.max(scroll, 0), lastScroll) };
}

/** Keys that do the same everywhere but in a filter. */
function general(state: State, key: string, { recorded }: Sight): Pressed | undefined {
  const then = (next: Partial<State>, action?: Action) => ({
    state: { ...state, ...next },
    action,
  });
  switch (key) {
    case "q":
      return then({}, "quit");
    case " ":
      return then({ paused: !state.paused });
    case "?":
    case "h":
      return then({ help: !state.help, scroll: 0 });
    case "+":
    case "=":
      return { state: faster(state, recorded), action: undefined };
    case "-":
      return { state: slower(state, recorded), action: undefined };
    case ",":
      return recorded ? then({ paused: true }, "back") : then({});
    case ".":
      return then({ paused: true }, recorded ? "forward" : "look");
    case "<":
      return recorded ? then({}, "first") : then({});
    case ">":
      return recorded ? then({ paused: true }, "last") : then({});
  }
  return undefined;
}

function onSheet(state: State, key: string, sight: Sight): State {
  const { page } = sight;
  switch (key) {
    case "up":
      return moved(state, sight, (index) => index - 1);
    case "down":
      return moved(state, sight, (index) => index + 1);
    case "pageup":
      return moved(state, sight, (index) => index - page);
    case "pagedown":
      return moved(state, sight, (index) => index + page);
    case "home":
      return moved(state, sight, () => 0);
    case "end":
      return moved(state, sight, () => Infinity);
    case "tab":
      return turned(state, 1);
    case "backtab":
      return turned(state, -1);
    case "right":
    case "s":
      return sortedBy(state, sight, 1);
    case "left":
    case "S":
      return sortedBy(state, sight, -1);
    case "r": {
      const { by, reverse } = state.sorts[state.sheet];
      const sort = { by, reverse: !reverse };
      return { ...state, sorts: { ...state.sorts, [state.sheet]: sort } };
    }
    case "/":
      return { ...state, typing: true };
    case "escape":
      return { ...state, filter: "" };
    case "enter": {
      const { keys } = sight.arranged;
      const details = keys[settled(state.places[state.sheet], keys, page).index];
      const has = state.sheet === "rings" || state.sheet === "pools";
      return has && details !== undefined ? { ...state, details, scroll: 0 } : state;
    }
  }
  const sheet = SHEETS[Number(key) - 1];
  return sheet === undefined ? state : { ...state, sheet };
}

/**
 * What a key does.
 *
 * @param state What is chosen.
 * @param key The key: a character, or its name.
 * @param sight What is on the screen.
 * @returns What is chosen then, and what is to be done.
 */
export function press(state: State, key: string, sight: Sight): Pressed {
  const only = (next: State): Pressed => ({ state: next, action: undefined });
  if (key === "ctrl-c") return { state, action: "quit" };
  if (state.typing) return only(typed(state, key));
  if (state.help || state.details !== undefined) {
    if (key === "escape" || key === "enter" || (key === "q" && state.help)) {
      return only(
        state.help ? { ...state, help: false, scroll: 0 } : { ...state, details: undefined },
      );
    }
    const next = scrolled(state, key, sight);
    if (next !== undefined) return only(next);
    return general(state, key, sight) ?? only(state);
  }
  return general(state, key, sight) ?? only(onSheet(state, key, sight));
}
