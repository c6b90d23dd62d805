/**
 * The table that a bench prints.
 *
 * @module
 */

import { columns, type Row } from "./rows.ts";

/** A line for each measurement: C's value, then Deno's and Bun's with their ratio to it, and targets. */
export function table(rows: readonly Row[]): string {
  const lines = columns(rows);
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  return lines.map((line) => line.map((text, i) => text.padEnd(widths[i]!)).join("  ").trimEnd())
    .join("\n");
}
