/**
 * Runs the measuring programs and collects what they print.
 *
 * @module
 */

import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { compileC } from "../compile.ts";
import { removePrefix } from "../prefix.ts";
import { ROOT } from "../root.ts";
import { executable } from "../runtimes.ts";

/** Who is measured. */
export type Language = "c" | "deno" | "bun";

/** The value of every measurement, by name, of each language. */
export type Measurements = Record<Language, Map<string, number>>;

/** How many objects two processes move in one round. */
const STREAM = 100_000_000;

/** How often in each round. */
const STREAM_TURNS = 3;

/**
 * One figure of several rounds. Of times the least: what else the machine does can only add to them.
 * Of two processes the median: which CPUs they get decides much, for better and for worse.
 */
export function settle(name: string, rounds: readonly number[]): number {
  const sorted = [...rounds].sort((a, b) => a - b);
  return sorted[name.startsWith("two processes") ? sorted.length >> 1 : 0]!;
}

type Command = readonly [file: string, args: readonly string[]];

function commands(): Partial<Record<Language, Command>> {
  const script = join(ROOT, "tools/bench/script.ts");
  const found: Partial<Record<Language, Command>> = {
    deno: [executable("deno"), ["run", "--allow-all", "--no-check", "--quiet", script]],
    bun: [executable("bun"), ["run", script]],
  };
  if (spawnSync("gcc", ["--version"]).status !== 0) {
    console.log("There is no gcc: Deno and Bun are measured without C.\n");
    return found;
  }
  const source = readFileSync(join(ROOT, "tools/bench/bench.c"), "utf8");
  return { c: [compileC(source), []], ...found };
}

/** Starts a program; resolves with its lines of JSON when it has ended. */
function run(
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

function ealArgs(prefix: string, lcore: number, type: string): string[] {
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

/** Two processes on two cores, one SP/SC ring, bursts of 32. */
async function stream(
  producer: Command,
  consumer: Command,
  prefix: string,
  total: number,
): Promise<number> {
  let consumed: Promise<{ value: number }[]> | undefined;
  await run(producer, [...ealArgs(prefix, 0, "primary"), "producer", String(total)], (line) => {
    if (line !== "ready") return;
    consumed = run(consumer, [
      ...ealArgs(prefix, 1, "secondary"),
      "consumer",
      String(total),
    ]);
  });
  return (await consumed)?.[0]?.value ?? 0;
}

const SCRIPT_TASKS = ["sp_sc", "mp_mc", "rts", "hts", "modes", "mempool", "allocation"];

/**
 * Measures everything.
 *
 * @param rounds how often; see {@linkcode settle}
 */
export async function measure(rounds: number): Promise<Measurements> {
  const programs = commands();
  const languages = Object.keys(programs) as Language[];
  const all: Record<Language, Map<string, number[]>> = {
    c: new Map(),
    deno: new Map(),
    bun: new Map(),
  };
  const prefix = `bench-${process.pid}`;
  const note = (language: Language, name: string, value: number) => {
    const known = all[language].get(name) ?? [];
    all[language].set(name, [...known, value]);
  };
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const language of languages) {
        console.log(`Round ${round} of ${rounds}: ${language}`);
        for (const task of language === "c" ? ["all"] : SCRIPT_TASKS) {
          const args = [...ealArgs(prefix, 0, "primary"), task];
          const results = await run(programs[language]!, args);
          for (const { name, value } of results) note(language, name, value);
        }
      }
      // Close together: how fast two CPUs share a ring changes from minute to minute here.
      for (let turn = 0; turn < STREAM_TURNS; turn++) {
        for (const language of languages) {
          const program = programs[language]!;
          const moved = await stream(program, program, prefix, STREAM);
          note(language, "two processes burst 32", moved);
        }
      }
    }
  } finally {
    removePrefix(prefix);
  }
  const settled = (map: Map<string, number[]>) =>
    new Map([...map].map(([name, values]) => [name, settle(name, values)]));
  return { c: settled(all.c), deno: settled(all.deno), bun: settled(all.bun) };
}
