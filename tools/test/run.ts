/**
 * Runs one test file on one runtime.
 *
 * @module
 */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "../root.ts";
import { executable, type Runtime, RUNTIME_VARIABLES } from "../runtimes.ts";
import { FILE_VARIABLE, readReport, REPORT_VARIABLE } from "./report.ts";
import { type FileEnd, judge, type Verdict } from "./verdict.ts";

/** A test file on a runtime. */
export interface Job {
  /** The runtime that runs it. */
  readonly runtime: Runtime;
  /** The file's absolute path. */
  readonly file: string;
}

/** How a job ended. */
export interface JobResult extends Verdict {
  /** What was run. */
  readonly job: Job;
  /** All that was printed. */
  readonly output: string;
  /** How long it took, in milliseconds. */
  readonly elapsedMs: number;
  /** How the first try ended, where this is a second one. */
  readonly before?: JobResult;
}

/** The runtimes' own test runners, which `node:test` needs. */
const COMMANDS: Readonly<Record<Runtime, readonly string[]>> = {
  deno: ["test", "--allow-all", "--no-check"],
  bun: ["test"],
};

/** Loads the test file. */
const ENTRY = join(ROOT, "tools", "test", "entry.ts");

/** How long output may still come after the end of its process, in milliseconds. */
const DRAIN_MS = 2_000;

/** The process ids of the test files that run now; each leads a process group of that number. */
const running = new Set<number>();

/**
 * Runs a test file, and whatever processes it starts, in a process group of their own, of which
 * nothing is left afterwards.
 *
 * @param job What to run.
 * @param limitSeconds How long it may take, in seconds.
 * @returns How it ended.
 */
export async function runJob(job: Job, limitSeconds: number): Promise<JobResult> {
  const folder = mkdtempSync(join(tmpdir(), "dpdk-ts-test-"));
  const report = join(folder, "report.jsonl");
  const started = performance.now();
  try {
    const child = spawn(executable(job.runtime), [...COMMANDS[job.runtime], ENTRY], {
      detached: true,
      env: {
        ...process.env,
        NO_COLOR: "1",
        [FILE_VARIABLE]: job.file,
        [REPORT_VARIABLE]: report,
        [RUNTIME_VARIABLES.deno]: executable("deno"),
        [RUNTIME_VARIABLES.bun]: executable("bun"),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { end, output } = await outcome(child, limitSeconds);
    const elapsedMs = performance.now() - started;
    return { job, output, elapsedMs, ...judge(readReport(report), end) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ends all test files that run now, with all the processes that they started. */
export function endAllJobs(): void {
  for (const pid of running) killGroup(pid);
}

async function outcome(
  child: ChildProcess,
  limitSeconds: number,
): Promise<{ end: FileEnd; output: string }> {
  const pid = child.pid;
  if (pid === undefined) throw new Error("Cannot run test file: its runtime did not start");
  running.add(pid);
  let output = "";
  const closed = [child.stdout, child.stderr].map((stream) =>
    new Promise<void>((resolve) => {
      stream?.setEncoding("utf8");
      stream?.on("data", (text: string) => output += text);
      stream?.once("close", resolve);
    })
  );
  let overSeconds: number | null = null;
  const timer = setTimeout(() => {
    overSeconds = limitSeconds;
    killGroup(pid);
  }, limitSeconds * 1000);
  const exit = await new Promise<Pick<FileEnd, "code" | "signal">>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  clearTimeout(timer);
  killGroup(pid);
  running.delete(pid);
  await Promise.race([Promise.all(closed), pause(DRAIN_MS)]);
  return { end: { ...exit, overSeconds }, output };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing is left of the group.
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
