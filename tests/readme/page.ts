/**
 * The repository's pages, as their tests read them: what is in their tables and code blocks.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Child, ROOT, type Runtime, runtimes, spawnProgram } from "../kit.ts";

/** Where a page is. */
export const MULTI_PROCESS = "examples/multi_process.md";

/** A page's text. */
export function pageText(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** Starts a script of a page as pages say: on Deno with the one permission that it needs, and more. */
export function startScript(runtime: Runtime, name: string, cwd: string, ...more: string[]): Child {
  const flags = ["--no-check", "--no-prompt", "--quiet", "--allow-ffi", ...more];
  const args = ["run", ...runtime === "deno" ? flags : [], name];
  return spawnProgram(runtimes[runtime], args, { cwd });
}

/** The code blocks of a language. */
export function codeBlocks(page: string, language: string): string[] {
  const pattern = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "gm");
  return [...page.matchAll(pattern)].map((match) => match[1]!);
}

/** The scripts among them, by the name in the comment that each begins with. */
export function scripts(page: string): Map<string, string> {
  return new Map(
    codeBlocks(page, "ts").map((code) => {
      const name = /^\/\/ (\w+\.ts)\n/.exec(code)?.[1];
      if (name === undefined) throw new Error(`Cannot name a script: it begins with ${code}`);
      return [name, code];
    }),
  );
}

/** The commands of the shell blocks, continued lines put together. */
export function commands(page: string): string[] {
  return codeBlocks(page, "sh").flatMap((block) =>
    block.replaceAll(/\\\n\s*/g, "").split("\n").filter((line) => line !== "")
  );
}

/** A row of a table of errors. */
export interface ErrorRow {
  /** The fixed part of the message, with `...` for the rest. */
  readonly message: string;
  /** The error's class. */
  readonly name: string;
  /** Its code, if it has one. */
  readonly code: string | undefined;
  readonly cause: string;
  readonly cure: string;
}

/** The rows of the tables whose first column is headed "message". */
export function errorRows(page: string): ErrorRow[] {
  const tables = [...page.matchAll(/^\| message [^\n]*\n\| -[^\n]*\n((?:\|[^\n]*\n)*)/gm)];
  return tables.flatMap(([, body]) => body!.trimEnd().split("\n")).map((line) => {
    const [message = "", error = "", cause = "", cure = ""] = line.slice(1, -1).split(" | ")
      .map((cell) => cell.trim());
    const [name = "", code] = [...error.matchAll(/`(\w+)`/g)].map((match) => match[1]!);
    return { message: message.replace(/^`|`$/g, ""), name, code, cause, cure };
  });
}

/** What a message of a row matches. */
export function patternOf({ message }: ErrorRow): RegExp {
  const fixed = message.split("...").map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(fixed.join("[^]*?"));
}
