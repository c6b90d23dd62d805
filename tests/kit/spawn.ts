/**
 * Child processes of tests: scripts on either runtime, and programs. Each has a bounded life.
 *
 * @module
 */

import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import type { Writable } from "node:stream";
import { executable, type Runtime } from "./runtimes.ts";
import { TextLines } from "./lines.ts";

/** How long a child may live when nothing is said, in milliseconds. */
const DEFAULT_TIMEOUT_MS = 60_000;

/** How a child is started. */
export interface SpawnOptions {
  /** How long it may live before it is killed, in milliseconds; 60,000 unless given. */
  readonly timeoutMs?: number;
  /** Environment variables besides this process's own; `undefined` removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The working directory; this process's own unless given. */
  readonly cwd?: string;
}

/** How a child ended. */
export interface ChildResult {
  /** The exit code, or `null` when a signal ended it. */
  readonly code: number | null;
  /** The signal that ended it, or `null`. */
  readonly signal: string | null;
  /** Whether it was killed because it lived too long. */
  readonly timedOut: boolean;
  /** All that it wrote to its standard output. */
  readonly stdout: string;
  /** All that it wrote to its standard error. */
  readonly stderr: string;
}

/** A running child process. */
export interface Child {
  /** Its process id. */
  readonly pid: number;
  /** Its standard input. */
  readonly stdin: Writable;
  /** How it ended; never rejects. */
  readonly result: Promise<ChildResult>;
  /**
   * The lines of its standard output, from the first on, as they come. Each call starts anew.
   *
   * @returns An iterator that ends when the output does.
   */
  lines(): AsyncIterableIterator<string>;
  /**
   * Waits for a line of its standard output, looking at those that came before, too.
   *
   * @param pattern What the line matches.
   * @param timeoutMs How long to wait, in milliseconds; 20,000 unless given.
   * @returns The match.
   */
  waitForLine(pattern: RegExp, timeoutMs?: number): Promise<RegExpMatchArray>;
  /**
   * Sends it a signal, by its process id. A child that has ended is left alone.
   *
   * @param signal Which one; `SIGTERM` unless given.
   */
  kill(signal?: NodeJS.Signals): void;
}

/**
 * Starts a script on a runtime, with all permissions and no type check.
 *
 * @param runtime Which runtime.
 * @param file The script's path.
 * @param args What it finds in `process.argv`.
 * @param options How it is started.
 * @returns The running child.
 */
export function spawnScript(
  runtime: Runtime,
  file: string,
  args: readonly string[] = [],
  options: SpawnOptions = {},
): Child {
  const flags = runtime === "deno" ? ["run", "--allow-all", "--no-check", "--quiet"] : ["run"];
  return spawnProgram(executable(runtime), [...flags, file, ...args], options);
}

/**
 * Starts a program.
 *
 * @param file The executable's path, or its name in `PATH`.
 * @param args Its arguments.
 * @param options How it is started.
 * @returns The running child.
 */
export function spawnProgram(
  file: string,
  args: readonly string[] = [],
  options: SpawnOptions = {},
): Child {
  const env = Object.fromEntries(
    Object.entries({ ...process.env, NO_COLOR: "1", ...options.env }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
  const child = spawn(file, [...args], {
    env,
    stdio: ["pipe", "pipe", "pipe"],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  // A child that has ended cannot be written to; what it made of its input is in its result.
  child.stdin.on("error", () => {});
  const stdout = new TextLines(child.stdout);
  const stderr = new TextLines(child.stderr);
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  return {
    pid: child.pid ?? -1,
    stdin: child.stdin,
    result: ended(child, file, stdout, stderr, timeoutMs),
    lines: () => stdout.lines(),
    waitForLine: async (pattern, waitMs = 20_000) => {
      try {
        return await stdout.waitFor(pattern, waitMs);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`${reason}\nstdout:\n${stdout.text}\nstderr:\n${stderr.text}`);
      }
    },
    kill: (signal = "SIGTERM") => signalTo(child, signal),
  };
}

/**
 * Says in words how a child ended, with what it printed: for assertion messages.
 *
 * @param result How it ended.
 * @returns Several lines of text.
 */
export function outcome(result: ChildResult): string {
  const how = result.timedOut
    ? "was killed because it lived too long"
    : result.signal !== null
    ? `was ended by ${result.signal}`
    : `exited with code ${result.code}`;
  return `The process ${how}\nstdout:\n${result.stdout}\nstderr:\n${result.stderr}`;
}

/**
 * Signals a child that still runs, by its pid: `child.kill` of Deno closes its stdin first, and the
 * child may be in the middle of leaving when the signal comes.
 */
function signalTo(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(child.pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

async function ended(
  child: ChildProcess,
  file: string,
  stdout: TextLines,
  stderr: TextLines,
  timeoutMs: number,
): Promise<ChildResult> {
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    signalTo(child, "SIGKILL");
  }, timeoutMs);
  const how = await new Promise<{ code: number | null; signal: string | null; error: string }>(
    (resolve) => {
      child.once("exit", (code, signal) => resolve({ code, signal, error: "" }));
      child.once("error", (error) => {
        resolve({ code: 127, signal: null, error: `Cannot start "${file}": ${error.message}\n` });
      });
    },
  );
  clearTimeout(timer);
  await Promise.all([stdout.drained(), stderr.drained()]);
  return {
    code: how.code,
    signal: how.signal,
    timedOut,
    stdout: stdout.text,
    stderr: how.error + stderr.text,
  };
}
