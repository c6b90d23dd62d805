/**
 * The characters that pictures are made of.
 *
 * @module
 */

import process from "node:process";
import { type Line, line, span, type Tone } from "./line.ts";

/** Characters for a terminal. */
export interface Glyphs {
  /** Parts of a full cell, from the smallest to the whole. */
  readonly parts: readonly string[];
  /** An empty cell. */
  readonly empty: string;
  readonly chosen: string;
  readonly alarm: string;
  readonly up: string;
  readonly down: string;
  readonly dot: string;
  readonly rule: string;
  readonly keys: Readonly<Record<"move" | "sides" | "enter" | "tab", string>>;
}

const UNICODE: Glyphs = {
  parts: ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
  empty: "·",
  chosen: "▶",
  alarm: "!",
  up: "▲",
  down: "▼",
  dot: "·",
  rule: "─",
  keys: { move: "↑↓", sides: "←→", enter: "↵", tab: "⇥" },
};

const ASCII: Glyphs = {
  parts: ["#"],
  empty: ".",
  chosen: ">",
  alarm: "!",
  up: "^",
  down: "v",
  dot: "-",
  rule: "-",
  keys: { move: "up/down", sides: "left/right", enter: "enter", tab: "tab" },
};

/**
 * The characters for a locale.
 *
 * @param env The environment: `LC_ALL`, `LC_CTYPE` and `LANG` tell what the terminal shows.
 * @returns Those of Unicode where the locale is one of UTF-8 or none is named, else those of ASCII.
 */
export function glyphsFor(env: Readonly<Record<string, string | undefined>> = process.env): Glyphs {
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  return locale === "" || /utf-?8/i.test(locale) ? UNICODE : ASCII;
}

/** How full is much. */
const WARN = 0.75;
const BAD = 0.9;

/**
 * The tone of a fill.
 *
 * @param fill From 0 to 1.
 * @returns Good, warn or bad.
 */
export function fillTone(fill: number): Tone {
  return fill >= BAD ? "bad" : fill >= WARN ? "warn" : "good";
}

/**
 * A bar.
 *
 * @param fill How much of it is full, from 0 to 1.
 * @param width Its columns.
 * @param glyphs What it is made of.
 * @param tone Its tone; by its fill unless given.
 * @returns The line.
 */
export function bar(
  fill: number,
  width: number,
  glyphs: Glyphs,
  tone: Tone = fillTone(fill),
): Line {
  const steps = glyphs.parts.length;
  // Anything at all shows, and only a full one is full.
  const part = Math.min(Math.max(fill, 0), 1) * width * steps;
  const filled = fill >= 1 ? width * steps : Math.min(Math.ceil(part), width * steps - 1);
  const last = filled % steps === 0 ? "" : glyphs.parts[filled % steps - 1]!;
  const full = glyphs.parts.at(-1)!.repeat(Math.floor(filled / steps)) + last;
  return line(span(full, tone), span(glyphs.empty.repeat(width - full.length), "dim"));
}
