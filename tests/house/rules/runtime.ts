/**
 * Only ffi/runtime/ knows Deno from Bun.
 *
 * @module
 */

import { lineOf, scan } from "./scan.ts";
import type { Sources } from "./sources.ts";

const HOME = "ffi/runtime/";

/** Hold what ffi/runtime declares of the runtimes against the runtimes. */
const WITNESSES: readonly string[] = ["tests/types/deno_ffi.ts", "tests/types/bun_ffi.ts"];

/** The runtimes' global objects, however they are come by. */
const GLOBAL = /\b(?:Deno|Bun)\b/g;

/**
 * Finds uses of one runtime's own globals and modules outside ffi/runtime/. Comments may speak of
 * them, and so may strings that are no module's name.
 *
 * @param sources The files.
 * @returns A line for each.
 */
export function runtimeUses(sources: Sources): string[] {
  const found: string[] = [];
  for (const [path, source] of sources) {
    if (path.startsWith(HOME) || WITNESSES.includes(path)) continue;
    const { code, strings } = scan(source);
    for (const match of code.matchAll(GLOBAL)) {
      found.push(`${path}:${lineOf(code, match.index)} uses ${match[0]}`);
    }
    for (const text of strings.filter((text) => /^bun:\w+$/.test(text))) {
      found.push(`${path} names the module "${text}"`);
    }
  }
  return found;
}
