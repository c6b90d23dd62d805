/**
 * The setup's command line.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { type Purpose, PURPOSES } from "./need.ts";

/** How to call the setup. */
export const USAGE = `deno task setup [options]

Installs what this machine lacks for a purpose, on Debian and as root; elsewhere it changes nothing and
prints the commands to run.

  --for PURPOSE    one of ${PURPOSES.join(", ")} (test)
  --help           only this text`;

/**
 * Reads the command line.
 *
 * @param args The arguments after the script's name.
 * @returns The purpose; throws a `TypeError` that says what is wrong.
 */
export function parseArguments(args: readonly string[]): Purpose {
  const options = { for: { type: "string", default: "test" } } as const;
  const name = parseArgs({ args: [...args], options }).values.for;
  const purpose = PURPOSES.find((known) => known === name);
  if (purpose !== undefined) return purpose;
  throw new TypeError(`Cannot set up for "${name}": --for is one of ${PURPOSES.join(", ")}`);
}
