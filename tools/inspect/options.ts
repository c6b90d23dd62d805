/**
 * What the commands have in common.
 *
 * @module
 */

import { Command, InvalidArgumentError } from "commander";
import type { InspectOptions } from "../../mod.ts";

/** What every command may be told. */
export interface Common {
  readonly filePrefix?: string;
  readonly runtimeDirectory?: string;
  readonly json?: boolean;
}

/** What commands may be told that look again and again. */
export interface Repeated extends Common {
  readonly interval: number;
}

/**
 * A command.
 *
 * @param name Its name and arguments.
 * @param description What it does.
 * @returns The command, without options.
 */
function named(name: string, description: string): Command {
  const [word, ...args] = name.split(" ");
  const made = new Command(word).description(description);
  for (const each of args) made.argument(each);
  return made;
}

/** Adds which group is meant. */
function withGroup(to: Command): Command {
  return to
    .option("--file-prefix <prefix>", "the group, as EAL's option says it (default: rte)")
    .option(
      "--runtime-directory <path>",
      "the directory that has dpdk/PREFIX, where it is unusual",
    );
}

/** Adds that it is told to programs. */
function withJson(to: Command): Command {
  return to.option("--json", "as JSON");
}

/**
 * A command on a group.
 *
 * @param name Its name and arguments.
 * @param description What it does.
 * @returns The command, with the options that each has.
 */
export function command(name: string, description: string): Command {
  return withJson(withGroup(named(name, description)));
}

/**
 * A command on a file.
 *
 * @param name Its name and arguments.
 * @param description What it does.
 * @returns The command, without the options that say which group is meant.
 */
export function fileCommand(name: string, description: string): Command {
  return withJson(named(name, description));
}

/**
 * A command on a group that is told in no JSON.
 *
 * @param name Its name and arguments.
 * @param description What it does.
 * @returns The command, with the options that say which group is meant.
 */
export function shownCommand(name: string, description: string): Command {
  return withGroup(named(name, description));
}

/**
 * Which group is meant.
 *
 * @param options The command's.
 * @returns Options for an inspector.
 */
export function groupOf({ filePrefix, runtimeDirectory }: Common): InspectOptions {
  return {
    ...filePrefix === undefined ? {} : { filePrefix },
    ...runtimeDirectory === undefined ? {} : { runtimeDirectory },
  };
}

/**
 * A parser of whole numbers.
 *
 * @param min The least.
 * @param max The most.
 * @returns What commander calls with an option's text.
 */
export function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`it must be an integer from ${min} to ${max}`);
  };
}

/** The shortest time between two looks, in milliseconds. */
const SHORTEST_MS = 20;

/**
 * The longest time between two looks from which rates follow, in milliseconds. Positions in rings are
 * 32 bit wide: after 2^32 elements between two looks a ring seems to be slower than it is. In this time
 * that takes more than 1,400 million elements a second.
 */
export const LONGEST_MS = 3000;

/** The shortest and the longest time between two looks that are shown at once, in milliseconds. */
export const INTERVALS = [SHORTEST_MS, LONGEST_MS] as const;

/** The same for looks that are kept. */
const KEPT_INTERVALS = [SHORTEST_MS, 3_600_000] as const;

/** What the help says of intervals that end soon. */
export const INTERVAL_HELP = `between two looks, in ms, at most ${LONGEST_MS}: positions in ` +
  "rings are 32 bit, and those that went round would give wrong rates";

/**
 * Adds the time between looks to a command that shows them.
 *
 * @param to The command.
 * @returns The command.
 */
export function withInterval(to: Command): Command {
  return to.option("--interval <ms>", INTERVAL_HELP, integer(...INTERVALS), 1000);
}

/**
 * Adds the time between looks to a command that keeps them.
 *
 * @param to The command.
 * @returns The command.
 */
export function withKeptInterval(to: Command): Command {
  const help = `between two looks, in ms; beyond ${LONGEST_MS} the rates of busy rings are too ` +
    "low: positions are 32 bit, and go round";
  return to.option("--interval <ms>", help, integer(...KEPT_INTERVALS), 1000);
}

/**
 * Adds to a command that the group is joined.
 *
 * @param to The command.
 * @returns The command.
 */
export function withAttach(to: Command): Command {
  return to.option("--attach", "join the group as a secondary, to read its ports' counters");
}
