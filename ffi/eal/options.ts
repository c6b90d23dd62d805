/**
 * EAL's command line: what it may hold, and how typed options become one.
 *
 * Arguments are checked before EAL sees them, since EAL prints its usage to stdout on one that it
 * does not know, and from 25.11 on ends the process.
 *
 * @module
 */

import { type Abi, BUILD } from "../abi/mod.ts";
import { checkInteger, checkKeys, checkOneOf, quoted } from "../core/mod.ts";
import type { InitOptions } from "./init_options.ts";

/** How a process takes part: `--proc-type`. */
export type ProcessTypeOption = "primary" | "secondary" | "auto";

/** Which hugepage files are removed: `--huge-unlink`. */
export type HugeUnlink = "existing" | "always" | "never";

/** What {@linkcode Eal.init} takes instead of a command line: EAL's own options, and the library's. */
export interface EalOptions extends InitOptions {
  /** `--proc-type`; default `primary`. */
  readonly processType?: ProcessTypeOption;
  /** `--file-prefix`: the group of processes that share memory; default `rte`. */
  readonly filePrefix?: string;
  /**
   * `--lcores` as EAL writes it (`0-3`, `0@(0,1)`) or as a list; default one on the first allowed CPU,
   * of the CPU's id in a primary, and in a secondary of an id that no process of the group uses.
   */
  readonly lcores?: string | readonly number[];
  /** `--main-lcore`; default the first of the lcores. */
  readonly mainLcore?: number;
  /** `-m`: memory to take at the start, in MiB. */
  readonly memory?: number;
  /** `--socket-mem`: the same for each NUMA socket, in MiB; instead of `memory`. */
  readonly socketMem?: readonly number[];
  /** `--socket-limit`: the most that each NUMA socket may ever give, in MiB; 0 is no limit. */
  readonly socketLimit?: readonly number[];
  /** `--legacy-mem`: all memory at the start, none later; all processes of a group alike. */
  readonly legacyMem?: boolean;
  /** `--single-file-segments`: few, large hugepage files; all processes of a group alike. */
  readonly singleFileSegments?: boolean;
  /** `--no-huge`: ordinary memory, which no other process can attach to. */
  readonly noHuge?: boolean;
  /** `--in-memory`: no files at all, no other processes. */
  readonly inMemory?: boolean;
  /**
   * `--huge-unlink`: which hugepage files are removed: those that an earlier primary left
   * (`existing`, the default), all at once, so that no secondary can attach (`always`), or none, so
   * that the next primary finds the memory as this one left it (`never`).
   */
  readonly hugeUnlink?: HugeUnlink;
  /** `--no-pci`: probe no PCI devices. */
  readonly noPci?: boolean;
  /** `--no-telemetry`: no telemetry thread and socket. */
  readonly noTelemetry?: boolean;
  /** `--huge-dir`: the hugetlbfs mount to use. */
  readonly hugeDir?: string;
  /** `--base-virtaddr`; default 0x600000000000 in a primary, `false` leaves it to EAL. */
  readonly baseVirtaddr?: number | false;
  /** `--iova-mode`. */
  readonly iovaMode?: "pa" | "va";
  /** `--vdev`, each: `net_null0`. */
  readonly vdevs?: readonly string[];
  /** `--allow`, each: a PCI address. */
  readonly allow?: readonly string[];
  /** `--log-level`, each: `8`, `debug`, `lib.eal:debug`. */
  readonly logLevel?: string | number | readonly string[];
  /** Further arguments, as they stand. */
  readonly args?: readonly string[];
}

const KEYS: readonly (keyof EalOptions)[] = [
  "processType",
  "filePrefix",
  "lcores",
  "mainLcore",
  "memory",
  "socketMem",
  "socketLimit",
  "legacyMem",
  "singleFileSegments",
  "noHuge",
  "inMemory",
  "hugeUnlink",
  "noPci",
  "noTelemetry",
  "hugeDir",
  "baseVirtaddr",
  "iovaMode",
  "vdevs",
  "allow",
  "logLevel",
  "args",
  "onClash",
];

/**
 * Where a primary puts its memory unless told otherwise: above the 46-bit addresses at which
 * JavaScript engines put their heaps, below the place of the kernel's mappings. Secondaries map the
 * same addresses, and a secondary is often a script.
 */
