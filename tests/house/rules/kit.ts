/**
 * Tests and assertions come from the kit, which alone chooses the modules behind them.
 *
 * @module
 */

import { allImports } from "./imports.ts";
import type { Sources } from "./sources.ts";

const CHOSEN = /^(node:test|bun:test|node:assert)(\/|$)/;

/** The kit itself, and the faulty test files that the runner is tested with. */
const HOMES: readonly string[] = ["tests/kit/", "tests/tools/fixtures/"];

/**
 * Finds imports of test and assertion modules outside the kit.
 *
 * @param sources The files.
 * @returns A line for each.
 */
export function assertionModules(sources: Sources): string[] {
  return allImports(sources)
    .filter(({ from, specifier }) =>
      CHOSEN.test(specifier ?? "") && !HOMES.some((home) => from.startsWith(home))
    )
    .map(({ from, line, specifier }) => `${from}:${line} imports "${specifier}": the kit has it`);
}
