/**
 * Sets this machine up for a purpose: `--for demo|test|matrix|bench|check` (test unless given).
 *
 * @module
 */

import process from "node:process";
import { parseArgs } from "node:util";
import { systemHost } from "./setup/host.ts";
import { setUp } from "./setup/mod.ts";
import { type Purpose, PURPOSES } from "./setup/need.ts";

/** Reads the purpose from the command line. */
function purposeOf(args: readonly string[]): Purpose {
  const options = { for: { type: "string", default: "test" } } as const;
  const name = parseArgs({ args: [...args], options }).values.for;
  const purpose = PURPOSES.find((known) => known === name);
  if (purpose !== undefined) return purpose;
  throw new TypeError(`Cannot set up for "${name}": --for is one of ${PURPOSES.join(", ")}`);
}

try {
  process.exitCode = setUp(systemHost, purposeOf(process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  console.error(error instanceof TypeError ? error.message : error);
  process.exitCode = 1;
}
