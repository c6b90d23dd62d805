/**
 * The functions that a release lacks.
 *
 * @module
 */

import type { Abi } from "../../../ffi/abi/mod.ts";

/** By ABI, the functions of our tables that its libraries do not export. Now all have all. */
export const LACKING: Readonly<Record<Abi["number"], readonly string[]>> = {
  23: [],
  25: [],
  26: [],
};

/**
 * What is wrong with the tables, or with the declaration of what is lacking.
 *
 * @param names The functions of the tables.
 * @param exported What the libraries export.
 * @param lacking What they are said to lack.
 * @returns A line each.
 */
export function wrongExports(
  names: Iterable<string>,
  exported: ReadonlySet<string>,
  lacking: readonly string[],
): string[] {
  const known = new Set(names);
  return [
    ...[...known].filter((name) => !exported.has(name) && !lacking.includes(name))
      .map((name) => `${name} is not exported, and not declared to be lacking`),
    ...lacking.filter((name) => exported.has(name))
      .map((name) => `${name} is declared to be lacking, and is exported`),
    ...lacking.filter((name) => !known.has(name))
      .map((name) => `${name} is declared to be lacking, and is in no table`),
  ];
}
