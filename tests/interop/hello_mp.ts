/**
 * The programs of examples/hello_mp and what the tests of them share.
 *
 * @module
 */

import { join } from "node:path";
import {
  assert,
  type Child,
  type ChildResult,
  executable,
  outcome,
  ROOT,
  type Runtime,
  runtimeName,
  spawnPeer,
  spawnProgram,
  spawnScript,
  type TestContext,
} from "../kit.ts";
import { Group, type Language, script } from "./group.ts";

/** The runtime that this one is tried against. */
export const OTHER: Runtime = runtimeName === "deno" ? "bun" : "deno";

/** How often a server tells what it has handled, in milliseconds. */
export const STATUS_MS = 3000;

/** How long a test may take, in milliseconds. */
export const TEST_MS = 60_000;
/** How long a program may live, in milliseconds. */
const LIFE_MS = 50_000;

/** A permission less than the examples say they need would show. */
const DENO_FLAGS = ["run", "--no-check", "--no-prompt", "--quiet", "--allow-ffi"];

/** The programs of one file prefix. */
export class Party {
  readonly #context: TestContext;
  readonly #group: Group;
  #members = 0;

  constructor(context: TestContext) {
    this.#context = context;
    this.#group = new Group(context, "hello_mp");
  }

  async serve(language: Language): Promise<Child> {
    const child = this.#start("server", language, "primary", []);
    await child.waitForLine(/^\[Server\] Ready$/);
    return child;
  }

  /** A client that asks so often, once each 100 ms, or until it is told to end. */
  ask(language: Language, count?: number): Child {
    const often = ["--count", `${count}`, "--interval-ms", "100"];
    return this.#start("client", language, "secondary", count === undefined ? [] : often);
  }

  client(language: Language, ...args: string[]): Child {
    return this.#start("client", language, "secondary", args);
  }

  exercise(name: string, type: "primary" | "secondary", ...args: string[]): Child {
    return this.#start(name, runtimeName, type, args);
  }

  /** Runs a script of the tests to its end, and gives what it printed. */
  async visit(...args: string[]): Promise<string> {
    const file = script("hello_visitor");
    const { stdout } = await well(
      this.#keep(spawnScript(runtimeName, file, this.#args(runtimeName, "secondary", args))),
    );
    return stdout.trim();
  }

  async serveBare(): Promise<Child> {
    const args = this.#args(runtimeName, "primary", []);
    const child = this.#keep(spawnScript(runtimeName, script("hello_bare_server"), args));
    await child.waitForLine(/^\[Server\] Ready$/);
    return child;
  }

  #start(
    name: string,
    language: Language,
    type: "primary" | "secondary",
    own: readonly string[],
  ): Child {
    const args = this.#args(language, type, own);
    const options = { timeoutMs: LIFE_MS };
    if (language === "c") return this.#keep(spawnPeer(`hello_mp_${name}`, args, options));
    const flags = language === "deno" ? DENO_FLAGS : ["run"];
    const file = join(ROOT, "examples", "hello_mp", `${name}.ts`);
    return this.#keep(spawnProgram(executable(language), [...flags, file, ...args], options));
  }

  #args(language: Language, type: "primary" | "secondary", own: readonly string[]): string[] {
    const args = this.#group.ealArgs(type, language, this.#members++);
    return own.length === 0 ? args : [...args, "--", ...own];
  }

  #keep(child: Child): Child {
    this.#context.cleanup(async () => {
      child.kill("SIGKILL");
      await child.result;
    });
    return child;
  }
}

/** Waits for an end with exit code 0. */
export async function well(child: Child): Promise<ChildResult> {
  const result = await child.result;
  assert.equal(result.code, 0, outcome(result));
  return result;
}

/** Ends a server. */
export async function end(server: Child, signal: NodeJS.Signals = "SIGTERM"): Promise<ChildResult> {
  server.kill(signal);
  return await well(server);
}

/** The lines of an output that begin so, from there on. */
export function lines(output: string, start: string): string[] {
  return output.split("\n")
    .filter((line) => line.startsWith(start))
    .map((line) => line.slice(start.length));
}

/** The numbers from 1 to count. */
export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

/** The time between the first two lines that begin so, in milliseconds. */
export async function gap(child: Child, start: string): Promise<number> {
  let first: number | undefined;
  for await (const line of child.lines()) {
    if (!line.startsWith(start)) continue;
    if (first !== undefined) return performance.now() - first;
    first = performance.now();
  }
  throw new Error(`There are no two lines "${start}": ${outcome(await child.result)}`);
}

/** Wants all that a client of so many requests of each kind prints, each kind in order. */
export function assertAsked({ stdout }: ChildResult, count: number, handled?: number): void {
  for (const kind of ["SYNC", "ASYNC"]) {
    assert.deepEqual(
      lines(stdout, `[${kind}] `),
      numbers(count).map((n) =>
        `Reply: Server ${kind} reply: Got '${kind} Hello ${n} from Client'`
      ),
    );
  }
  const [last = "", ...others] = lines(stdout, "[Client] ");
  assert.deepEqual(others, []);
  assert.match(last, /^The server handled \d+ sync requests, \d+ async requests$/);
  if (handled !== undefined) {
    assert.equal(
      last,
      `The server handled ${handled} sync requests, ${handled} async requests`,
    );
  }
}
