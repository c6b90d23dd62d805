/**
 * The table of all releases and runtimes.
 *
 * @module
 */

import type { Runtime } from "../runtimes.ts";
import type { Release } from "./releases.ts";
import type { Cell, Counts } from "./run.ts";

/** What the table is made of. */
export interface Matrix {
  /** What was run. */
  readonly cells: readonly Cell[];
  /** The releases that were asked for, in order. */
  readonly releases: readonly Release[];
  /** The runtimes' names and versions: `Deno 2.9.6`. */
  readonly runtimes: ReadonlyMap<Runtime, string>;
  /** The installed version of each release that could be tested with. */
  readonly versions: ReadonlyMap<Release, string>;
  /** What was run of each release's tests, when it was not everything. */
  readonly words: ReadonlyMap<Release, readonly string[]>;
  /** When. */
  readonly date: Date;
}

/**
 * The table, in Markdown as `deno fmt` leaves it.
 *
 * @param matrix What it is made of.
 * @returns Its lines, the date's among them.
 */
export function tableLines(matrix: Matrix): string[] {
  const { cells, releases, runtimes, versions, date } = matrix;
  const rows = [
    ["DPDK", ...runtimes.values()],
    ...releases.map((release) => [
      `${versions.get(release) ?? release.number} (${release.system})`,
      ...[...runtimes.keys()].map((runtime) =>
        cellText(cells.find((cell) => cell.release === release && cell.runtime === runtime))
      ),
    ]),
  ];
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const [head = "", ...rest] = rows.map((row) =>
    `| ${row.map((text, i) => text.padEnd(widths[i]!)).join(" | ")} |`
  );
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [head, rule, ...rest, "", `${date.toISOString().slice(0, 10)}, ${extent(matrix)}.`];
}

/**
 * What failed, which comes last, so that whoever reads only the end of a long log finds it there.
 *
 * @param cells What was run.
 * @returns The lines.
 */
export function failureLines(cells: readonly Cell[]): string[] {
  return cells.flatMap(({ release, runtime, told, failed }) => {
    if (told.length === 0 && failed === 0) return [];
    const title = `DPDK ${release.number} on ${runtime}:`;
    return ["", title, ...told.length > 0 ? told : ["its test runner did not come to its end"]];
  });
}

/** How much of the suite was run. */
function extent({ releases, words }: Matrix): string {
  const parts = releases.map((release) => (words.get(release) ?? []).join(" "));
  const [first = ""] = parts;
  if (parts.every((part) => part === first)) {
    return first === "" ? "the whole suite" : `only ${first}`;
  }
  return releases.flatMap(({ number }, i) => parts[i] === "" ? [] : [`${number}: only ${parts[i]}`])
    .join("; ");
}

function cellText(cell: Cell | undefined): string {
  if (cell === undefined) return "not run";
  return `${cell.passed} passed, ${cell.failed} failed, ${cell.seconds} s`;
}

/**
 * Adds up.
 *
 * @param cells What was run.
 * @returns The counts of all.
 */
export function totals(cells: readonly Cell[]): Counts {
  return {
    passed: cells.reduce((sum, { passed }) => sum + passed, 0),
    failed: cells.reduce((sum, { failed }) => sum + failed, 0),
  };
}
