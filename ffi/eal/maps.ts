/**
 * What this process has mapped: /proc/self/maps.
 *
 * @module
 */

import { readText } from "../core/mod.ts";
import { type Range, span } from "./ranges.ts";

/** A mapping of this process. */
export interface Mapping {
  /** Where it starts. */
  readonly from: number;
  /** Where the next may start. */
  readonly to: number;
  /** `rwxp`, with a dash for each that is missing. */
  readonly permissions: string;
  /** The file's path, or a name in brackets; empty for anonymous memory. */
  readonly path: string;
}

/** The mappings that overlap a range, ascending. */
export function mappingsIn({ address, length }: Range): Mapping[] {
  const lines = readText("/proc/self/maps")?.split("\n") ?? [];
  return lines.flatMap((line) => {
    const match = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)$/.exec(line);
    if (match === null) return [];
    const [from, to] = [parseInt(match[1]!, 16), parseInt(match[2]!, 16)];
    if (to <= address || from >= address + length) return [];
    return [{ from, to, permissions: match[3]!, path: match[4]! }];
  });
}

/** How many mappings a message names. */
const NAMED = 3;

/** Mappings as messages have them: `anonymous memory at 0x538f40000-0x538f80000`. */
export function describeMappings(mappings: readonly Mapping[]): string {
  if (mappings.length === 0) return "something that is gone by now";
  const named = mappings.slice(0, NAMED).map(({ from, to, path }) =>
    `${path === "" ? "anonymous memory" : path} at ${span(from, to)}`
  );
  const more = mappings.length - named.length;
  return named.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
