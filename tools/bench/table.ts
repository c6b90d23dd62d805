/**
 * The table that a bench prints.
 *
 * @module
 */

import type { Row } from "./rows.ts";

function cell(rows: readonly Row[], name: string, runtime: Row["runtime"]): string {
  const row = rows.find((each) => each.name === name && each.runtime === runtime);
  if (row === undefined) return "-";
  if (runtime === "c" || row.ratio === null) return String(row.value);
  return `${row.value} (${row.ratio.toFixed(2)})`;
}

/** What was promised, and who keeps it; empty where nothing was. */
function targetOf(rows: readonly Row[], name: string): string {
  const judged = rows.filter((row) => row.name === name && row.target !== undefined);
  if (judged.length === 0) return "";
  const verdicts = judged.map(({ runtime, met }) =>
    `${runtime} ${met === true ? "met" : "NOT MET"}`
  );
  return `${judged[0]!.target}: ${verdicts.join(", ")}`;
}

/** A line for each measurement: C's value, then Deno's and Bun's with their ratio to it, and targets. */
export function table(rows: readonly Row[]): string {
  const names = [...new Set(rows.map(({ name }) => name))];
  const last = rows.some(({ target }) => target !== undefined) ? "target" : "";
  const lines = [["", "unit", "C", "Deno (ratio)", "Bun (ratio)", last]];
  for (const name of names) {
    const unit = rows.find((row) => row.name === name)!.unit;
    lines.push([
      name,
      unit,
      cell(rows, name, "c"),
      cell(rows, name, "deno"),
      cell(rows, name, "bun"),
      targetOf(rows, name),
    ]);
  }
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  return lines.map((line) => line.map((text, i) => text.padEnd(widths[i]!)).join("  ").trimEnd())
    .join("\n");
}
