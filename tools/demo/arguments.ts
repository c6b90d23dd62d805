/**
 * The demo's command line.
 *
 * @module
 */

import { parseArgs } from "node:util";

/** How many messages there may be: they are numbered in 32 bits. */
const MOST = 2 ** 32 - 1;

/** How to call the demo. */
export const USAGE = `deno task demo [options]

Sets up what the demo needs, then a Deno and a Bun process send each other messages through a mempool
and two rings of DPDK, and over its control channel, and check every one. Without hugepages a main
script and a Worker do so in one process.

  --count N        how many messages go each way through the rings (5,000,000)
  --one-process    in one process, also where there are hugepages
  --no-setup       do not look whether anything is missing
  --help           only this text`;

/** What the command line asks for. */
export interface Arguments {
  /** How many messages go each way through the rings. */
  readonly count: number;
  /** Whether the one-process form is asked for. */
  readonly oneProcess: boolean;
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
      count: { type: "string", default: "5000000" },
      "one-process": { type: "boolean", default: false },
      "no-setup": { type: "boolean", default: false },
    },
  });
  return {
    count: countOf(values.count),
    oneProcess: values["one-process"],
    setup: !values["no-setup"],
  };
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= MOST) return count;
  throw new TypeError(`Cannot send "${text}" messages: --count is a number from 1 to ${MOST}`);
}
