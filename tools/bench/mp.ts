/**
 * The control channel's round trip: a C secondary asks a primary of each language, and a secondary of
 * each language asks a C primary.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { compileC } from "../compile.ts";
import { ROOT } from "../root.ts";
import { type Command, ealArgs, type Language, run, scriptCommand } from "./programs.ts";

const REQUESTS = 5000;

/** Names of the rows; both hold the median in microseconds. */
const ANSWER = "mp: C asks, answered by";
const ASK = "mp: C answers, asked by";

function commands(): Record<Language, Command> {
  return {
    c: [compileC(readFileSync(join(ROOT, "tools/bench/mp.c"), "utf8")), []],
    deno: scriptCommand("deno", "tools/bench/mp_script.ts"),
    bun: scriptCommand("bun", "tools/bench/mp_script.ts"),
  };
}

/** Has a primary answer while a secondary asks; gives the secondary's median. */
async function roundTrip(primary: Command, secondary: Command, prefix: string): Promise<number> {
  const [file, before] = primary;
  const child = spawn(file, [...before, ...ealArgs(prefix, 0, "primary"), "echo"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  try {
    for await (const line of createInterface({ input: child.stdout })) if (line === "ready") break;
    const args = [...ealArgs(prefix, 1, "secondary"), "request", String(REQUESTS)];
    const [result] = await run(secondary, args);
    return result!.value;
  } finally {
    child.stdin.end();
    await ended;
  }
}

/**
 * One round of all pairs, close together.
 *
 * @param note is told each figure
 */
export async function measureMessages(
  prefix: string,
  note: (language: Language, name: string, value: number) => void,
): Promise<void> {
  const programs = commands();
  for (const language of ["c", "deno", "bun"] as const) {
    note(language, ANSWER, await roundTrip(programs[language], programs.c, prefix));
    note(language, ASK, await roundTrip(programs.c, programs[language], prefix));
  }
}
