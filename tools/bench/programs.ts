/**
 * Starts the measuring programs.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Who is measured. */
export type Language = "c" | "deno" | "bun";

/** A program, and what stands before its arguments. */
export type Command = readonly [file: string, args: readonly string[]];

/** Starts a program; resolves with its lines of JSON when it has ended. */
export function run(
  [file, before]: Command,
  args: readonly string[],
  onLine?: (line: string) => void,
): Promise<{ name: string; value: number }[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, [...before, ...args], { stdio: ["ignore", "pipe", "pipe"] });
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

/** EAL arguments of a measuring program. */
export function ealArgs(prefix: string, lcore: number, type: string): string[] {
  return [
    "-l",
    String(lcore),
    `--proc-type=${type}`,
    "--no-pci",
    "-m",
    "64",
    "--file-prefix",
    prefix,
    "--log-level=4",
    ...(type === "primary" ? ["--base-virtaddr=0x600000000000"] : []),
    "--",
  ];
}
