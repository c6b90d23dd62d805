/**
 * Measurements as rows of a table.
 *
 * @module
 */

import { figureOf } from "./figures.ts";
import type { Measurements } from "./measure.ts";
import type { Language } from "./programs.ts";

/** One figure of one language, and how it compares with C's. */
export interface Row {
  readonly name: string;
  readonly runtime: Language;
  readonly value: number;
  readonly unit: string;
  /** C's value; `null` where there is none. */
  readonly c: number | null;
  /** `value / c`. */
  readonly ratio: number | null;
  /** What Deno and Bun are to reach, where something was promised. */
  readonly target?: string;
  /** Whether it is reached. */
  readonly met?: boolean;
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

/** The rows of all languages, grouped by name. */
export function toRows(measurements: Measurements): Row[] {
  const names = new Set(Object.values(measurements).flatMap((map) => [...map.keys()]));
  return [...names].flatMap((name) => {
    const { unit, target } = figureOf(name);
    const c = measurements.c.get(name);
    return (Object.keys(measurements) as Language[]).flatMap((runtime): Row[] => {
      const value = measurements[runtime].get(name);
      if (value === undefined) return [];
      const ratio = c === undefined ? null : value / c;
      const judged = target === undefined || runtime === "c"
        ? {}
        : { target: target.text, met: target.met(value, ratio) };
      return [{
        name,
        runtime,
        value: round(value),
        unit,
        c: c === undefined ? null : round(c),
        ratio: ratio === null ? null : round(ratio),
        ...judged,
      }];
    });
  });
}

function cell(rows: readonly Row[], name: string, runtime: Language): string {
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

/**
 * What a table of them has in its cells: a line for each measurement, below one of titles.
 *
 * @returns lines of one length
 */
export function columns(rows: readonly Row[]): string[][] {
  const names = [...new Set(rows.map(({ name }) => name))];
  const last = rows.some(({ target }) => target !== undefined) ? "target" : "";
  const lines = names.map((name) => [
    name,
    rows.find((row) => row.name === name)!.unit,
    cell(rows, name, "c"),
    cell(rows, name, "deno"),
    cell(rows, name, "bun"),
    targetOf(rows, name),
  ]);
  return [["", "unit", "C", "Deno (ratio)", "Bun (ratio)", last], ...lines];
}
