/**
 * Starts soaking processes, and judges what they tell.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "../root.ts";
import { executable, type Runtime } from "../runtimes.ts";
import type { Look } from "./look.ts";

/** How much the second half may add, in MiB: engines take and give back memory as they like. */
const TOLERANCE = 24;

/** A script of this folder on a runtime: a program, and what stands before its arguments. */
export function scriptCommand(runtime: Runtime, script: string): [string, readonly string[]] {
  const flags = runtime === "deno" ? ["run", "--allow-all", "--no-check", "--quiet"] : ["run"];
  return [executable(runtime), [...flags, join(ROOT, "tools/soak", script)]];
}

/** Runs a script of this folder; resolves when it has ended well. */
export function start(
  runtime: Runtime,
  script: string,
  args: readonly string[],
  onLine: (line: string) => void,
): Promise<void> {
  const [file, before] = scriptCommand(runtime, script);
  const child = spawn(file, [...before, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  createInterface({ input: child.stdout }).on("line", onLine);
  return new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`Cannot soak: ${runtime} ended with ${signal ?? code}`));
    });
  });
}

/** What the processes of one runtime told. */
export class Looks {
  readonly #all: Look[] = [];
  readonly #runtime: Runtime;
  readonly #unit: string;

  /** @param unit what is done: `requests` */
  constructor(runtime: Runtime, unit: string) {
    this.#runtime = runtime;
    this.#unit = unit;
  }

  /** Takes a line that a process printed, and shows it. */
  see(line: string): void {
    if (!line.startsWith("{")) return void console.log(`${this.#runtime}: ${line}`);
    const look = JSON.parse(line) as Look;
    this.#all.push(look);
    const { role, done, rss } = look;
    console.log(
      `${this.#runtime} ${role}: ${done.toLocaleString("en")} ${this.#unit}, ${rss} MiB`,
    );
  }

  /** Says how much the memory of each process grew in the second half; whether that is right. */
  judge(roles: readonly string[]): boolean {
    let right = true;
    for (const role of roles) {
      const own = this.#all.filter((look) => look.role === role);
      const [half, end] = [own[own.length >> 1], own.at(-1)];
      const grown = end === undefined || half === undefined ? NaN : end.rss - half.rss;
      const ok = grown <= TOLERANCE;
      const verdict = ok ? "" : ": TOO MUCH";
      console.log(`${this.#runtime} ${role}: ${grown} MiB more in the second half${verdict}`);
      right &&= ok;
    }
    return right;
  }
}
