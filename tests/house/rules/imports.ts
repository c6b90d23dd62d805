/**
 * Which file imports which.
 *
 * @module
 */

import { dirname, normalize } from "node:path/posix";
import { lineOf, scan } from "./scan.ts";
import type { Sources } from "./sources.ts";

/** An import, a re-export, or a dynamic `import()`. */
export interface Import {
  /** The file that it is in. */
  readonly from: string;
  /** Its line there. */
  readonly line: number;
  /** The specifier as it is written, or `null` when it is computed. */
  readonly specifier: string | null;
  /** The repository's file that a relative specifier means; other specifiers have none. */
  readonly to: string | null;
}

const IMPORT = new RegExp(
  [
    /\b(?:import|export)\b(?!\s*[.(])[^;"=()]*?\bfrom\s*"(\d+)"/,
    /\bimport\s*"(\d+)"/,
    /\bimport\s*\(\s*"(\d+)"\s*[,)]/,
    /(?<![.\w])import\s*\(/,
  ].map((pattern) => pattern.source).join("|"),
  "g",
);

/**
 * Finds the imports of a file.
 *
 * @param from The file's path.
 * @param source Its text.
 * @returns Its imports, in order.
 */
export function importsOf(from: string, source: string): Import[] {
  const { code, strings } = scan(source);
  return [...code.matchAll(IMPORT)].map((match) => {
    const index = match[1] ?? match[2] ?? match[3];
    const specifier = index === undefined ? null : strings[Number(index)] ?? null;
    const relative = specifier?.startsWith(".") === true;
    const to = relative ? normalize(`${dirname(from)}/${specifier}`) : null;
    return { from, line: lineOf(code, match.index), specifier, to };
  });
}

/**
 * Finds the imports of all files.
 *
 * @param sources The files.
 * @returns Their imports.
 */
export function allImports(sources: Sources): Import[] {
  return [...sources].flatMap(([path, source]) => importsOf(path, source));
}
