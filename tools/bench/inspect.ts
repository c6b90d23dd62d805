/**
 * How long a look at a group takes, and what it costs those who are looked at.
 *
 * @module
 */

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { compileC } from "../compile.ts";
import { ROOT } from "../root.ts";
import { type Command, ealArgs, type Language, scriptCommand } from "./programs.ts";

/** How long the watched process works at a time, in milliseconds. */
const WORK_MS = 1000;
/** What 1,000 rings and 100 pools want. */
const MEGABYTES = 512;
/** How often with a watcher and without, by turns. */
const TURNS = 8;

/** A program that answers lines. */
class Answering {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  constructor([file, before]: Command, args: readonly string[]) {
    this.#child = spawn(file, [...before, ...args]);
    this.#child.stderr.resume();
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("Cannot measure: the program has ended");
    return value;
  }

  async ask(line: string): Promise<string> {
    this.#child.stdin.write(`${line}\n`);
    return await this.line();
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("close", resolve));
    this.#child.stdin.end();
    await ended;
  }
}

/**
 * What the watched process does with a watcher to what it does without, by turns. The best turn of each
 * counts: what else the machine does can only make it slower.
 */
async function throughput(watched: Answering, watcher: Answering): Promise<number> {
  const most = { watch: 0, rest: 0 };
  for (let turn = 0; turn < 2 * TURNS; turn++) {
    const way = turn % 2 === (turn >> 1) % 2 ? "watch" : "rest"; // watch rest rest watch ...
    await watcher.ask(way);
    most[way] = Math.max(most[way], Number(await watched.ask(String(WORK_MS))));
  }
  return most.watch / most.rest;
}

/**
 * Measures in one round: a look at 1,000 rings and 100 pools, and what a process of theirs loses while
 * it is looked at four times a second, links and all.
 *
 * @param note is told each figure
 */
export async function measureInspect(
  prefix: string,
  languages: readonly Language[],
  note: (language: Language, name: string, value: number) => void,
): Promise<void> {
  const program = compileC(readFileSync(join(ROOT, "tools/bench/watched.c"), "utf8"));
  const watched = new Answering([program, []], ealArgs(prefix, 0, "primary", [], MEGABYTES));
  try {
    await watched.line();
    for (const language of languages.filter((language) => language !== "c")) {
      const command = scriptCommand(language, "tools/bench/inspect_script.ts");
      const watcher = new Answering(command, [prefix]);
      try {
        await watcher.line();
        const [middle, late] = (await watcher.ask("refresh")).split(" ").map(Number);
        await watcher.line();
        note(language, "inspect: a look at 1,000 rings, 100 pools", middle!);
        note(language, "inspect: 95 of 100 looks", late!);
        note(language, "inspect: watched to unwatched", await throughput(watched, watcher));
      } finally {
        await watcher.end();
      }
    }
  } finally {
    await watched.end();
  }
}
