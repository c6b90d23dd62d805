/**
 * The bench's command line.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { type Part, PARTS } from "./figures.ts";

/** How to call the bench. */
export const USAGE = `deno task bench [options]

Sets up what the bench needs, then measures C, Deno and Bun side by side and prints the figures, with
their ratios to C's. The three take turns in several rounds. Of times the least counts, of what two
processes do the median, of what one forwards the most.

  --only PART      measure only this: ${PARTS.join(", ")}
  --rounds N       how many rounds (5)
  --seconds N      how long each forwards packets in each round (3)
  --json FILE      write the figures as JSON, too
  --svg FILE       draw the ratios, too
  --page FOLDER    write all of it for readers, too, as tools/bench/results has it
  --no-setup       do not look whether anything is missing
  --help           only this text`;

/** What the command line asks for. */
export interface Arguments {
  /** What to measure. */
  readonly parts: readonly Part[];
  /** In how many rounds. */
  readonly rounds: number;
  /** How long each forwards in each round, in seconds. */
  readonly seconds: number;
  /** The file that the figures are written to. */
  readonly json: string | undefined;
  /** The file that the ratios are drawn to. */
  readonly svg: string | undefined;
  /** The folder of all of it for readers. */
  readonly page: string | undefined;
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
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "3" },
      json: { type: "string" },
      svg: { type: "string" },
      page: { type: "string" },
      "no-setup": { type: "boolean", default: false },
    },
  });
  return {
    parts: values.only === undefined ? PARTS : [partNamed(values.only)],
    rounds: countOf("rounds", values.rounds),
    seconds: countOf("seconds", values.seconds),
    json: values.json,
    svg: values.svg,
    page: values.page,
    setup: !values["no-setup"],
  };
}

function partNamed(name: string): Part {
  const part = PARTS.find((known) => known === name);
  if (part !== undefined) return part;
  throw new TypeError(`Cannot measure only "${name}": --only is one of ${PARTS.join(", ")}`);
}

function countOf(what: "rounds" | "seconds", text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new TypeError(`Cannot measure "${text}" ${what}: --${what} is a number from 1 on`);
}