export const BASE_VIRTADDR = 0x600000000000;

const BOOLEANS = [
  ...["legacyMem", "singleFileSegments", "noHuge", "inMemory"] as const,
  ...["noPci", "noTelemetry"] as const,
] as const;
const PROCESS_TYPES: readonly string[] = ["primary", "secondary", "auto"];
const HUGE_UNLINKS: readonly HugeUnlink[] = ["existing", "always", "never"];
const STRINGS = ["filePrefix", "hugeDir"] as const;
const LISTS = ["vdevs", "allow", "args"] as const;

/** Refuses what an untyped script may hand in: EAL would read it as something else. */
function checkTypes(options: EalOptions): void {
  const refuse = (key: keyof EalOptions, wanted: string): never => {
    throw new TypeError(`Cannot use ${quoted(options[key])} as ${key}: it must be ${wanted}`);
  };
  const strings = (value: unknown) =>
    Array.isArray(value) && value.every((each) => typeof each === "string");
  for (const key of BOOLEANS) {
    if (options[key] !== undefined && typeof options[key] !== "boolean") refuse(key, "a boolean");
  }
  for (const key of STRINGS) {
    if (options[key] !== undefined && typeof options[key] !== "string") refuse(key, "a string");
  }
  for (const key of LISTS) {
    if (options[key] !== undefined && !strings(options[key])) refuse(key, "a list of strings");
  }
  const { lcores } = options;
  if (lcores !== undefined && typeof lcores !== "string" && !Array.isArray(lcores)) {
    refuse("lcores", "a string, or a list of lcore ids");
  }
}

/** An amount for each NUMA socket, as EAL writes it. */
function perSocket(options: EalOptions, key: "socketMem" | "socketLimit"): string {
  const amounts: unknown = options[key];
  if (!Array.isArray(amounts)) {
    throw new TypeError(`Cannot use ${String(amounts)} as ${key}: it must be a list of MiB`);
  }
  checkInteger(amounts.length, `the length of ${key}`, 1, BUILD.maxNumaNodes);
  return amounts.map((each) => checkInteger(each, `${key} (MiB)`, 0, 2 ** 31)).join(",");
}

function list(values: readonly string[] | undefined, option: string): string[] {
  return values?.map((value) => `${option}=${value}`) ?? [];
}

/** A level, or a pattern with one: EAL starts with what it does not know, and says so in its log only. */
function checkLogLevel(level: string | number): string {
  if (typeof level === "number") return String(checkInteger(level, "a log level", 1, 8));
  if (typeof level === "string" && level !== "") return level;
  throw new TypeError(`Cannot use ${quoted(level)} as a log level: it must be a text or a number`);
}

/** `--lcores` with a list as EAL writes it, or one id. */
export function lcoresArgument(lcores: string | number): string {
  return `--lcores=${lcores}`;
}

/**
 * Typed options as EAL's command line.
 *
 * @param options as the user gave them
 * @param firstCpu the CPU to run on when no lcores are named
 * @throws {TypeError} or {RangeError} on an unknown option or a bad value
 */
