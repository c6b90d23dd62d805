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
 * A command on a group.
 *
 * @param name Its name and arguments.
 * @param description What it does.
 * @returns The command, with the options that each has.
 */
export function command(name: string, description: string): Command {
  const [word, ...args] = name.split(" ");
  const made = new Command(word);
  for (const each of args) made.argument(each);
  return made
    .description(description)
    .option("--file-prefix <prefix>", "the group, as EAL's option says it (default: rte)")
    .option("--runtime-directory <path>", "the directory that has dpdk/PREFIX, where it is unusual")
    .option("--json", "as JSON");
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

/** The shortest and the longest time between two looks, in milliseconds. */
export const INTERVALS = [20, 3_600_000] as const;

/**
 * Adds the time between looks to a command.
 *
 * @param to The command.
 * @returns The command.
 */
export function withInterval(to: Command): Command {
  return to.option("--interval <ms>", "between two looks, in ms", integer(...INTERVALS), 1000);
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
