/**
 * What the forwarding examples have in common: how they end, and the command line's two halves.
 *
 * @module
 */

import process from "node:process";
import { DpdkError, type PollOptions } from "../mod.ts";

const ended = new AbortController();

/** Comes when the script is to end; its reason says in words why. */
export const ending: AbortSignal = ended.signal;

/** Has the script end. */
export const end = (reason: string): void => ended.abort(reason);

/** How to poll ports: until the end, and without a rest, in which a port's queue could grow full. */
export const PORTS: PollOptions = { signal: ending, restAfter: Infinity };

/** The arguments before and behind `--`: EAL's, and the application's. */
export function splitArguments(): { readonly eal: string[]; readonly app: string[] } {
  const args = process.argv.slice(2);
  const at = args.indexOf("--");
  return at < 0 ? { eal: args, app: [] } : { eal: args.slice(0, at), app: args.slice(at + 1) };
}

/** A whole number of a command line. */
export function wholeNumber(
  text: string | undefined,
  option: string,
  min: number,
  max: number,
): number {
  const value = /^\d+$/.test(text ?? "") ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new TypeError(
    `Cannot use ${text === undefined ? "no value" : `"${text}"`} as ${option}: ` +
      `it is a number from ${min} to ${max}`,
  );
}

/**
 * Runs an example; what a user can mend is told in one line. From its beginning on, SIGINT and SIGTERM
 * do not end the process, but its polling: it is to tell what it counted, and close its ports.
 */
export async function run(main: () => Promise<void>, usage: string): Promise<void> {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, end);
  try {
    await main();
  } catch (error) {
    const known = error instanceof DpdkError || error instanceof TypeError ||
      error instanceof RangeError;
    console.error(known ? error.message : error);
    if (error instanceof TypeError) console.error(usage);
    process.exitCode = 1;
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, end);
  }
}
