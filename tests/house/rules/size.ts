/**
 * A file is small enough to be read in a sitting.
 *
 * @module
 */

import type { Sources } from "./sources.ts";

/** How many lines a file may have. */
const LIMIT = 400;

/**
 * Finds files that are too long; those of tests may be.
 *
 * @param sources The files.
 * @returns A line for each.
 */
export function longFiles(sources: Sources): string[] {
  return [...sources]
    .filter(([path]) => !path.startsWith("tests/"))
    .map(([path, source]) => ({ path, lines: source.trimEnd().split("\n").length }))
    .filter(({ lines }) => lines > LIMIT)
    .map(({ path, lines }) =>
      `${path} has ${lines} lines, more than ${LIMIT}: it has two subjects`
    );
}
