/**
 * The standard output of a command.
 *
 * @module
 */

import process from "node:process";
import { type Glyphs, glyphsFor } from "./text/glyphs.ts";
import { type Line, printed } from "./text/line.ts";

/** Whether what is written to a terminal may have colours: not with `NO_COLOR`. */
export function mayColour(): boolean {
  const { NO_COLOR = "", TERM = "" } = process.env;
  return process.stdout.isTTY === true && NO_COLOR === "" && TERM !== "dumb";
}

/** How many columns there are; without end where nobody looks at them. */
export function width(): number {
  return process.stdout.isTTY === true ? process.stdout.columns || 80 : Infinity;
}

/** The characters for pictures. */
export const glyphs: Glyphs = glyphsFor();

/**
 * Writes text, and waits until it was taken.
 *
 * @param text The text.
 */
export function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => error ? reject(error) : resolve());
  });
}

/**
 * Writes lines.
 *
 * @param lines The lines.
 */
export function writeLines(lines: readonly Line[]): Promise<void> {
  const colour = mayColour();
  return write(lines.map((each) => `${printed(each, colour)}\n`).join(""));
}

/**
 * Writes a JSON document: in one line.
 *
 * @param value What it says.
 */
export function writeJson(value: unknown): Promise<void> {
  return write(`${JSON.stringify(value)}\n`);
}
