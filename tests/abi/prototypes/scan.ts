/**
 * Every prototype that ffi/ states, wherever it stands.
 *
 * @module
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "../../../ffi/runtime/mod.ts";
import { ROOT } from "../../kit.ts";

/** A prototype in a file. */
export interface Prototype {
  /** The file: `ffi/ring/symbols.ts`. */
  readonly file: string;
  /** The key that it stands under, which in tables is the symbol's name; empty when there is none. */
  readonly key: string;
  /** Result and parameters. */
  readonly text: string;
}

/** A string that ends as a parameter list does, with the key in front of it. */
const STRING = /(?:\b(\w+):\s*)?"([^"\n]+ \([^"\n]*\))"/g;

function isPrototype(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The prototypes in the text of a file. */
export function prototypesIn(file: string, text: string): Prototype[] {
  const code = text.replaceAll(/^\s*(\*|\/\/|\/\*).*$/gm, "");
  return [...code.matchAll(STRING)]
    .map(([, key = "", text = ""]) => ({ file, key, text }))
    .filter(({ text }) => isPrototype(text));
}

/** All prototypes of ffi/. */
export function prototypes(): Prototype[] {
  return readdirSync(join(ROOT, "ffi"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .sort()
    .map((path) => join("ffi", path))
    .flatMap((file) => prototypesIn(file, readFileSync(join(ROOT, file), "utf8")));
}

/** Whether it is that of a function that DPDK exports. */
export function isExport({ key }: Prototype): boolean {
  return /^(__)?rte_/.test(key);
}

/** A prototype's C types: that of its result, and those of its parameters, without their names. */
export function typesOf(text: string): { result: string; parameters: string[] } {
  const open = text.indexOf("(");
  const list = text.slice(open + 1, -1).replaceAll(/\(\*\w*\)\([^()]*\)/g, "*f");
  const parameters = list === "void" || list === ""
    ? []
    : list.split(",").map((parameter) => parameter.trim().replace(/(\w+)$/, "").trim());
  return { result: text.slice(0, open).trim(), parameters };
}
