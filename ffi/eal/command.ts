/**
 * The command line of EAL, made of what a script gives, and what it says of the process.
 *
 * @module
 */

import { installation } from "../abi/mod.ts";
import { threadAffinity } from "./affinity.ts";
import { BASE_VIRTADDR, type EalOptions, parseArgs, type ParsedArgs, toArgs } from "./options.ts";

/** The part that a process asks for. */
export function processTypeOf({ values }: ParsedArgs): string {
  return values["proc-type"]?.[0] ?? "primary";
}

/** The file prefix; none for a process that shares nothing with others. */
export function groupOf({ values }: ParsedArgs): string | undefined {
  const alone = values["no-shconf"] !== undefined || values["in-memory"] !== undefined;
  return alone ? undefined : values["file-prefix"]?.[0] ?? "rte";
}

/** A file prefix that names one directory. */
export function checkPrefix(prefix: string): string {
  if (typeof prefix === "string" && !/^\.*$|[/%]/.test(prefix)) return prefix;
  throw new TypeError(
    `Cannot use "${prefix}" as a file prefix: it becomes part of file names, without / and %`,
  );
}

/** With the base address of the library, where a primary names none. */
function withBase(parsed: ParsedArgs, wanted: boolean): readonly string[] {
  const named = parsed.values["base-virtaddr"] !== undefined;
  if (named || !wanted || processTypeOf(parsed) === "secondary") return parsed.eal;
  return [...parsed.eal, `--base-virtaddr=0x${BASE_VIRTADDR.toString(16)}`];
}

/** What a command line comes to. */
export interface Command {
  readonly parsed: ParsedArgs;
  /** EAL's arguments, with the library's own. */
  readonly args: readonly string[];
}

/** Refuses what is neither options nor a list. */
export function checkOptions(options: object): void {
  if (typeof options === "object" && options !== null) return;
  throw new TypeError(
    `Cannot start EAL with ${String(options)}: Eal.init takes options, or a list of arguments`,
  );
}

/** Reads options or a command line. */
export function command(options: EalOptions | readonly string[]): Command {
  checkOptions(options);
  const { abi } = installation();
  const raw = Array.isArray(options);
  const typed = options as EalOptions;
  const given = raw ? options as readonly string[] : toArgs(typed, threadAffinity()[0] ?? 0);
  const parsed = parseArgs(given, abi);
  return { parsed, args: withBase(parsed, raw || typed.baseVirtaddr !== false) };
}

/** Options or a command line, as a secondary's. */
export function asSecondary(
  options: EalOptions | readonly string[],
): EalOptions | readonly string[] {
  const [asked] = command(options).parsed.values["proc-type"] ?? [];
  if (asked === "secondary") return options;
  if (asked !== undefined) {
    throw new TypeError(`Cannot attach as ${asked}: Eal.attach starts a secondary`);
  }
  if (Array.isArray(options)) return ["--proc-type=secondary", ...options];
  return { ...options, processType: "secondary" };
}
