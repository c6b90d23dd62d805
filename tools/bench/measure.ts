/**
 * Runs the measuring programs and collects what they print.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { compileC } from "../compile.ts";
import { removePrefix } from "../prefix.ts";
import { ROOT } from "../root.ts";
import { type Part, settle } from "./figures.ts";
import { measureInspect } from "./inspect.ts";
import { measureMessages } from "./mp.ts";
import { measurePackets } from "./packets.ts";
import { measurePolling } from "./polling.ts";
import { type Command, ealArgs, type Language, run, scriptCommand } from "./programs.ts";

/** The value of every measurement, by name, of each language. */
export type Measurements = Record<Language, Map<string, number>>;

/** How many objects two processes move in one round. */
const STREAM = 100_000_000;

/** How often in each round. */
const STREAM_TURNS = 3;

function commands(): Partial<Record<Language, Command>> {
  const found: Partial<Record<Language, Command>> = {
    deno: scriptCommand("deno", "tools/bench/script.ts"),
    bun: scriptCommand("bun", "tools/bench/script.ts"),
  };
  if (spawnSync("gcc", ["--version"]).status !== 0) {
    console.log("There is no gcc: Deno and Bun are measured without C.\n");
    return found;
  }
  const source = readFileSync(join(ROOT, "tools/bench/bench.c"), "utf8");
  return { c: [compileC(source), []], ...found };
}

/** Two processes on two cores, one SP/SC ring, bursts of 32. */
async function stream(
  producer: Command,
  consumer: Command,
  prefix: string,
  total: number,
): Promise<number> {
  let consumed: Promise<{ value: number }[]> | undefined;
  const onLine = (line: string) => {
    if (line !== "ready") return;
    consumed = run(consumer, [
      ...ealArgs(prefix, 1, "secondary"),
      "consumer",
      String(total),
    ]);
  };
  const args = [...ealArgs(prefix, 0, "primary"), "producer", String(total)];
  await run(producer, args, { onLine });
  return (await consumed)?.[0]?.value ?? 0;
}

const SCRIPT_TASKS = ["sp_sc", "mp_mc", "rts", "hts", "modes", "calls", "mempool", "allocation"];

/**
 * Measures.
 *
 * @param rounds how often; see {@linkcode settle}
 * @param parts what
 * @param seconds how many count of each turn of packets
 */
export async function measure(
  rounds: number,
  parts: readonly Part[],
  seconds: number,
): Promise<Measurements> {
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
      for (const language of parts.includes("rings") ? languages : []) {
        console.log(`Round ${round} of ${rounds}: ${language}`);
        for (const task of language === "c" ? ["all"] : SCRIPT_TASKS) {
          const args = [...ealArgs(prefix, 0, "primary"), task];
          const results = await run(programs[language]!, args);
          for (const { name, value } of results) note(language, name, value);
        }
      }
      // Close together: how fast two CPUs share a ring changes from minute to minute here.
      for (let turn = 0; parts.includes("streams") && turn < STREAM_TURNS; turn++) {
        for (const language of languages) {
          const program = programs[language]!;
          const moved = await stream(program, program, prefix, STREAM);
          note(language, "two processes burst 32", moved);
        }
      }
      if (parts.includes("mp") && programs.c !== undefined) {
        console.log(`Round ${round} of ${rounds}: messages`);
        await measureMessages(prefix, note);
      }
      if (parts.includes("packets")) {
        console.log(`Round ${round} of ${rounds}: packets`);
        await measurePackets(prefix, languages, seconds, note);
      }
      if (parts.includes("polling")) {
        console.log(`Round ${round} of ${rounds}: polling`);
        await measurePolling(prefix, languages, note);
      }
      if (parts.includes("inspect") && programs.c !== undefined) {
        console.log(`Round ${round} of ${rounds}: inspect`);
        await measureInspect(prefix, languages, note);
      }
    }
  } finally {
    removePrefix(prefix);
  }
  const settled = (map: Map<string, number[]>) =>
    new Map([...map].map(([name, values]) => [name, settle(name, values)]));
  return { c: settled(all.c), deno: settled(all.deno), bun: settled(all.bun) };
}
