/**
 * Rules for the graph of imports: no cycles, and nothing in the graph of `mod.ts` that a bare URL
 * could not load.
 *
 * @module
 */

import { allImports, importsOf } from "./imports.ts";
import type { Sources } from "./sources.ts";

/**
 * Finds cycles of imports, imports of types included.
 *
 * @param sources The files.
 * @returns A line for each cycle.
 */
export function cycles(sources: Sources): string[] {
  const edges = new Map<string, string[]>();
  for (const { from, to } of allImports(sources)) {
    if (to !== null) edges.set(from, [...edges.get(from) ?? [], to]);
  }
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push([...trail.slice(start), path].join(" -> "));
    if (start >= 0 || done.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return found;
}

/**
 * Finds specifiers in the graph of `mod.ts` that are no relative paths of `.ts` files, or of files
 * that do not exist. A computed `import()` is for ffi/runtime only, which chooses its adapter so.
 *
 * @param sources The files.
 * @returns A line for each.
 */
export function foreignSpecifiers(sources: Sources): string[] {
  const found: string[] = [];
  const reached = new Set(["mod.ts"]);
  // A set that grows while it is walked is walked to its end.
  for (const path of reached) {
    const source = sources.get(path);
    if (source === undefined) {
      found.push(`${path} does not exist`);
      continue;
    }
    for (const { from, line, specifier, to } of importsOf(path, source)) {
      if (specifier === null) {
        if (!path.startsWith("ffi/runtime/")) {
          found.push(`${from}:${line} computes what it imports`);
        }
      } else if (to === null || !to.endsWith(".ts")) {
        found.push(`${from}:${line} imports "${specifier}"`);
      } else {
        reached.add(to);
      }
    }
  }
  return found;
}
