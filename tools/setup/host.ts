/**
 * The machine, as the setup sees it: all that it reads and changes goes through this.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { ROOT } from "../root.ts";

/** How a command ended. */
export interface CommandResult {
  /** The exit code; 127 when the command was not found. */
  readonly code: number;
  /** What it printed, standard output and standard error. */
  readonly output: string;
}

/** What the setup can ask of a machine. */
export interface Host {
  /** The user's id; 0 is root. */
  readonly userId: number;
  /**
   * Reads a text file. A relative path is in the repository.
   *
   * @param path The file.
   * @returns Its text, or `undefined` when it cannot be read.
   */
  read(path: string): string | undefined;
  /**
   * Writes a text file. Throws when that is refused.
   *
   * @param path The file.
   * @param text What is written.
   */
  write(path: string, text: string): void;
  /**
   * Makes a directory, and those above it. Throws when that is refused.
   *
   * @param path The directory.
   */
  makeDirectory(path: string): void;
  /**
   * Runs a command in the repository's root folder, and waits for its end.
   *
   * @param command The program and its arguments.
   * @returns How it ended.
   */
  run(command: readonly string[]): CommandResult;
  /**
   * Tells the user something.
   *
   * @param line One line.
   */
  say(line: string): void;
}

/** This machine. */
export const systemHost: Host = {
  userId: process.getuid?.() ?? -1,
  read(path: string): string | undefined {
    try {
      return readFileSync(new URL(path, `file://${ROOT}/`), "utf8");
    } catch {
      return undefined;
    }
  },
  write: (path: string, text: string): void => writeFileSync(path, text),
  makeDirectory: (path: string): void => void mkdirSync(path, { recursive: true }),
  run(command: readonly string[]): CommandResult {
    const [program = "", ...args] = command;
    const { error, status, stdout, stderr } = spawnSync(program, args, {
      cwd: ROOT,
      encoding: "utf8",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" },
      maxBuffer: 64 * 1024 * 1024,
    });
    if (error !== undefined) return { code: 127, output: error.message };
    return { code: status ?? 128, output: stdout + stderr };
  },
  say: (line: string): void => console.log(line),
};
