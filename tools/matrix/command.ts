/**
 * Runs commands that take long, and shows what they print as they go.
 *
 * @module
 */

import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { ROOT } from "../root.ts";

/** How a command is run. */
export interface CommandOptions {
  /** Its environment; this process's own unless given. */
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the command, and all that it started. */
  readonly signal: AbortSignal;
  /** Is told each line that it prints. */
  readonly onLine: (line: string) => void;
}

/** How long a command may take to end when it is told to, in milliseconds. */
const GRACE_MS = 5_000;

/**
 * Runs a command in the repository's root folder, in a process group of its own.
 *
 * @param command The program and its arguments.
 * @param options How it is run.
 * @returns Its exit code: 127 when it was not found, 128 when a signal ended it.
 */
export async function runCommand(
  command: readonly string[],
  { env = process.env, signal, onLine }: CommandOptions,
): Promise<number> {
  signal.throwIfAborted();
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    cwd: ROOT,
    detached: true,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const kill = (name: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // Nothing is left of the group.
    }
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = (): void => {
    kill("SIGTERM");
    timer = setTimeout(() => kill("SIGKILL"), GRACE_MS);
  };
  signal.addEventListener("abort", end);
  try {
    return await new Promise<number>((resolve) => {
      child.once("error", (error) => {
        onLine(error.message);
        resolve(127);
      });
      child.once("exit", () => kill("SIGKILL"));
      child.once("close", (code) => resolve(code ?? 128));
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on("line", onLine);
      }
    });
  } finally {
    signal.removeEventListener("abort", end);
    clearTimeout(timer);
  }
}
