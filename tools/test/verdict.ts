/**
 * What a test file's report and its end amount to.
 *
 * @module
 */

import type { ReportEvent } from "./report.ts";

/** How the process of a test file ended. */
export interface FileEnd {
  /** The exit code, or `null` when a signal ended it. */
  readonly code: number | null;
  /** The signal that ended it, or `null`. */
  readonly signal: string | null;
  /** The time limit that it passed, in seconds, or `null`. */
  readonly overSeconds: number | null;
}

/** One thing that went wrong. */
export interface Failure {
  /** The test's name, or `null` for the file as a whole. */
  readonly test: string | null;
  /** What happened. */
  readonly text: string;
}

/** One test that was not run on purpose. */
export interface Skip {
  /** The test's name. */
  readonly test: string;
  /** Why it was not run. */
  readonly reason: string;
}

/** The outcome of a test file. */
export interface Verdict {
  /** How many tests passed. */
  readonly passed: number;
  /** The tests that were skipped. */
  readonly skips: readonly Skip[];
  /** What went wrong: a failed test each, an unfinished test each, and the file's own end. */
  readonly failures: readonly Failure[];
}

/**
 * Judges a test file. A file that ran no test, or ended otherwise than by its tests' results, has
 * failed.
 *
 * @param report What it recorded.
 * @param end How its process ended.
 * @returns The outcome.
 */
export function judge(report: readonly ReportEvent[], end: FileEnd): Verdict {
  const names = new Map<number, string>();
  const unfinished = new Map<number, string>();
  const failures: Failure[] = [];
  const skips: Skip[] = [];
  let passed = 0;
  let loading: string[] = ["it was left before all of it was loaded"];
  for (const line of report) {
    if (line.event === "loaded") {
      loading = [];
    } else if (line.event === "unloadable") {
      loading = [`its top level threw ${line.error}`];
    } else if (line.event === "registered") {
      names.set(line.id, line.name);
      unfinished.set(line.id, line.name);
    } else {
      const test = names.get(line.id) ?? `test ${line.id}`;
      unfinished.delete(line.id);
      if (line.event === "passed") passed++;
      else if (line.event === "skipped") skips.push({ test, reason: line.reason });
      else failures.push({ test, text: line.error });
    }
  }
  const explained = failures.length > 0;
  for (const test of unfinished.values()) failures.push({ test, text: "It never came to its end" });
  const faults = [
    ...(names.size === 0 ? ["it has no test"] : []),
    ...loading,
    ...endFault(end, explained),
  ];
  if (faults.length > 0) {
    failures.push({ test: null, text: `The file failed: ${faults.join("; ")}` });
  }
  return { passed, skips, failures };
}

/** What is wrong with the end of the process; an exit code is explained by a failed test. */
function endFault(end: FileEnd, explained: boolean): string[] {
  if (end.overSeconds !== null) return [`it was killed, for it took over ${end.overSeconds} s`];
  if (end.signal !== null) return [`it was ended by ${end.signal}`];
  if (end.code !== 0 && !explained) return [`it exited with code ${end.code}`];
  return [];
}