export function toArgs(options: EalOptions, firstCpu: number): string[] {
  checkKeys(options, KEYS, "Eal.init");
  checkTypes(options);
  const args: string[] = [];
  const { lcores = [firstCpu], logLevel } = options;
  if (typeof lcores !== "string") {
    if (lcores.length === 0) throw new RangeError("Cannot run on no lcores: name at least one");
    for (const lcore of lcores) checkInteger(lcore, "an lcore id", 0, 1023);
  }
  args.push(lcoresArgument(typeof lcores === "string" ? lcores : lcores.join(",")));
  if (options.mainLcore !== undefined) {
    args.push(`--main-lcore=${checkInteger(options.mainLcore, "mainLcore", 0, 1023)}`);
  }
  if (options.processType !== undefined) {
    args.push(`--proc-type=${checkOneOf(options.processType, PROCESS_TYPES, "processType")}`);
  }
  if (options.filePrefix !== undefined) args.push(`--file-prefix=${options.filePrefix}`);
  if (options.memory !== undefined) {
    args.push("-m", String(checkInteger(options.memory, "memory (MiB)", 1, 2 ** 31)));
  }
  if (options.socketMem !== undefined) args.push(`--socket-mem=${perSocket(options, "socketMem")}`);
  if (options.socketLimit !== undefined) {
    args.push(`--socket-limit=${perSocket(options, "socketLimit")}`);
  }
  if (options.legacyMem) args.push("--legacy-mem");
  if (options.singleFileSegments) args.push("--single-file-segments");
  if (options.noHuge) args.push("--no-huge");
  if (options.inMemory) args.push("--in-memory");
  if (options.hugeUnlink !== undefined) {
    args.push(`--huge-unlink=${checkOneOf(options.hugeUnlink, HUGE_UNLINKS, "hugeUnlink")}`);
  }
  if (options.noPci) args.push("--no-pci");
  if (options.noTelemetry) args.push("--no-telemetry");
  if (options.hugeDir !== undefined) args.push(`--huge-dir=${options.hugeDir}`);
  if (options.baseVirtaddr !== undefined && options.baseVirtaddr !== false) {
    checkInteger(options.baseVirtaddr, "baseVirtaddr", 2 ** 16, BUILD.userSpace);
    args.push(`--base-virtaddr=0x${options.baseVirtaddr.toString(16)}`);
  }
  if (options.iovaMode !== undefined) {
    args.push(`--iova-mode=${checkOneOf(options.iovaMode, ["pa", "va"], "iovaMode")}`);
  }
  args.push(...list(options.vdevs, "--vdev"), ...list(options.allow, "--allow"));
  if (logLevel !== undefined) {
    const levels = Array.isArray(logLevel) ? logLevel : [logLevel];
    args.push(...list(levels.map(checkLogLevel), "--log-level"));
  }
  return [...args, ...options.args ?? []];
}

/** Whether an option takes a value: always, never, or only behind a `=`. */
type Takes = "value" | "nothing" | "maybe";

interface Option {
  readonly name: string;
  readonly short?: string;
  readonly takes: Takes;
  /** May stand several times. */
  readonly repeats?: true;
  /** The first ABI that has it. */
  readonly since?: number;
}

const OPTIONS: readonly Option[] = [
  { name: "allow", short: "a", takes: "value", repeats: true },
  { name: "base-virtaddr", takes: "value" },
  { name: "block", short: "b", takes: "value", repeats: true },
  { name: "coremask", short: "c", takes: "value", since: 26 },
  { name: "create-uio-dev", takes: "nothing" },
  { name: "driver-path", short: "d", takes: "value", repeats: true, since: 26 },
  { name: "file-prefix", takes: "value" },
  { name: "force-max-simd-bitwidth", takes: "value" },
  { name: "huge-dir", takes: "value" },
  { name: "huge-unlink", takes: "maybe" },
  { name: "huge-worker-stack", takes: "maybe" },
  { name: "in-memory", takes: "nothing" },
  { name: "iova-mode", takes: "value" },
  { name: "lcores", short: "l", takes: "value" },
  { name: "legacy-mem", takes: "nothing" },
  { name: "log-color", takes: "maybe", since: 25 },
  { name: "log-level", takes: "value", repeats: true },
  { name: "log-timestamp", takes: "maybe", since: 25 },
  { name: "main-lcore", takes: "value" },
  { name: "match-allocations", takes: "nothing" },
  { name: "mbuf-pool-ops-name", takes: "value" },
  { name: "memory-channels", short: "n", takes: "value", since: 26 },
  { name: "memory-ranks", short: "r", takes: "value", since: 26 },
  { name: "memory-size", short: "m", takes: "value", since: 26 },
  { name: "no-hpet", takes: "nothing" },
  { name: "no-huge", takes: "nothing" },
  { name: "no-pci", takes: "nothing" },
  { name: "no-shconf", takes: "nothing" },
  { name: "no-telemetry", takes: "nothing" },
  { name: "numa-limit", takes: "value", since: 26 },
  { name: "numa-mem", takes: "value", since: 26 },
  { name: "proc-type", takes: "value" },
  { name: "remap-lcore-ids", short: "R", takes: "maybe", since: 26 },
  { name: "service-corelist", short: "S", takes: "value", since: 26 },
  { name: "service-coremask", short: "s", takes: "value", since: 26 },
  { name: "single-file-segments", takes: "nothing" },
  { name: "socket-limit", takes: "value" },
  { name: "socket-mem", takes: "value" },
  { name: "syslog", takes: "maybe" },
  { name: "telemetry", takes: "nothing" },
  { name: "trace", takes: "value", repeats: true },
  { name: "trace-bufsz", takes: "value" },
  { name: "trace-dir", takes: "value" },
  { name: "trace-mode", takes: "value" },
  { name: "vdev", takes: "value", repeats: true },
  { name: "version", short: "v", takes: "nothing", since: 26 },
  { name: "vfio-intr", takes: "value" },
  { name: "vfio-vf-token", takes: "value" },
  { name: "vmware-tsc-map", takes: "nothing" },
];

