/**
 * The command line of EAL, made of what a script gives, and what it says of the process.
 *
 * @module
 */

import { installation } from "../abi/mod.ts";
import { threadAffinity } from "./affinity.ts";
import { checkCombinations } from "./combinations.ts";
import { freeLcore } from "./default_lcore.ts";
import {
  BASE_VIRTADDR,
  type EalOptions,
  lcoresArgument,
  parseArgs,
  type ParsedArgs,
  toArgs,
} from "./options.ts";

/** The part that a process asks for. */
export function processTypeOf({ values }: ParsedArgs): string {
  return values["proc-type"]?.[0] ?? "primary";
}

/** The file prefix; none for a process that shares nothing with others. */
export function groupOf({ values }: ParsedArgs): string | undefined {
  const alone = values["no-shconf"] !== undefined || values["in-memory"] !== undefined;
  return alone ? undefined : values["file-prefix"]?.[0] ?? "rte";
}

/**
 * The longest file prefix, in bytes. The path of a secondary's socket,
 * `/var/run/dpdk/PREFIX/mp_socket_PID_...`, is cut off at 107; up to here it keeps its process id,
 * which tells secondaries apart.
 */
const LONGEST_PREFIX = 74;

/** A file prefix that names one directory. */
export function checkPrefix(prefix: string): string {
  if (typeof prefix !== "string" || /^\.*$|[/%]/.test(prefix)) {
    throw new TypeError(
      `Cannot use "${prefix}" as a file prefix: it becomes part of file names, without / and %`,
    );
  }
  const { length } = new TextEncoder().encode(prefix);
  if (length <= LONGEST_PREFIX) return prefix;
  throw new TypeError(
    `Cannot use "${prefix}" as a file prefix: it has ${length} bytes, and sockets' paths leave room ` +
      `for ${LONGEST_PREFIX}`,
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
  /** The options, where it was made of some: in these, `false` says something, too. */
  readonly typed: EalOptions;
  /** EAL's arguments, with the library's own. */
  readonly args: readonly string[];
  /** Whether it names no lcores, and so is to get a free one if it is a secondary's. */
  readonly choosesLcore: boolean;
}

/**
 * A secondary's arguments, with an lcore id that nobody in the group uses, where it names none: on one
 * id, two processes corrupt each other's mempool caches.
 */
export function withLcore({ args, choosesLcore }: Command, prefix: string): readonly string[] {
  if (!choosesLcore) return args;
  const cpu = threadAffinity()[0] ?? 0;
  const usual = lcoresArgument(cpu);
  const free = lcoresArgument(freeLcore(prefix, cpu));
  return args.map((arg) => arg === usual ? free : arg);
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
  checkCombinations(parsed, abi);
  const args = withBase(parsed, raw || typed.baseVirtaddr !== false);
  const choosesLcore = !raw && typed.lcores === undefined;
  return { parsed, typed: raw ? {} : typed, args, choosesLcore };
}

/** The same as what a process that asks for `auto` turns out to be. */
export function settled(given: Command, type: "primary" | "secondary"): Command {
  const { parsed, args } = given;
  const as = (list: readonly string[]) =>
    list.map((arg, i) => {
      if (/^--proc-type=auto$/i.test(arg)) return `--proc-type=${type}`;
      return /^auto$/i.test(arg) && list[i - 1] === "--proc-type" ? type : arg;
    });
  const values = { ...parsed.values, "proc-type": [type] };
  return { ...given, parsed: { ...parsed, eal: as(parsed.eal), values }, args: as(args) };
}

/** Options or a command line, as a secondary's. */
export function asSecondary(
  options: EalOptions | readonly string[],
): EalOptions | readonly string[] {
  const [asked] = command(options).parsed.values["proc-type"] ?? [];
  if (asked === "secondary") return options;
  if (asked !== undefined) {
    throw new TypeError(`Cannot attach as ${asked}: Eal.attach starts a secondary; use Eal.init`);
  }
  if (Array.isArray(options)) return ["--proc-type=secondary", ...options];
  return { ...options, processType: "secondary" };
}
