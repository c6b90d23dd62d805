/**
 * The scripts that the F-Stack soak starts, and kills.
 *
 * @module
 */

import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { ROOT } from "../../root.ts";
import { executable, runtimeName } from "../../runtimes.ts";

/** How long a script has until it is ready, in milliseconds. */
const START_MS = 60_000;

/** A script on this runtime. */
export class Actor {
  /** The text of what it wrote to stderr. */
  errors = "";
  /** Resolves when it has ended, with how. */
  readonly ended: Promise<string>;
  /** How it has ended. */
  how: string | undefined;
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #ready: Promise<void>;
  #wanted = false;

  /**
   * @param path of the script, from the repository's root
   * @param ready what its first line begins with when it is ready
   */
  constructor(path: string, args: readonly string[], ready = "") {
    const flags = runtimeName === "deno"
      ? ["run", "--allow-all", "--no-check", "--quiet"]
      : ["run"];
    const child = spawn(executable(runtimeName), [...flags, join(ROOT, path), ...args]);
    this.#child = child;
    this.#name = `${path} ${args.at(-1)}`;
    child.stdin.on("error", () => {}); // it has ended
    child.stderr.setEncoding("utf8").on("data", (text: string) => this.errors += text);
    this.ended = new Promise<string>((resolve) => {
      child.on("error", (error) => resolve(error.message));
      child.on("close", (code, signal) => resolve(signal ?? `code ${code}`));
    }).then((how) => this.how = how);
    const started = new Promise<void>((resolve) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        if (line.startsWith(ready)) resolve();
      });
    });
    this.#ready = Promise.race([started, this.ended.then(() => this.check())]);
    this.#ready.catch(() => {}); // who waits for it is told
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Waits until it is ready. */
  async ready(): Promise<this> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((_, reject) => {
      const error = new Error(`Cannot soak: ${this.#name} is not ready after ${START_MS / 1000} s`);
      timer = setTimeout(() => reject(error), START_MS);
    });
    try {
      await Promise.race([this.#ready, late]);
    } finally {
      clearTimeout(timer);
    }
    return this;
  }

  /** It is to end now, by its own hand or another's. */
  mayEnd(): void {
    this.#wanted = true;
  }

  /** Kills it; resolves when it is gone. Not by `child.kill`, as that of Deno closes its input first. */
  async kill(): Promise<void> {
    this.mayEnd();
    if (this.how === undefined) process.kill(this.pid, "SIGKILL");
    await this.ended;
  }

  /** Ends its input, and waits until it has ended well. */
  async end(): Promise<void> {
    this.mayEnd();
    this.#child.stdin!.end();
    await this.well();
  }

  /** Waits until it has ended with exit code 0. */
  async well(): Promise<void> {
    this.mayEnd();
    const how = await this.ended;
    if (how !== "code 0") throw this.#failure(how);
  }

  /** @throws {Error} when it has ended, and was not to */
  check(): void {
    if (this.how !== undefined && !this.#wanted) throw this.#failure(this.how);
  }

  #failure(how: string): Error {
    return new Error(`Cannot soak: ${this.#name} ended with ${how}\n${this.errors}`);
  }
}
