/**
 * Which test files there are.
 *
 * @module
 */

import { readdirSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { ROOT } from "../root.ts";

/**
 * Finds test files.
 *
 * @param words Each is a file to run, or a word that a test file's path holds; a test file is run
 * when it holds one of them. Without words, all test files are run.
 * @returns Absolute paths, sorted.
 */
export function testFiles(words: readonly string[]): string[] {
  const named = words.filter(isFile).map((word) => resolve(word));
  const rest = words.filter((word) => !isFile(word));
  const wanted = (path: string): boolean =>
    words.length === 0 || rest.some((word) => path.includes(word));
  const found = readdirSync(join(ROOT, "tests"), { recursive: true, encoding: "utf8" })
    .map((path) => join("tests", path))
    .filter((path) => path.endsWith(".test.ts") && wanted(path))
    .map((path) => join(ROOT, path));
  return [...new Set([...named, ...found])].sort();
}

/**
 * A file's path as it is printed: from the repository's root when it is in there.
 *
 * @param file An absolute path.
 * @returns The shorter path.
 */
export function shortPath(file: string): string {
  const path = relative(ROOT, file);
  return path.startsWith("..") ? file : path;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
