/**
 * Groups of DPDK processes that obey commands: a primary and secondaries, in C and in TypeScript on
 * either runtime.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  assert,
  type Child,
  outcome,
  removePrefix,
  type Runtime,
  spawnPeer,
  spawnScript,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";

/** What a process is written in, and runs on. */
export type Language = "c" | Runtime;

/** All of them. */
export const LANGUAGES: readonly Language[] = ["c", "deno", "bun"];

/** Where a C primary puts its memory: above the addresses at which V8 puts its heap. */
const BASE = "--base-virtaddr=0x600000000000";

/** How long a worker may live, in milliseconds. */
const LIFE_MS = 230_000;

/**
 * The CPUs that this process may run on, as `--lcores` takes them behind an `@`.
 *
 * @returns A list in parentheses.
 */
export function cpus(): string {
  const list = readFileSync("/proc/self/status", "utf8").match(/^Cpus_allowed_list:\s*(\S+)$/m);
  return `(${list?.[1] ?? "0"})`;
}

/**
 * A script's path.
 *
 * @param name Its name in tests/interop/scripts, without `.ts`.
 * @returns An absolute path.
 */
export function script(name: string): string {
  return fileURLToPath(new URL(`./scripts/${name}.ts`, import.meta.url));
}

/** A process that obeys commands. */
export class Worker {
  /** What it is written in. */
  readonly language: Language;
  /** The process. */
  readonly child: Child;
  readonly #lines: AsyncIterableIterator<string>;

  /**
   * @param language What it is written in.
   * @param child The process.
   */
  constructor(language: Language, child: Child) {
    this.language = language;
    this.child = child;
    this.#lines = child.lines();
  }

  /**
   * Gives a command and waits for its answer; fails when that is an error.
   *
   * @param command The command, a line.
   * @returns The answer, a line.
   */
  ask(command: string): Promise<string> {
    this.child.stdin.write(`${command}\n`);
    return this.answer();
  }

  /**
   * Waits for the next line.
   *
   * @returns The line.
   */
  async answer(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) {
      throw new Error(`The ${this.language} worker ended: ${outcome(await this.child.result)}`);
    }
    if (value.startsWith("error")) throw new Error(`The ${this.language} worker has an ${value}`);
    return value;
  }

  /** Closes its stdin, waits for its end and wants exit code 0. */
  async quit(): Promise<void> {
    this.child.stdin.end();
    const result = await this.child.result;
    assert.equal(result.code, 0, `the ${this.language} worker: ${outcome(result)}`);
  }
}

/** The processes that share a file prefix. */
export class Group {
  /** The file prefix. */
  readonly prefix: string;
  readonly #context: TestContext;
  readonly #program: string;
  readonly #cpus: string = cpus();
  #members = 0;

  /**
   * @param context The test's: what the group leaves is removed at its end.
   * @param program The workers' program: tests/peers/NAME.c and tests/interop/scripts/NAME.ts.
   */
  constructor(context: TestContext, program: string) {
    this.prefix = uniquePrefix(program);
    this.#context = context;
    this.#program = program;
    context.cleanup(() => removePrefix(this.prefix));
  }

  /**
   * EAL arguments of a process.
   *
   * @param type Its part in the group.
   * @param language What it is written in.
   * @param lcore Its lcore id, which no other process of the group has at the same time: processes
   * share the caches of pools, one for each lcore id.
   * @returns The arguments.
   */
  ealArgs(type: "primary" | "secondary", language: Language, lcore: number): string[] {
    const args = [
      `--lcores=${lcore}@${this.#cpus}`,
      `--proc-type=${type}`,
      `--file-prefix=${this.prefix}`,
      "--no-pci",
    ];
    if (type === "primary") args.push("-m", "32");
    if (type === "primary" && language === "c") args.push(BASE);
    return args;
  }

  /**
   * Starts a worker and waits until it is ready.
   *
   * @param type Its part in the group.
   * @param language What it is written in.
   * @param lcore Its lcore id; default one that none of this group had.
   * @returns The worker.
   */
  async join(
    type: "primary" | "secondary",
    language: Language,
    lcore: number = this.#members++,
  ): Promise<Worker> {
    const args = this.ealArgs(type, language, lcore);
    const options = { timeoutMs: LIFE_MS };
    const child = language === "c"
      ? spawnPeer(this.#program, args, options)
      : spawnScript(language, script(this.#program), args, options);
    this.#context.cleanup(async () => {
      child.kill("SIGKILL");
      await child.result;
    });
    const worker = new Worker(language, child);
    assert.equal(await worker.answer(), "ready");
    return worker;
  }
}
