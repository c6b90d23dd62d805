/**
 * Imports go one way: tools, examples, `mod.ts`, libraries, abi, core, runtime; among libraries a later
 * one imports an earlier one; and only through doors, the folders' `mod.ts`. What is public of a folder
 * is in its `public.ts`, which `mod.ts` at the root hands on as it is.
 *
 * @module
 */

import { allImports, type Import } from "./imports.ts";
import type { Sources } from "./sources.ts";

/** The folders of ffi/, from the bottom up. Those of one row do not import each other. */
const ROWS: readonly (readonly string[])[] = [
  ["runtime"],
  ["core"],
  ["abi"],
  ["common"],
  ["eal"],
  ["memzone", "tailq", "mp", "net"],
  ["ring"],
  ["mempool"],
  ["mbuf", "lcore"],
  ["recover"],
  ["inspect"],
  ["ethdev"],
  ["pdump"],
  ["rte"],
];

/** The part of the house that a file is in: a folder of ffi/, or the first part of its path. */
function partOf(path: string): string {
  const [top = "", second = "", rest] = path.split("/");
  return top === "ffi" && rest !== undefined ? second : top;
}

function rowOf(part: string): number {
  return ROWS.findIndex((row) => row.includes(part));
}

function isDoor(path: string): boolean {
  return path.endsWith("/mod.ts");
}

/** A public part of a folder, for the root's `mod.ts`, for subpath imports and for other such parts. */
function isPublic(path: string): boolean {
  return /\/public(_\w+)?\.ts$/.test(path);
}

/** What is wrong with an import of another part, if anything. */
function faultOf(from: string, to: string): string | undefined {
  const [importer, imported] = [partOf(from), partOf(to)];
  if (importer === imported || importer === "tests") return undefined;
  if (imported === "tests") return "only tests import tests";
  if (importer === "tools" && imported === "examples") return undefined;
  if (importer === "examples" || importer === "tools") {
    return to === "mod.ts" ? undefined : `${importer} import mod.ts only`;
  }
  if (rowOf(imported) < 0) return `"${imported}" has no place in the order of parts`;
  if (importer === "mod.ts" && isPublic(to)) return undefined;
  if (!isDoor(to) && !(isPublic(from) && isPublic(to))) {
    return `the door of "${imported}" is its mod.ts`;
  }
  if (importer === "mod.ts") return undefined;
  if (rowOf(importer) < 0) return `"${importer}" has no place in the order of parts`;
  if (rowOf(imported) < rowOf(importer)) return undefined;
  return `"${importer}" does not stand above "${imported}"`;
}

/**
 * Finds the imports that go the wrong way, or through no door.
 *
 * @param sources The files.
 * @returns A line for each.
 */
export function wrongWays(sources: Sources): string[] {
  return allImports(sources).flatMap(({ from, line, to }: Import) => {
    const fault = to === null ? undefined : faultOf(from, to);
    return fault === undefined ? [] : [`${from}:${line} imports ${to}: ${fault}`];
  });
}

/**
 * Finds folders that have a public part which the root's `mod.ts` goes past.
 *
 * @param sources The files.
 * @returns A line for each.
 */
export function pastPublic(sources: Sources): string[] {
  return allImports(sources)
    .filter(({ from, to }) => from === "mod.ts" && to !== null && isDoor(to))
    .filter(({ to }) => sources.has(to!.replace(/mod\.ts$/, "public.ts")))
    .map(({ line, to }) => `mod.ts:${line} imports ${to}: scripts get its public.ts`);
}
