/**
 * What the forwarding examples have in common: a loop that polls until the script is told to end,
 * and the command line's two halves.
 *
 * @module
 */

import process from "node:process";
import { setImmediate as yielded } from "node:timers/promises";
import { DpdkError } from "../mod.ts";

/** How long the loop polls before signals and timers have their turn, in milliseconds. */
const SLICE_MS = 2;

/** How often it polls before it looks at the clock. */
const TURNS = 64;

/** The signal that told this process to end. */
let signalled: string | undefined;

const stop = (signal: string) => void (signalled = signal);

/** Whether a signal told this process to end: the work that is left is not to be begun. */
export const ending = (): boolean => signalled !== undefined;

/**
 * Polls until SIGINT or SIGTERM. A script that polls without a pause would see neither: signals,
 * like timers, have their turn when it yields.
 *
 * @param turn one round of work
 * @param ended asked now and then whether to end, and for what reason
 * @returns the signal, or the reason
 */
export async function poll(turn: () => void, ended?: () => string | undefined): Promise<string> {
  for (;;) {
    await yielded();
    const reason = signalled ?? ended?.();
    if (reason !== undefined) return reason;
    const until = performance.now() + SLICE_MS;
    do {
      for (let i = 0; i < TURNS; i++) turn();
    } while (performance.now() < until);
  }
}

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
 * do not end the process, but its polling: it is to leave nothing behind.
 */
export async function run(main: () => Promise<void>, usage: string): Promise<void> {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
  try {
    await main();
  } catch (error) {
    const known = error instanceof DpdkError || error instanceof TypeError ||
      error instanceof RangeError;
    console.error(known ? error.message : error);
    if (error instanceof TypeError) console.error(usage);
    process.exitCode = 1;
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, stop);
  }
}
