/**
 * Runs the demo's processes.
 *
 * @module
 */

import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";

/** A program that takes part: a script on a runtime, or a C program. */
export interface Program {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
}

/** What the two sides did. */
export interface Outcome {
  /** Messages that arrived, both ways together. */
  readonly received: number;
  /** Messages that were not as they should be. */
  readonly wrong: number;
  /** From the first message to the last, of the slower side. */
  readonly seconds: number;
  /** Objects in the pool at the end, and how many it has. */
  readonly available: number;
  readonly size: number;
}

interface SideResult {
  readonly received: number;
  readonly wrong: number;
  readonly seconds: number;
  readonly available?: number;
  readonly size?: number;
}

/** So long may a side take, in ms. */
const LIMIT = 120_000;

function start<Result>(
  program: Program,
  args: readonly string[],
  onReady?: () => void,
): { child: ChildProcess; done: Promise<Result[]> } {
  const child = spawn(program.file, [...program.args, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LIMIT,
  });
  const results: Result[] = [];
  let errors = "";
  child.stderr!.on("data", (data) => errors += String(data));
  createInterface({ input: child.stdout! }).on("line", (line) => {
    if (line === "ready") onReady?.();
    else if (line.startsWith("{")) results.push(JSON.parse(line));
  });
  const done = new Promise<Result[]>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve(results);
      else reject(new Error(`${program.name} ended with ${signal ?? `code ${code}`}\n${errors}`));
    });
  });
  return { child, done };
}

function outcome(sides: readonly SideResult[]): Outcome {
  const sum = (pick: (side: SideResult) => number) =>
    sides.reduce((total, side) => total + pick(side), 0);
  const primary = sides.find((side) => side.available !== undefined);
  return {
    received: sum((side) => side.received),
    wrong: sum((side) => side.wrong),
    seconds: Math.max(...sides.map((side) => side.seconds)),
    available: primary?.available ?? 0,
    size: primary?.size ?? 0,
  };
}

/** The file prefix of all processes of this run. */
export const PREFIX: string = `demo-${process.pid}`;

/** A primary and a secondary on two lcores; gives what each printed. */
async function runBoth<Result>(
  primary: Program,
  secondary: Program,
  args: readonly (string | number)[],
): Promise<Result[]> {
  const common = ["--no-pci", "--file-prefix", PREFIX, "--log-level=4"];
  const tail = ["--", ...args.map(String)];
  const base = ["-m", "64", "--base-virtaddr=0x600000000000", "--proc-type=primary"];
  let second: ReturnType<typeof start<Result>> | undefined;
  const first = start<Result>(primary, ["-l", "0", ...common, ...base, ...tail], () => {
    second = start(secondary, ["-l", "1", ...common, "--proc-type=secondary", ...tail]);
    // Without the other side the primary would wait for ever.
    second.done.catch(() => first.child.kill());
  });
  const results = await first.done.catch(async (error) => {
    await second?.done; // its error says more
    throw error;
  });
  return [...results, ...(await second?.done ?? [])];
}

/** Two processes that exchange messages through rings and a pool. */
export async function runPair(
  primary: Program,
  secondary: Program,
  count: number,
): Promise<Outcome> {
  return outcome(await runBoth<SideResult>(primary, secondary, [count]));
}

/** What came of the control channel's part. */
export interface Dialogue {
  /** Requests with the right answer. */
  readonly answered: number;
  /** The median of a request's round trip, in microseconds. */
  readonly medianUs: number;
  /** One-way messages that came while the primary was busy. */
  readonly noticed: number;
  /** Whether they came in the order in which they were sent. */
  readonly inOrder: boolean;
  /** What the primary wrote into the eventfd that it was passed. */
  readonly event: number;
}

/** Two processes on the control channel. */
export async function runDialogue(
  primary: Program,
  secondary: Program,
  requests: number,
  notices: number,
): Promise<Dialogue> {
  const [dialogue] = await runBoth<Dialogue>(primary, secondary, [requests, notices]);
  if (dialogue === undefined) throw new Error("The secondary said nothing of its requests");
  return dialogue;
}

/** A main script and a Worker in one process. */
export async function runAlone(program: Program, count: number): Promise<Outcome> {
  const args = ["-l", "0", "--no-huge", "-m", "64", "--no-pci", "--file-prefix", PREFIX];
  const { done } = start<SideResult>(program, [...args, "--log-level=4", "--", String(count)]);
  return outcome(await done);
}
