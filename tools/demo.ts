/**
 * A Deno and a Bun process exchange messages through DPDK's rings and a pool, and over its control
 * channel, every one checked. See `USAGE` in demo/arguments.ts.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { callTool } from "./call.ts";
import { compileC } from "./compile.ts";
import { type Arguments, parseArguments, USAGE } from "./demo/arguments.ts";
import { hugepageObstacle } from "./demo/hugepages.ts";
import { report, reportDialogue, sayRate } from "./demo/report.ts";
import { PREFIX, type Program, runAlone, runDialogue, runPair } from "./demo/run.ts";
import { removePrefix } from "./prefix.ts";
import { ROOT } from "./root.ts";
import { executable, type Runtime } from "./runtimes.ts";
import { systemHost } from "./setup/host.ts";
import { setUp } from "./setup/mod.ts";

function script(runtime: Runtime, file: string): Program {
  const path = join(ROOT, "tools/demo", file);
  const before = runtime === "deno"
    ? ["run", "--allow-ffi", "--allow-read", "--no-check", "--quiet"]
    : ["run"];
  return {
    name: runtime === "deno" ? "Deno" : "Bun",
    file: executable(runtime),
    args: [...before, path],
  };
}

function find(runtime: Runtime): boolean {
  try {
    executable(runtime);
    return true;
  } catch {
    return false;
  }
}

function cProgram(): Program | undefined {
  if (spawnSync("gcc", ["--version"]).status !== 0) return undefined;
  try {
    const source = readFileSync(join(ROOT, "tools/demo/demo.c"), "utf8");
    return { name: "C", file: compileC(source), args: [] };
  } catch {
    return undefined; // no headers
  }
}

/** How much goes over the control channel. */
const REQUESTS = 2000;
const NOTICES = 10_000;

async function twoProcesses(count: number, bun: boolean): Promise<boolean> {
  const primary = script("deno", "process.ts");
  const secondary = script(bun ? "bun" : "deno", "process.ts");
  if (!bun) console.log("Bun is not installed here: the secondary runs on Deno too.");
  console.log(
    `A primary on ${primary.name} and a secondary on ${secondary.name} send each other ` +
      `${count.toLocaleString("en")} messages of 64 bytes\n` +
      "through one mempool and two rings, and check every one.\n",
  );
  const ours = await runPair(primary, secondary, count);
  const right = report(ours, count);
  const c = cProgram();
  if (c === undefined) {
    console.log("There is no C compiler with DPDK's headers here to compare with.");
  } else if (right) {
    const theirs = await runPair(c, c, count);
    sayRate("Two C processes, the same exchange", theirs);
    const ratio = Math.round(100 * theirs.seconds / ours.seconds);
    console.log(`Deno and Bun together ran at ${ratio} % of C's rate.`);
  }
  return await dialogue(bun) && right;
}

/** The control channel's part. */
async function dialogue(bun: boolean): Promise<boolean> {
  const primary = script("deno", "messages.ts");
  const secondary = script(bun ? "bun" : "deno", "messages.ts");
  console.log();
  const outcome = await runDialogue(primary, secondary, REQUESTS, NOTICES);
  return reportDialogue(outcome, REQUESTS, NOTICES);
}

async function oneProcess(count: number, why: string): Promise<boolean> {
  console.log(
    `${why}\nSo this is the demo's one-process form: a main script and a Worker send each other ` +
      `${count.toLocaleString("en")}\nmessages of 64 bytes through a mempool and two rings in ` +
      "ordinary memory (--no-huge), and check every one.\n",
  );
  return report(await runAlone(script("deno", "one_process.ts"), count), count);
}

async function demo({ count, ...asked }: Arguments): Promise<boolean> {
  if (asked.setup && !setUp(systemHost, "demo")) return false;
  const obstacle = asked.oneProcess
    ? "The one-process form was asked for (--one-process)."
    : hugepageObstacle();
  try {
    return obstacle === undefined
      ? await twoProcesses(count, find("bun"))
      : await oneProcess(count, obstacle);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return false;
  } finally {
    removePrefix(PREFIX);
  }
}

await callTool({ usage: USAGE, parse: parseArguments, run: demo });
