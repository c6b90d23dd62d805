/**
 * A file is small enough to be read in a sitting.
 *
 * @module
 */

import { scan } from "./scan.ts";
import type { Sources } from "./sources.ts";

/** How many lines of code a file may have; comments and blank lines do not count. */
const LIMIT = 300;

/**
 * Finds files that are too long; those of tests may be.
 *
 * @param sources The files.
 * @returns A line for each.
 */
export function longFiles(sources: Sources): string[] {
  return [...sources]
    .filter(([path]) => !path.startsWith("tests/"))
    .map(([path, source]) => ({ path, lines: codeLines(source) }))
    .filter(({ lines }) => lines > LIMIT)
    .map(({ path, lines }) =>
      `${path} has ${lines} lines of code, more than ${LIMIT}: it has two subjects`
    );
}

function codeLines(source: string): number {
  return scan(source).code.split("\n").filter((line) => line.trim() !== "").length;
}