/** An EAL command line, read. */
export interface ParsedArgs {
  /** EAL's own arguments. */
  readonly eal: readonly string[];
  /** The application's: what stands behind `--`, or from the first argument that is no option on. */
  readonly rest: readonly string[];
  /** The values by long name; an option without a value has an empty string. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

function refuse(argument: string, why: string): TypeError {
  return new TypeError(
    `Cannot use EAL argument "${argument}": ${why}; the application's own arguments go behind "--"`,
  );
}

/** A process type in small letters, since EAL takes `SECONDARY`, too. */
function processType(argument: string, value: string): string {
  const type = value.toLowerCase();
  if (PROCESS_TYPES.includes(type)) return type;
  throw refuse(argument, `--proc-type is one of ${PROCESS_TYPES.join(", ")}`);
}

/** The option of an argument, and what stands behind its name. */
function identify(argument: string, abi: Abi): [Option, string | undefined] {
  const since = (option: Option) => option.since === undefined || option.since <= abi.number;
  if (argument.startsWith("--")) {
    const [name, ...value] = argument.slice(2).split("=");
    const exact = OPTIONS.find((option) => option.name === name && since(option));
    if (exact !== undefined) return [exact, value.length > 0 ? value.join("=") : undefined];
    if (name === "help") throw refuse(argument, "EAL would print its usage and end the process");
    throw refuse(argument, `DPDK ${abi.release} has no such option`);
  }
  const option = OPTIONS.find(({ short }) => short === argument[1]);
  if (argument[1] === "h") throw refuse(argument, "EAL would print its usage and end the process");
  if (option === undefined || (option.short === "R" && !since(option))) {
    throw refuse(argument, `DPDK ${abi.release} has no such option`);
  }
  const value = argument.slice(2).replace(/^=/, "");
  return [option, value === "" ? undefined : value];
}

/**
 * Reads a command line as EAL will.
 *
 * @param args without the program's name
 * @throws {TypeError} on what EAL does not know, or would end the process for
 */
export function parseArgs(args: readonly string[], abi: Abi): ParsedArgs {
  const eal: string[] = [];
  const values: Record<string, string[]> = {};
  const odd = args.findIndex((argument) => typeof argument !== "string");
  if (odd >= 0) {
    throw new TypeError(`Cannot use EAL argument ${String(args[odd])}: it is no string`);
  }
  let at = 0;
  for (; at < args.length; at++) {
    const argument = args[at]!;
    if (argument === "--") {
      at++;
      break;
    }
    if (!argument.startsWith("-") || argument === "-") break;
    const [option, attached] = identify(argument, abi);
    let value = attached;
    if (option.takes === "nothing" && value !== undefined) {
      throw refuse(argument, `--${option.name} takes no value`);
    }
    // getopt takes "-l=0" for the value "=0": EAL gets what was read here.
    const apart = option.takes === "value" && value !== undefined && !argument.startsWith("--");
    eal.push(...apart ? [argument.slice(0, 2), value!] : [argument]);
    if (option.takes === "value" && value === undefined) {
      value = args[++at];
      if (value === undefined) throw refuse(argument, "its value is missing");
      eal.push(value);
    }
    const seen = values[option.name] ??= [];
    if (seen.length > 0 && option.repeats !== true) {
      throw refuse(argument, `--${option.name} may stand only once`);
    }
    if (option.name === "log-level" && value === "help") {
      throw refuse(argument, "EAL would print the levels and end the process");
    }
    seen.push(option.name === "proc-type" ? processType(argument, value ?? "") : value ?? "");
  }
  return { eal, rest: args.slice(at), values };
}
