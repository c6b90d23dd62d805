/**
 * The tool on a terminal: a pseudo terminal of `script`, and a terminal emulator that reads it.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import headless from "@xterm/headless";
import { executable, runtimeName, spawnProgram, type TestContext } from "../kit.ts";

/** The tool. */
export const TOOL: string = fileURLToPath(new URL("../../tools/inspect.ts", import.meta.url));

/** How long a screen is waited for, in milliseconds. */
const PATIENCE_MS = 20_000;

/** How long a terminal may live, in milliseconds. */
const LIFE_MS = 55_000;

/** How a terminal is. */
export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A folder that is gone when the test has ended. */
export function folder({ cleanup }: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "dpdk-inspect-"));
  cleanup(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** The words that run the tool on this runtime. */
export function toolWords(args: readonly string[]): string[] {
  const flags = runtimeName === "deno" ? ["run", "--allow-all", "--no-check", "--quiet"] : ["run"];
  return [executable(runtimeName), ...flags, TOOL, ...args];
}

/** The tool on a terminal. */
export class Terminal {
  /** All that came from it. */
  raw = "";
  /** The exit code of the tool. */
  readonly code: Promise<number | null>;
  readonly #terminal: InstanceType<typeof headless.Terminal>;
  readonly #child: ReturnType<typeof spawn>;
  readonly #facts: string;
  #changed: () => void = () => {};
  #whole = true;

  /** Starts the tool. */
  constructor(context: TestContext, args: readonly string[], options: TerminalOptions = {}) {
    const { columns = 80, rows = 24, env = {} } = options;
    this.#terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
    this.#facts = join(folder(context), "facts");
    const quoted = toolWords(args).map((word) => `'${word}'`).join(" ");
    const command = `stty rows ${rows} cols ${columns}; echo before; ` +
      `echo "$$ $(tty)" > ${this.#facts}; exec ${quoted}`;
    const variables: Record<string, string | undefined> = {
      ...process.env,
      TERM: "xterm-256color",
      LANG: "C.UTF-8",
      ...env,
    };
    for (const name of ["NO_COLOR", "CI", "LC_ALL", "FORCE_COLOR"]) {
      if (env[name] === undefined) delete variables[name];
    }
    this.#child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
      env: variables,
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child.stdin!.on("error", () => {});
    const decoder = new TextDecoder();
    this.#child.stdout!.on("data", (data: Uint8Array) => {
      this.raw += decoder.decode(data, { stream: true });
      // Frames come in pieces, between the marks of a synchronized update.
      const whole = this.raw.lastIndexOf("\x1b[?2026l") >= this.raw.lastIndexOf("\x1b[?2026h");
      this.#terminal.write(data, () => {
        this.#whole = whole;
        this.#changed();
      });
    });
    const limit = setTimeout(() => this.#child.kill("SIGKILL"), LIFE_MS);
    context.cleanup(() => this.#child.kill("SIGKILL"));
    this.code = new Promise((resolve) => {
      this.#child.on("close", (code) => {
        clearTimeout(limit);
        resolve(code);
      });
    });
  }

  /** Which screen is shown. */
  get buffer(): "normal" | "alternate" {
    return this.#terminal.buffer.active.type;
  }

  /** The process id of the tool. */
  get pid(): number {
    return Number(readFileSync(this.#facts, "utf8").split(" ")[0]);
  }

  /** What is to be seen, a line for each row. */
  get lines(): string[] {
    const { active } = this.#terminal.buffer;
    return Array.from(
      { length: this.#terminal.rows },
      (_, y) => active.getLine(active.baseY + y)?.translateToString(true).trimEnd() ?? "",
    );
  }

  /** The same as one text. */
  get text(): string {
    return this.lines.join("\n");
  }

  /** Waits until what is to be seen matches, a whole frame. */
  async until(pattern: RegExp | ((text: string) => boolean)): Promise<void> {
    const holds = () =>
      typeof pattern === "function" ? pattern(this.text) : pattern.test(this.text);
    await new Promise<void>((resolve, reject) => {
      const limit = setTimeout(
        () => reject(new Error(`The screen never had ${pattern}:\n${this.text}`)),
        PATIENCE_MS,
      );
      this.#changed = () => {
        if (!this.#whole || !holds()) return;
        clearTimeout(limit);
        this.#changed = () => {};
        resolve();
      };
      this.#changed();
    });
  }

  /** Presses keys. */
  press(keys: string): void {
    this.#child.stdin!.write(keys);
  }

  get #tty(): string {
    return readFileSync(this.#facts, "utf8").trim().split(" ")[1]!;
  }

  /** Writes over the screen, as a library that logs does. */
  scribble(text: string): void {
    writeFileSync(this.#tty, text);
  }

  /** Makes the terminal larger or smaller. */
  async resize(columns: number, rows: number): Promise<void> {
    this.#terminal.resize(columns, rows);
    const args = ["-F", this.#tty, "rows", String(rows), "cols", String(columns)];
    await spawnProgram("stty", args).result;
  }
}

/** What keys send. */
export const KEYS = {
  up: "\x1b[A",
  down: "\x1b[B",
  right: "\x1b[C",
  left: "\x1b[D",
  end: "\x1b[F",
  home: "\x1b[H",
  pageDown: "\x1b[6~",
  enter: "\r",
  escape: "\x1b",
  tab: "\t",
  backTab: "\x1b[Z",
} as const;
