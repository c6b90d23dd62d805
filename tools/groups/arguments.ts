/**
 * The command line of the tool that lists groups and cleans up after them.
 *
 * @module
 */

import { parseArgs } from "node:util";

/** How to call it. */
export const USAGE = `deno task groups [options]

Lists the groups of DPDK processes on this host: who is in them, what they hold, what the dead left.

  --clean              remove what dead groups left; what anybody uses is never touched
  --dry-run            with --clean: remove nothing, and tell what would be
  --prefix NAME        only groups of this file prefix
  --directory PATH     look into this runtime directory only (RUNTIME_DIRECTORY of a service);
                       may be repeated
  --json               one line of JSON for each group
  --help               only this text`;

/** What the command line asks for. */
export interface Arguments {
  readonly clean: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly help: boolean;
  readonly prefix: string | undefined;
  readonly directories: readonly string[] | undefined;
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
      clean: { type: "boolean", default: false },
      "dry-run": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      prefix: { type: "string" },
      directory: { type: "string", multiple: true },
    },
  });
  if (values["dry-run"] && !values.clean) {
    throw new TypeError("Cannot use --dry-run alone: it says what --clean would remove");
  }
  return {
    clean: values.clean,
    dryRun: values["dry-run"],
    json: values.json,
    help: values.help,
    prefix: values.prefix,
    directories: values.directory,
  };
}
