/**
 * What the test runner says.
 *
 * @module
 */

import { shortPath } from "./files.ts";
import type { Job, JobResult } from "./run.ts";
import type { Failure } from "./verdict.ts";

/**
 * The line that is printed when a file has ended.
 *
 * @param result How it ended.
 * @returns One line.
 */
export function progressLine(result: JobResult): string {
  const { job, passed, skips, failures, elapsedMs } = result;
  const counts = [
    `${passed} passed`,
    ...(failures.length > 0 ? [`${failures.length} failed`] : []),
    ...(skips.length > 0 ? [`${skips.length} skipped`] : []),
  ];
  const word = failures.length > 0 ? "FAIL" : "ok  ";
  const seconds = (elapsedMs / 1000).toFixed(1);
  return `${word} ${job.runtime.padEnd(4)} ${shortPath(job.file)}: ${
    counts.join(", ")
  } (${seconds} s)`;
}

/**
 * All that went wrong in a file.
 *
 * @param result How it ended.
 * @returns Some lines, or none when all went well at the first try. What the file printed comes with
 * them unless each failure is a test's own.
 */
export function failureText(result: JobResult): string {
  const { job, failures, output, before } = result;
  if (failures.length === 0) return before === undefined ? "" : firstText(before);
  const title = titleOf(job);
  const texts = failures.map((failure) => `FAILED ${title}${whatFailed(failure)}`);
  if (failures.some(({ test }) => test === null)) {
    texts.push(`PRINTED by ${title}\n${indent(output.trimEnd() || "(nothing)")}`);
  }
  return texts.join("\n\n");
}

/**
 * The tests of a file that were not run on purpose.
 *
 * @param result How the file ended.
 * @returns A line for each.
 */
export function skipLines(result: JobResult): string[] {
  const title = titleOf(result.job);
  return result.skips.map(({ test, reason }) => `skipped ${title}: ${test} (${reason})`);
}

/**
 * The very last line.
 *
 * @param results How all files ended.
 * @returns One line.
 */
export function closingLine(results: readonly JobResult[]): string {
  const { passed, failed } = totals(results);
  return `${passed} passed, ${failed} failed`;
}

/**
 * Adds the files' counts up.
 *
 * @param results How all files ended.
 * @returns How many tests passed, and how many things failed.
 */
export function totals(results: readonly JobResult[]): { passed: number; failed: number } {
  return {
    passed: results.reduce((sum, result) => sum + result.passed, 0),
    failed: results.reduce((sum, result) => sum + result.failures.length, 0),
  };
}

/** What went wrong at first in a file that passed when it ran again. */
function firstText({ job, failures }: JobResult): string {
  return failures.map((failure) => `PASSED ONLY AGAIN ${titleOf(job)}${whatFailed(failure)}`)
    .join("\n\n");
}

function titleOf({ file, runtime }: Job): string {
  return `${shortPath(file)} on ${runtime}`;
}

/** The name of what failed, and how. */
function whatFailed({ test, text }: Failure): string {
  return `${test === null ? "" : `: ${test}`}\n${indent(text)}`;
}

function indent(text: string): string {
  return text.split("\n").map((line) => line === "" ? "" : `  ${line}`).join("\n");
}
