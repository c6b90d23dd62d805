/**
 * The application and the tool of examples/fstack, those in C, and what the tests of them share.
 *
 * @module
 */

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  assert,
  type Child,
  type ChildResult,
  compilePeer,
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
import { type Dialog, talk } from "../peers/dialog.ts";
import { Group, type Language, script, Worker } from "./group.ts";

/** The runtime that this one is tried against. */
export const OTHER: Runtime = runtimeName === "deno" ? "bun" : "deno";

/** How long a test may take, in milliseconds. */
export const TEST_MS = 90_000;

const OPTIONS = { timeoutMs: 80_000 };

/** A permission less than the examples say they need would show. */
const FLAGS: Readonly<Record<Runtime, readonly string[]>> = {
  deno: ["run", "--no-check", "--no-prompt", "--quiet", "--allow-ffi"],
  bun: ["run"],
};

const example = (name: string): string => join(ROOT, "examples", "fstack", `${name}.ts`);

/** An application, its tools, and who looks at them. */
export class Stack {
  readonly #context: TestContext;
  readonly #group: Group;

  constructor(context: TestContext) {
    this.#context = context;
    this.#group = new Group(context, "fstack");
  }

  /** Starts an application's primary, and waits until it answers. */
  async app(
    language: Language,
    eal: readonly string[] = [],
    own: readonly string[] = [],
  ): Promise<Child> {
    return await this.#answers(
      language,
      [...this.#group.ealArgs("primary", language, 0), ...eal],
      own,
    );
  }

  /** Starts a further process of an application. */
  async further(language: Runtime, own: readonly string[]): Promise<Child> {
    return await this.#answers(language, this.#group.ealArgs("secondary", language, 1), own);
  }

  async #answers(
    language: Language,
    eal: readonly string[],
    own: readonly string[],
  ): Promise<Child> {
    const child = this.#keep(
      language === "c"
        ? spawnPeer("fstack_app", eal, OPTIONS)
        : this.#spawn(language, "app", [...eal, "--", ...own]),
    );
    await child.waitForLine(
      /^(READY|Process \d+ of \d+ answers what comes by ff_msg_ring_in_\d+)$/,
    );
    return child;
  }

  /** Starts the tool. */
  start(language: Runtime, ...args: string[]): Child {
    return this.#keep(
      this.#spawn(language, "tool", ["--file-prefix", this.#group.prefix, ...args]),
    );
  }

  /** Runs the tool, which must end well; what it printed, line by line. */
  async tool(language: Runtime, ...args: string[]): Promise<string[]> {
    const { stdout, stderr } = await well(this.start(language, ...args));
    assert.equal(stderr, "");
    return stdout.replace(/\n$/, "").split("\n");
  }

  /** Starts the tool in C, on an lcore id: F-Stack's are all on 0. */
  async peer(lcore: number): Promise<Dialog> {
    const args = this.#group.ealArgs("secondary", "c", lcore);
    return await talk(this.#keep(spawnProgram(compilePeer("fstack_tool"), args, OPTIONS)));
  }

  /** Starts a script that takes turns. */
  async turns(): Promise<Worker> {
    const args = [this.#group.prefix];
    const child = this.#keep(spawnScript(runtimeName, script("fstack_turns"), args, OPTIONS));
    const worker = new Worker(runtimeName, child);
    assert.equal(await worker.answer(), "ready");
    return worker;
  }

  #spawn(runtime: Runtime, name: string, args: readonly string[]): Child {
    return spawnProgram(executable(runtime), [...FLAGS[runtime], example(name), ...args], OPTIONS);
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

/** Waits for an end with exit code 1; what was said. */
export async function refused(child: Child): Promise<string> {
  const result = await child.result;
  assert.equal(result.code, 1, outcome(result));
  return result.stderr;
}

/** Ends an application in TypeScript, which must have all messages back. */
export async function endApp(app: Child): Promise<string> {
  app.kill("SIGINT");
  const { stdout } = await well(app);
  assert.match(stdout, /; 0 messages in use$/m);
  return stdout;
}

/** Asks a peer until it answers so; the test's time limit ends the wait. */
export async function until(peer: Dialog, question: string, answer: string): Promise<void> {
  for (;;) {
    const [got] = await peer.ask(question);
    if (got === answer) return;
    await sleep(5);
  }
}

/** Asks a peer for one line. */
export async function line(peer: Dialog, question: string): Promise<string> {
  const lines = await peer.ask(question);
  assert.equal(lines.length, 1, `${question}: ${lines.join("\n")}`);
  return lines[0]!;
}
