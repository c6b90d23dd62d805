/**
 * The test runner's command line.
 *
 * @module
 */

import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { type Runtime, RUNTIMES } from "../runtimes.ts";

/** How to call the test runner. */
export const USAGE = `deno task test [options] [words]

Sets up what the tests need, then runs the test files whose paths hold one of the words
(all without words; a word that is a file's path runs that file).

  --runtime deno|bun   only on this runtime
  --jobs N             how many files at a time (twice as many as there are CPUs)
  --limit SECONDS      how long a file may take (240)
  --again              files that failed run once more at the end, one at a time; a test that passes
                       only then counts as passed, and is told
  --no-setup           do not look whether anything is missing`;

/** What the command line asks for. */
export interface Arguments {
  /** The runtimes to run on. */
  readonly runtimes: readonly Runtime[];
  /** How many files run at a time. */
  readonly jobs: number;
  /** How long a file may take, in seconds. */
  readonly limitSeconds: number;
  /** Whether files that failed run once more. */
  readonly again: boolean;
  /** Whether to set up first. */
  readonly setup: boolean;
  /** Whether only the usage was asked for. */
  readonly help: boolean;
  /** Which files to run. */
  readonly words: readonly string[];
}

/**
 * Reads the command line.
 *
 * @param args The arguments after the script's name.
 * @returns What they ask for; throws a `TypeError` that says what is wrong.
 */
export function parseArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      runtime: { type: "string" },
      // Tests wait much of their time, for processes that start and for locks that are lost.
      jobs: { type: "string", default: String(2 * availableParallelism()) },
      limit: { type: "string", default: "240" },
      again: { type: "boolean", default: false },
      "no-setup": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  return {
    runtimes: values.runtime === undefined ? RUNTIMES : [runtimeNamed(values.runtime)],
    jobs: positive("--jobs", values.jobs),
    limitSeconds: positive("--limit", values.limit),
    again: values.again,
    setup: !values["no-setup"],
    help: values.help,
    words: positionals,
  };
}

function runtimeNamed(name: string): Runtime {
  const runtime = RUNTIMES.find((known) => known === name);
  if (runtime !== undefined) return runtime;
  throw new TypeError(`Cannot run tests on "${name}": --runtime is ${RUNTIMES.join(" or ")}`);
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new TypeError(`Cannot read ${option} "${text}": it is not a positive integer`);
}
