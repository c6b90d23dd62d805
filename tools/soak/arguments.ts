/**
 * The soaks' command line.
 *
 * @module
 */

import { parseArgs } from "node:util";

/** What can be soaked alone. */
export const PARTS = ["messages", "packets", "attaches", "fstack"] as const;

/** One of them. */
export type Part = (typeof PARTS)[number];

/** How to call the soaks. */
export const USAGE = `deno task soak [options]

Sets up what the soaks need, then works long on each runtime, and tells what that leaves behind.

  messages   a primary and a secondary ask each other, --count times (1,000,000)
  packets    a process forwards packets, --minutes long, and accounts for each mbuf
  attaches   --count secondaries (1,000) attach to a C primary at the default base address, one time
             refusing clashes and one time starting again; half as many to a primary on each runtime
  fstack     an hour's work of F-Stack's patterns in --minutes, with processes and tools killed

The exit code is 1 when something was left behind or lost, or a process crashed.

  --only PART      only this: ${PARTS.join(", ")}
  --count N        how many requests and secondaries, from 10 on
  --minutes N      how long (10)
  --no-setup       do not look whether anything is missing
  --help           only this text`;

/** What the command line asks for. */
export interface Arguments {
  /** What to soak. */
  readonly parts: readonly Part[];
  /** How many requests and secondaries; as many as each has by itself when it is `undefined`. */
  readonly count: number | undefined;
  /** How long, in minutes. */
  readonly minutes: number;
  /** Whether to set up first. */
  readonly setup: boolean;
}

/**
 * Reads the command line.
 *
 * @param args The arguments after the script's name.
 * @returns What they ask for; throws a `TypeError` that says what is wrong.
 */
export function parseArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      count: { type: "string" },
      minutes: { type: "string", default: "10" },
      "no-setup": { type: "boolean", default: false },
    },
  });
  return {
    parts: values.only === undefined ? PARTS : [partNamed(values.only)],
    count: values.count === undefined ? undefined : countOf(values.count),
    minutes: minutesOf(values.minutes),
    setup: !values["no-setup"],
  };
}

function partNamed(name: string): Part {
  const part = PARTS.find((known) => known === name);
  if (part !== undefined) return part;
  throw new TypeError(`Cannot soak only "${name}": --only is one of ${PARTS.join(", ")}`);
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 10) return count;
  throw new TypeError(`Cannot soak "${text}" times: --count is a number from 10 on`);
}

function minutesOf(text: string): number {
  const minutes = Number(text);
  if (minutes > 0) return minutes;
  throw new TypeError(`Cannot soak "${text}" minutes: --minutes is a number above 0`);
}
