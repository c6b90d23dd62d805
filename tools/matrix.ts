/**
 * The matrix runner: the tests with every DPDK release, on both runtimes. See `USAGE` in
 * matrix/arguments.ts.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import process from "node:process";
import { type Arguments, ESSENTIAL, parseArguments, USAGE } from "./matrix/arguments.ts";
import { type Release, releaseOf } from "./matrix/releases.ts";
import { rootOf } from "./matrix/roots.ts";
import { type Cell, runTests, versionIn } from "./matrix/run.ts";
import { failureLines, tableLines, totals } from "./matrix/table.ts";
import { executable, type Runtime } from "./runtimes.ts";
import { systemHost } from "./setup/host.ts";
import { setUp } from "./setup/mod.ts";
import { testFiles } from "./test/files.ts";

/** What the runtimes are called. */
const NAMES: Readonly<Record<Runtime, string>> = { deno: "Deno", bun: "Bun" };

const ending = new AbortController();

/** A runtime's name and version. */
function titleOf(runtime: Runtime): string {
  const { stdout } = spawnSync(executable(runtime), ["--version"], { encoding: "utf8" });
  return `${NAMES[runtime]} ${/\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? ""}`;
}

/** Runs the tests of all that was asked for, and prints the table. Returns the exit code. */
async function runMatrix(options: Arguments): Promise<number> {
  const { signal } = ending;
  const { releases, refresh, again } = options;
  const { userId } = systemHost;
  const installed = releaseOf(await versionIn(undefined, signal) ?? "");
  const cells: Cell[] = [];
  const versions = new Map<Release, string>();
  const words = new Map<Release, readonly string[]>();
  // What is installed comes first: it takes no root.
  const order = [...releases].sort((a, b) => Number(b === installed) - Number(a === installed));
  for (const release of order) {
    const say = (line: string): void => console.log(`${release.number}: ${line}`.trimEnd());
    const all = options.words.length > 0 || !options.essential || release === installed;
    words.set(release, all ? options.words : ESSENTIAL);
    try {
      const root = release === installed
        ? undefined
        : await rootOf(release, { userId, refresh, signal, say });
      const version = await versionIn(root, signal) ?? "";
      if (releaseOf(version) !== release) {
        throw new Error(
          `Cannot test with DPDK ${release.number}: ${release.system} has "${version}"`,
        );
      }
      versions.set(release, version);
      for (const runtime of options.runtimes) {
        say(`${version} on ${runtime}`);
        const how = { root, words: words.get(release)!, again, signal, say };
        cells.push(await runTests(release, runtime, how));
      }
    } catch (error) {
      signal.throwIfAborted();
      say(error instanceof Error ? error.message : String(error));
    }
  }
  const missing = releases.length * options.runtimes.length - cells.length;
  const runtimes = new Map(options.runtimes.map((runtime) => [runtime, titleOf(runtime)]));
  const table = { cells, releases, runtimes, versions, words, date: new Date() };
  for (const line of [...failureLines(cells), "", ...tableLines(table)]) console.log(line);
  const { passed, failed } = totals(cells);
  console.log(`\n${passed} passed, ${failed + missing} failed`);
  return failed + missing === 0 && passed > 0 ? 0 : 1;
}

/** Does all that the command line asks for, and returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const options = parseArguments(args);
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  if (testFiles(options.words).length === 0) console.log("Cannot run tests: no test file matches");
  else if (!options.setup || setUp(systemHost, "matrix")) return await runMatrix(options);
  console.log("\n0 passed, 0 failed");
  return 1;
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => ending.abort());
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!ending.signal.aborted) {
    console.error(error instanceof TypeError ? `${error.message}\n\n${USAGE}` : error);
  }
  process.exitCode = 1;
}
