/**
 * Starts the measuring programs.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { ROOT } from "../root.ts";
import { executable, type Runtime } from "../runtimes.ts";

/** Who is measured. */
export type Language = "c" | "deno" | "bun";

/** A program, and what stands before its arguments. */
export type Command = readonly [file: string, args: readonly string[]];

/** How a program is run. */
export interface RunOptions {
  /** Is told each line that it prints. */
  readonly onLine?: (line: string) => void;
  /** Environment variables besides those that there are. */
  readonly env?: Readonly<Record<string, string>>;
}

/** EAL arguments of two ports that receive as many packets as one asks for, and drop all. */
export const NULL_PORTS: readonly string[] = ["--vdev=net_null0", "--vdev=net_null1"];

/** A script of this repository on a runtime. */
export function scriptCommand(runtime: Runtime, path: string): Command {
  const flags = runtime === "deno" ? ["run", "--allow-all", "--no-check", "--quiet"] : ["run"];
  return [executable(runtime), [...flags, join(ROOT, path)]];
}

/** Starts a program; resolves with its lines of JSON when it has ended. */
export function run(
  [file, before]: Command,
  args: readonly string[],
  { onLine, env = {} }: RunOptions = {},
): Promise<{ name: string; value: number }[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, [...before, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    const results: { name: string; value: number }[] = [];
    let errors = "";
    child.stderr.on("data", (data) => errors += String(data));
    createInterface({ input: child.stdout }).on("line", (line) => {
      onLine?.(line);
      if (line.startsWith("{")) results.push(JSON.parse(line));
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve(results);
      else reject(new Error(`Cannot measure: ${file} ended with ${signal ?? code}\n${errors}`));
    });
  });
}

/**
 * EAL arguments of a measuring program.
 *
 * @param lcore its id, which is its CPU's, too; `2@0` has another id
 * @param type `primary` or `secondary`
 * @param more further ones, such as {@linkcode NULL_PORTS}
 * @param megabytes how much memory, unless given 64
 */
export function ealArgs(
  prefix: string,
  lcore: number | string,
  type: string,
  more: readonly string[] = [],
  megabytes = 64,
): string[] {
  return [
    `--lcores=${lcore}`,
    `--proc-type=${type}`,
    "--no-pci",
    "-m",
    String(megabytes),
    "--file-prefix",
    prefix,
    "--log-level=4",
    ...(type === "primary" ? ["--base-virtaddr=0x600000000000"] : []),
    ...more,
    "--",
  ];
}
