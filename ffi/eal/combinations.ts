/**
 * Which memory options go together. What EAL refuses is refused here, before it has begun, in all
 * releases alike: 25.11 ends the process for some. So is what EAL takes but does not do: a limit that
 * is not kept, or that is below what is taken at the start.
 *
 * @module
 */

import type { Abi } from "../abi/mod.ts";
import { listDirectory } from "../core/mod.ts";
import type { ParsedArgs } from "./options.ts";

type Values = ParsedArgs["values"];

/** Two options that exclude each other, and why. */
interface Conflict {
  readonly one: string;
  readonly other: string;
  readonly why: string;
  /** Only with this value of the second. */
  readonly value?: string;
  /** The first ABI, and the last, in which it is one. */
  readonly since?: number;
  readonly until?: number;
}

const ORDINARY = "it is about hugepages, and --no-huge takes ordinary memory";
const STATIC = "with --no-huge and --legacy-mem memory is taken at the start, and no limit is kept";
const ONE_FILE = "a file with many pages cannot be removed while they come and go";

const CONFLICTS: readonly Conflict[] = [
  { one: "memory-size", other: "socket-mem", why: "both say how much to take; use one" },
  { one: "no-huge", other: "socket-mem", why: ORDINARY },
  { one: "no-huge", other: "huge-unlink", value: "always", why: ORDINARY },
  { one: "no-huge", other: "huge-unlink", since: 26, why: ORDINARY },
  { one: "no-huge", other: "huge-worker-stack", why: ORDINARY },
  { one: "no-huge", other: "match-allocations", why: ORDINARY },
  { one: "no-huge", other: "single-file-segments", since: 26, why: ORDINARY },
  { one: "no-huge", other: "in-memory", until: 25, why: "--no-huge has no files either; leave it" },
  { one: "no-huge", other: "socket-limit", why: STATIC },
  { one: "legacy-mem", other: "socket-limit", why: STATIC },
  { one: "legacy-mem", other: "in-memory", why: "--legacy-mem needs files" },
  { one: "legacy-mem", other: "match-allocations", why: "--legacy-mem never gives memory back" },
  { one: "single-file-segments", other: "huge-unlink", value: "always", why: ONE_FILE },
  { one: "single-file-segments", other: "huge-unlink", since: 26, why: ONE_FILE },
  {
    one: "in-memory",
    other: "huge-unlink",
    value: "never",
    why: "--in-memory has no files to keep",
  },
  { one: "in-memory", other: "huge-unlink", since: 26, why: "--in-memory has no files to keep" },
];

/** The values with each option under one name: 25.11 has new ones for old. */
function named(values: Values): Values {
  const numa = { "numa-mem": "socket-mem", "numa-limit": "socket-limit" } as const;
  const all: Record<string, readonly string[]> = { ...values };
  for (const [alias, name] of Object.entries(numa)) {
    if (values[alias] !== undefined) all[name] = values[alias];
  }
  // Without a value it is "always".
  if (values["huge-unlink"]?.[0] === "") all["huge-unlink"] = ["always"];
  return all;
}

function applies(conflict: Conflict, values: Values, abi: Abi): boolean {
  const { one, other, value, since = 0, until = Infinity } = conflict;
  if (values[one] === undefined || values[other] === undefined) return false;
  if (abi.number < since || abi.number > until) return false;
  return value === undefined || values[other][0] === value;
}

function amounts(values: Values, name: string): number[] | undefined {
  return values[name]?.[0]?.split(",").map(Number);
}

/** How many NUMA sockets this host has. */
function sockets(): number {
  return listDirectory("/sys/devices/system/node").filter((name) => /^node\d+$/.test(name)).length;
}

const PER_SOCKET = /^\d+(,\d+)*$/;

/** What EAL takes as the value of an option. */
const VALUES: Readonly<Record<string, readonly [pattern: RegExp, wanted: string]>> = {
  "huge-dir": [/./, "a directory"],
  "huge-unlink": [/^(existing|always|never)$/, "existing, always or never"],
  "socket-mem": [PER_SOCKET, "MiB for each NUMA socket, separated by commas"],
  "socket-limit": [PER_SOCKET, "MiB for each NUMA socket, separated by commas"],
};

function checkValues(values: Values): void {
  for (const [name, [pattern, wanted]] of Object.entries(VALUES)) {
    const value = values[name]?.[0];
    if (value === undefined || pattern.test(value)) continue;
    throw new TypeError(`Cannot use "${value}" as --${name}: it must be ${wanted}`);
  }
}

/**
 * Refuses a limit below what is taken at the start: EAL takes that first and limits afterwards, so
 * the limit would be broken from the beginning.
 */
function checkLimits(values: Values): void {
  const limits = amounts(values, "socket-limit");
  if (limits === undefined) return;
  const refuse = (taken: number, limit: number, where: string) =>
    new RangeError(
      `Cannot take ${taken} MiB ${where} with a limit of ${limit} MiB: EAL takes the memory first ` +
        "and limits afterwards; give a limit that is not below it",
    );
  amounts(values, "socket-mem")?.forEach((taken, socket) => {
    const limit = limits[socket] ?? 0;
    if (limit > 0 && taken > limit) throw refuse(taken, limit, `of NUMA socket ${socket}`);
  });
  const memory = Number(values["memory-size"]?.[0] ?? 0);
  const count = Math.max(sockets(), 1);
  const limited = limits.slice(0, count).filter((limit) => limit > 0);
  const sum = limited.reduce((total, limit) => total + limit, 0);
  if (limited.length === count && memory > sum) throw refuse(memory, sum, "at the start");
}

/**
 * Refuses memory options that do not go together.
 *
 * @throws {TypeError} on two that exclude each other, and on a value that EAL does not take
 * @throws {RangeError} on a limit below what is taken at the start
 */
export function checkCombinations({ values: given }: ParsedArgs, abi: Abi): void {
  const values = named(given);
  checkValues(values);
  const conflict = CONFLICTS.find((each) => applies(each, values, abi));
  if (conflict !== undefined) {
    const { one, other, value, why } = conflict;
    const suffix = value === undefined ? "" : `=${value}`;
    throw new TypeError(`Cannot use --${one} together with --${other}${suffix}: ${why}`);
  }
  checkLimits(values);
}
