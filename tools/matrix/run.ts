/**
 * Runs the tests with one release on one runtime.
 *
 * @module
 */

import { join } from "node:path";
import { ROOT } from "../root.ts";
import { executable, type Runtime } from "../runtimes.ts";
import { runCommand } from "./command.ts";
import { entering } from "./enter.ts";
import type { Release } from "./releases.ts";

/** What came of it: a cell of the table. */
export interface Cell {
  /** The release that was tested with. */
  readonly release: Release;
  /** The runtime. */
  readonly runtime: Runtime;
  /** How many tests passed. */
  readonly passed: number;
  /** How many things failed; a run that did not come to its end is one. */
  readonly failed: number;
  /** How long it took, in seconds. */
  readonly seconds: number;
  /** What the test runner told of what failed, in lines. */
  readonly told: readonly string[];
}

/** How tests are run. */
export interface RunOptions {
  /** The root file system to run in, or `undefined` for this system's own. */
  readonly root: string | undefined;
  /** Which test files to run. */
  readonly words: readonly string[];
  /** Whether files that failed run once more. */
  readonly again: boolean;
  /** Ends the run. */
  readonly signal: AbortSignal;
  /** Is told each line that the test runner prints, but for what failed and its closing line. */
  readonly say: (line: string) => void;
}

/** Counts of tests. */
export interface Counts {
  /** How many passed. */
  readonly passed: number;
  /** How many failed. */
  readonly failed: number;
}

/** What the test runner's account of what failed begins with; all that follows belongs to it. */
const ACCOUNT = /^(FAILED|PASSED ONLY AGAIN) /;
const CLOSING = /^(\d+) passed, (\d+) failed$/;

/**
 * What a run of the test runner amounts to.
 *
 * @param last The last line that it printed.
 * @param code Its exit code.
 * @returns Its counts. One more failed when it has no closing line, or its exit code is not explained.
 */
export function judge(last: string, code: number): Counts {
  const match = CLOSING.exec(last);
  if (match === null) return { passed: 0, failed: 1 };
  const [passed, failed] = [Number(match[1]), Number(match[2])];
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
}

/**
 * Runs tests.
 *
 * @param release The release that is tested with.
 * @param runtime The runtime to run on.
 * @param options How they are run.
 * @returns What came of it.
 */
export async function runTests(
  release: Release,
  runtime: Runtime,
  { root, words, again, signal, say }: RunOptions,
): Promise<Cell> {
  const runner = [executable("deno"), "run", "-A", join(ROOT, "tools", "test.ts"), "--no-setup"];
  const options = ["--runtime", runtime, ...again ? ["--again"] : []];
  const command = [...runner, ...options, ...words];
  const told: string[] = [];
  let last = "";
  const onLine = (line: string): void => {
    if (line !== "") last = line;
    if (CLOSING.test(line)) return;
    if (told.length > 0 || ACCOUNT.test(line)) told.push(line);
    else if (line !== "") say(line);
  };
  const started = performance.now();
  const entry = root === undefined ? { command } : entering(root, command);
  const code = await runCommand(entry.command, { ...entry, signal, onLine });
  signal.throwIfAborted();
  if (told.at(-1) === "") told.pop();
  const seconds = Math.round((performance.now() - started) / 1000);
  return { release, runtime, seconds, told, ...judge(last, code) };
}

/**
 * The version of the DPDK that is installed.
 *
 * @param root The root file system to look in, or `undefined` for this system's own.
 * @param signal Ends the question.
 * @returns The version: `24.11.4`; `undefined` when there is none.
 */
export async function versionIn(
  root: string | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  const command = ["pkg-config", "--modversion", "libdpdk"];
  const entry = root === undefined ? { command } : entering(root, command);
  let last = "";
  const code = await runCommand(entry.command, { ...entry, signal, onLine: (line) => last = line });
  return code === 0 ? last : undefined;
}
