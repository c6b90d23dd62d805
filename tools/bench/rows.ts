/**
 * Measurements as rows of a table.
 *
 * @module
 */

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
}

function unitOf(name: string): string {
  if (name.startsWith("two processes")) return "million objects/s";
  if (name.startsWith("mp:")) return "us/request";
  return name.startsWith("heap") ? "bytes" : "ns/pair";
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

/** The rows of all languages, grouped by name. */
export function toRows(measurements: Measurements): Row[] {
  const names = new Set(Object.values(measurements).flatMap((map) => [...map.keys()]));
  return [...names].flatMap((name) => {
    const c = measurements.c.get(name);
    return (Object.keys(measurements) as Language[]).flatMap((runtime): Row[] => {
      const value = measurements[runtime].get(name);
      if (value === undefined) return [];
      return [{
        name,
        runtime,
        value: round(value),
        unit: unitOf(name),
        c: c === undefined ? null : round(c),
        ratio: c === undefined ? null : round(value / c),
      }];
    });
  });
}
