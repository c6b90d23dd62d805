/**
 * The test runner: every test file on both runtimes. See `USAGE` in test/arguments.ts.
 *
 * @module
 */

import process from "node:process";
import { setUp } from "./setup/mod.ts";
import { systemHost } from "./setup/host.ts";
import { again } from "./test/again.ts";
import { type Arguments, parseArguments, USAGE } from "./test/arguments.ts";
import { testFiles } from "./test/files.ts";
import { closingLine, failureText, progressLine, skipLines, totals } from "./test/print.ts";
import { endAllJobs, type Job, type JobResult, runJob } from "./test/run.ts";

/** Runs all jobs, some at a time, and prints a line as each ends. */
async function runAll(jobs: readonly Job[], options: Arguments): Promise<JobResult[]> {
  const waiting = [...jobs];
  const results: JobResult[] = [];
  const run = async (job: Job): Promise<JobResult> => {
    const result = await runJob(job, options.limitSeconds);
    console.log(progressLine(result));
    return result;
  };
  const work = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      results.push(await run(job));
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  return options.again ? await again(results, run) : results;
}

/** Does all that the command line asks for, and returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const options = parseArguments(args);
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  let results: JobResult[] = [];
  if (!options.setup || setUp(systemHost, "test")) {
    const files = testFiles(options.words);
    if (files.length === 0) console.log("Cannot run tests: no test file matches");
    const jobs = files.flatMap((file) => options.runtimes.map((runtime) => ({ runtime, file })));
    results = await runAll(jobs, options);
  }
  for (const line of results.flatMap(skipLines)) console.log(line);
  for (const text of results.map(failureText)) if (text !== "") console.log(`\n${text}`);
  console.log(`\n${closingLine(results)}`);
  const { passed, failed } = totals(results);
  return failed === 0 && passed > 0 ? 0 : 1;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    endAllJobs();
    process.exit(1);
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  endAllJobs();
  console.error(error instanceof TypeError ? `${error.message}\n\n${USAGE}` : error);
  process.exitCode = 1;
}
