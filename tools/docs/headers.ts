/**
 * What the headers of the installed DPDK declare.
 *
 * @module
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";

/** What a name of C is. */
export type CKind = "function" | "inline" | "macro";

/** A function of C, or a macro that looks like one. */
export interface CFunction {
  /** `rte_ring_create`. */
  readonly name: string;
  /** The header that has it: `rte_ring.h`. */
  readonly header: string;
  /** What it is. */
  readonly kind: CKind;
}

/** Headers that are parts of others, which programs include. */
const PARTS = /_(pvt|core|c11_pvt|generic_pvt)\.h$|^rte_ring_peek_\w+\.h$/;

/** Macros that DPDK's functions are declared with. */
const ATTRIBUTE =
  /\b(__rte_\w+|__attribute__|RTE_\w+|asm|_Static_assert)\s*\((?:[^()]|\([^()]*\))*\)/g;

/** A header's text without comments, conditions, strings' braces and `extern "C"`. */
function plain(text: string): string {
  return text.replaceAll(/\/\*[^]*?\*\//g, " ").replaceAll(/\/\/.*/g, " ")
    .replaceAll(/^[ \t]*#(?!define)(?:[^\n]*\\\n)*[^\n]*/gm, "")
    .replaceAll(/"(?:[^"\\\n]|\\.)*"/g, '""').replaceAll(/extern ""\s*\{/g, "");
}

/** What stands outside all braces; a body is `{}`. */
function outside(text: string): string {
  let depth = 0;
  let out = "";
  for (const character of text) {
    if (character === "}") depth = Math.max(0, depth - 1);
    if (depth === 0) out += character;
    if (character === "{") depth++;
  }
  return out;
}

/** The functions of a header's text. */
export function functionsIn(header: string, text: string): CFunction[] {
  const found = new Map<string, CKind>();
  const bare = plain(text);
  for (const [, name = ""] of bare.matchAll(/^[ \t]*#define[ \t]+(rte_\w+)\(/gm)) {
    found.set(name, "macro");
  }
  const code = outside(bare.replaceAll(/^[ \t]*#define(?:[^\n]*\\\n)*[^\n]*/gm, ""))
    .replaceAll(ATTRIBUTE, " ");
  for (const statement of code.split(/[;}]/)) {
    const name = /^[\w\s*]*?\b(rte_\w+)\s*\(/.exec(statement)?.[1];
    if (name === undefined || /^\s*typedef\b/.test(statement)) continue;
    found.set(name, /inline\b/.test(statement) ? "inline" : "function");
  }
  return [...found].map(([name, kind]) => ({ name, header, kind }));
}

function includeDirectory(): string {
  const args = ["--variable=includedir", "libdpdk"];
  const { status, stdout } = spawnSync("pkg-config", args, { encoding: "utf8" });
  if (status !== 0) throw new Error("Cannot find DPDK's headers: pkg-config has no libdpdk");
  return stdout.trim();
}

/**
 * Reads the headers that programs include.
 *
 * @returns Every function, by name.
 */
export function installedFunctions(): Map<string, CFunction> {
  const directory = includeDirectory();
  const headers = readdirSync(directory).filter((name) => /^rte_\w+\.h$/.test(name)).sort();
  const all = headers.flatMap((name) =>
    functionsIn(name, readFileSync(join(directory, name), "utf8"))
  );
  // A function that several have is of the first that is no part of another.
  const rank = ({ header }: CFunction): number => PARTS.test(header) ? 1 : 0;
  const byName = new Map<string, CFunction>();
  for (const one of all.toSorted((a, b) => rank(a) - rank(b))) {
    if (!byName.has(one.name)) byName.set(one.name, one);
  }
  return byName;
}

/** The release of the installed headers: `22.11`. */
export function installedRelease(): string {
  const { stdout } = spawnSync("pkg-config", ["--modversion", "libdpdk"], { encoding: "utf8" });
  return stdout.trim().split(".").slice(0, 2).join(".");
}
