/**
 * A second try, for machines whose load nobody controls: a file that failed beside others runs once
 * more when nothing else does. What it said at first is told all the same.
 *
 * @module
 */

import type { Job, JobResult } from "./run.ts";

/** Runs a file and says how that went. */
export type Runner = (job: Job) => Promise<JobResult>;

/**
 * Runs each file that failed once more, one at a time.
 *
 * @param results How all files ended.
 * @param run Runs one.
 * @returns The results, those of the second try in the place of those that failed.
 */
export async function again(results: readonly JobResult[], run: Runner): Promise<JobResult[]> {
  const ended: JobResult[] = [];
  for (const result of results) {
    if (result.failures.length === 0) ended.push(result);
    else ended.push({ ...await run(result.job), before: result });
  }
  return ended;
}
