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
