/**
 * Running a command: exit codes, and what goes to the standard error.
 *
 * @module
 */

import process from "node:process";
import { type Command, CommanderError } from "commander";
import { DpdkError } from "../../mod.ts";

/** Exit codes. */
const FAILED = 1;
const USAGE = 2;

/** The program and all of its commands. */
function withAll(program: Command): Command[] {
  return [program, ...program.commands.flatMap(withAll)];
}

function isEpipe(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === "EPIPE";
}

/** An error in words: a mistake of ours keeps its stack. */
function wordsOf(error: unknown): string {
  const told = [DpdkError, RangeError, TypeError].some((kind) => error instanceof kind);
  if (!(error instanceof Error)) return String(error);
  return told && error.message.startsWith("Cannot ") ? error.message : error.stack ?? error.message;
}

/**
 * Runs the command that the arguments name.
 *
 * @param program All commands.
 * @param args The arguments.
 * @returns The exit code: 0, 1 when it failed, 2 when it cannot be what was meant.
 */
export async function run(program: Command, args: readonly string[]): Promise<number> {
  for (const each of withAll(program)) {
    each.exitOverride().configureOutput({ outputError: () => {} });
    each.showHelpAfterError(false);
  }
  // Whoever reads no further has what was wanted.
  process.stdout.on("error", (error) => {
    if (isEpipe(error)) process.exit(0);
    throw error;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    if (isEpipe(error)) return 0;
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      const reason = error.message.replace(/^error: /, "");
      if (error.code !== "commander.help") {
        process.stderr.write(`Cannot read the command line: ${reason}; see --help\n`);
      }
      return USAGE;
    }
    process.stderr.write(`${wordsOf(error)}\n`);
    return FAILED;
  }
}
