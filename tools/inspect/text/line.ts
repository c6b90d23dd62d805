/**
 * Lines of text with tones, which become a terminal's colours, or nothing.
 *
 * @module
 */

/** What a piece of text is; how that looks is decided where it is shown. */
export type Tone = "plain" | "dim" | "strong" | "head" | "good" | "warn" | "bad" | "key" | "chosen";

/** A piece of a line. */
export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** A line of the screen. */
export type Line = readonly Span[];

/** What a piece of a line may be given as. */
export type Piece = string | Span | Line;

/**
 * A piece of text with a tone.
 *
 * @param text The text, one column to each character.
 * @param tone What it is.
 * @returns The piece.
 */
export function span(text: string, tone: Tone = "plain"): Span {
  return { text, tone };
}

/**
 * A line of its pieces.
 *
 * @param pieces Texts, spans and lines.
 * @returns The line.
 */
export function line(...pieces: Piece[]): Line {
  return pieces.flatMap((piece) =>
    typeof piece === "string" ? [span(piece)] : "text" in piece ? [piece] : piece
  );
}

/**
 * Lines with something between them.
 *
 * @param lines The lines.
 * @param between What stands between two of them.
 * @returns One line.
 */
export function joined(lines: readonly Line[], between: Piece = "  "): Line {
  return lines.flatMap((each, i) => i === 0 ? each : [...line(between), ...each]);
}

/**
 * How many columns a line takes.
 *
 * @param text The line.
 * @returns Its width.
 */
export function widthOf(text: Line): number {
  return text.reduce((sum, { text }) => sum + text.length, 0);
}

/**
 * A line cut to a width; what is cut ends with an ellipsis.
 *
 * @param text The line.
 * @param width The columns that it may take.
 * @returns The line, or its beginning.
 */
export function clipped(text: Line, width: number): Line {
  if (widthOf(text) <= width) return text;
  const kept: Span[] = [];
  let room = Math.max(width - 1, 0);
  let tone: Tone = "plain";
  for (const each of text) {
    if (room === 0) break;
    const part = each.text.slice(0, room);
    kept.push(span(part, each.tone));
    tone = each.tone;
    room -= part.length;
  }
  return width <= 0 ? [] : [...kept, span("…", tone)];
}

/**
 * A line of exactly a width.
 *
 * @param text The line.
 * @param width Its columns.
 * @param align On which side it stands.
 * @returns The line, cut or filled up with blanks.
 */
export function fitted(text: Line, width: number, align: "left" | "right" = "left"): Line {
  const cut = clipped(text, width);
  const blank = span(" ".repeat(Math.max(width - widthOf(cut), 0)));
  if (blank.text === "") return cut;
  return align === "left" ? [...cut, blank] : [blank, ...cut];
}

/**
 * A line with something at each of its ends; what does not fit is cut on the left.
 *
 * @param left What stands on the left.
 * @param right What stands on the right.
 * @param width The columns of both.
 * @returns The line.
 */
export function opposed(left: Line, right: Line, width: number): Line {
  const room = width - widthOf(right) - 1;
  return room < 8 ? fitted(left, width) : [...fitted(left, room), span(" "), ...right];
}

/**
 * A line's bare text.
 *
 * @param text The line.
 * @returns Its text, without blanks at its end.
 */
export function bare(text: Line): string {
  return text.map(({ text }) => text).join("").trimEnd();
}

const ESCAPES: Readonly<Record<Tone, string>> = {
  plain: "",
  dim: "2",
  strong: "1",
  head: "1;36",
  good: "32",
  warn: "33",
  bad: "1;31",
  key: "36",
  chosen: "7",
};

/**
 * A line as a terminal wants it.
 *
 * @param text The line.
 * @param colour Whether its tones are shown.
 * @returns Text with escape sequences, or without.
 */
export function printed(text: Line, colour: boolean): string {
  if (!colour) return bare(text);
  return text.map(({ text, tone }) =>
    ESCAPES[tone] === "" ? text : `\x1b[${ESCAPES[tone]}m${text}\x1b[0m`
  ).join("").trimEnd();
}
