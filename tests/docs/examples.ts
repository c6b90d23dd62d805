/**
 * The examples of the library's doc comments, as programs.
 *
 * @module
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../kit.ts";
import { repositorySources } from "../house/rules/sources.ts";

/** A code block of a doc comment. */
export interface Example {
  /** Where it begins: `ffi/ring/ring.ts:37`. */
  readonly place: string;
  /** Its text. */
  readonly code: string;
}

/** Where an example is run. */
export type Stage =
  /** In a process without EAL, beside a group that runs. */
  | "outside"
  /** In a process with EAL, together with others. */
  | "together"
  /** In a process that is its own. */
  | "alone";

const BLOCK = /^( *\* )```ts\n([^]*?)^ *\* ```$/gm;

/** The examples of a source text. */
export function examplesIn(file: string, source: string): Example[] {
  return [...source.matchAll(BLOCK)].map(({ 1: margin = "", 2: body = "", index }) => ({
    place: `${file}:${source.slice(0, index).split("\n").length}`,
    code: body.split("\n").map((line) => line.slice(margin.length)).join("\n"),
  }));
}

/** All examples of the library. */
export function libraryExamples(): Example[] {
  return [...repositorySources()]
    .filter(([path]) => path === "mod.ts" || path.startsWith("ffi/"))
    .flatMap(([path, source]) => examplesIn(path, source));
}

/** Where an example has to be run. */
export function stageOf({ code }: Example): Stage {
  if (/\bEal\.attach\(|\bnew Worker\(/.test(code)) return "alone";
  return /\bEal\.init\(/.test(code) ? "together" : "outside";
}

const EXPORTS: Record<string, string> =
  JSON.parse(readFileSync(join(ROOT, "deno.json"), "utf8")).exports;

/** Where the specifiers of examples lead, for type checkers. */
export const IMPORTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(EXPORTS).map(([name, path]) => [
    `@dpdk-ts/dpdk${name.slice(1)}`,
    join(ROOT, path),
  ]),
);

const PRINTED = JSON.stringify(join(ROOT, "tests", "docs", "fixtures", "printed.ts"));
const TOGETHER = JSON.stringify(join(ROOT, "tests", "docs", "fixtures", "together.ts"));

/** The text as it is run: in this group, with what is printed looked at. */
function runnable(example: Example, prefix: string): string {
  const code = example.code.replaceAll('"demo"', `"${prefix}"`)
    .replaceAll(/"(@dpdk-ts[/\w]+)"/g, (_, name) => JSON.stringify(IMPORTS[name]))
    .replaceAll(
      /console\.log\((.*)\); \/\/ (.*)$/gm,
      (_, values, text) => `expectPrinted(${JSON.stringify(text)}, ${values});`,
    );
  const head = `import { expectPrinted } from ${PRINTED};\n`;
  if (stageOf(example) !== "together") return head + code;
  return `${head}import { start } from ${TOGETHER};\n` +
    code.replace(/using eal = Eal\.init\(/, "const eal = start(");
}

const nameOf = ({ place }: Example): string => `${place.replaceAll(/\W/g, "_")}.ts`;

/** Writes examples into a folder as they stand. Gives the names. */
export function writePlain(folder: string, examples: readonly Example[]): string[] {
  return examples.map((example) => {
    writeFileSync(join(folder, nameOf(example)), example.code);
    return nameOf(example);
  });
}

/** Writes examples into a folder as they are run. Gives the paths. */
export function writeRunnable(
  folder: string,
  examples: readonly Example[],
  prefix: string,
): string[] {
  return examples.map((example) => {
    const path = join(folder, nameOf(example));
    writeFileSync(path, runnable(example, prefix));
    return path;
  });
}
