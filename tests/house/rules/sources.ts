/**
 * The repository's sources, as the rules see them.
 *
 * @module
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../kit.ts";

/** Source texts by their paths from the repository's root. */
export type Sources = ReadonlyMap<string, string>;

/** Where TypeScript is. */
const PLACES: readonly string[] = ["mod.ts", "ffi", "examples", "tools", "tests"];

/**
 * Reads all of the repository's TypeScript.
 *
 * @returns Every `.ts` file.
 */
export function repositorySources(): Sources {
  const paths = PLACES.flatMap((place) => {
    if (!existsSync(join(ROOT, place))) return [];
    if (place.endsWith(".ts")) return [place];
    const below = readdirSync(join(ROOT, place), { recursive: true, encoding: "utf8" });
    return below.filter((path) => path.endsWith(".ts")).map((path) => join(place, path));
  });
  return new Map(paths.sort().map((path) => [path, readFileSync(join(ROOT, path), "utf8")]));
}
