/**
 * The environment abstraction layer: what makes a script a DPDK process.
 *
 * @module
 */

import { abi, installation, preload } from "../abi/mod.ts";
import { buryAll, checkInteger, DpdkError, Errno, exists, releaseAll } from "../core/mod.ts";
import { encodeString, runtime } from "../runtime/mod.ts";
import { adviceFor } from "./advice.ts";
import { freeLcore } from "./default_lcore.ts";
import { threadAffinity } from "./affinity.ts";
import { removeHugepageFiles, removeSockets } from "./leftovers.ts";
import { eal, lcoreId, rteErrno } from "./library.ts";

import { enabledLcores } from "./lcores.ts";
import { checkLocks, cleanupBlocked } from "./locks.ts";
import { captureLog, withoutStdout } from "./log.ts";
import { BASE_VIRTADDR, type EalOptions, parseArgs, type ParsedArgs, toArgs } from "./options.ts";
import {
  checkNoPrimary,
  checkPrimary,
  groupDirectory,
  primaryAlive,
  primaryHasPorts,
} from "./precheck.ts";
import { checkRoom } from "./room.ts";
import {
  ealState,
  requireEal,
  runBeginnings,
  runEndings,
  setEalState,
  usedByWorkers,
} from "./state.ts";
import { takeTurn } from "./turn.ts";

/** The part a process has in its group. */
export type ProcessType = "primary" | "secondary";

/**
 * Libraries that own a tailq and are used by this one: open before EAL starts, so that it finds
 * their tailqs in every process of a group alike.
 */
const PRELOADED = ["rte_eal", "rte_ring", "rte_mempool"];

/** `char **argv` and the strings it points to, kept for as long as EAL may look at them. */
const argvMemory: ArrayBuffer[] = [];

function argv(args: readonly string[]): ArrayBuffer {
  const table = new BigUint64Array(new ArrayBuffer(8 * (args.length + 1)));
  args.forEach((arg, i) => {
    const bytes = encodeString(arg).buffer;
    argvMemory.push(bytes);
    table[i] = BigInt(runtime.address(runtime.pointerTo(bytes)));
  });
  argvMemory.push(table.buffer);
  return table.buffer;
}

function processTypeOf({ values }: ParsedArgs): string {
  return values["proc-type"]?.[0] ?? "primary";
}

/**
 * Without PCI devices, for a secondary whose primary has no ports: EAL would abort the process at
 * the first port that it finds.
 */
function withoutPci(parsed: ParsedArgs, args: readonly string[]): readonly string[] {
  const prefix = groupOf(parsed);
  const { values } = parsed;
  const asked = values["no-pci"] ?? values["allow"];
  if (processTypeOf(parsed) !== "secondary" || prefix === undefined || asked !== undefined) {
    return args;
  }
  return primaryHasPorts(prefix) ? args : [...args, "--no-pci"];
}

/** Whether a process is going to be a secondary. */
function joins(parsed: ParsedArgs): boolean {
  const type = processTypeOf(parsed);
  const prefix = groupOf(parsed);
  if (prefix === undefined) return false;
  return type === "secondary" || (type === "auto" && primaryAlive(prefix));
}

/**
 * With an lcore id that nobody in the group uses, for a secondary that names none: on one id, two
 * processes corrupt each other's mempool caches.
 */
function withLcore(parsed: ParsedArgs, args: readonly string[], cpu: number): readonly string[] {
  const usual = `--lcores=${cpu}`;
  const free = `--lcores=${freeLcore(groupOf(parsed) ?? "", cpu)}`;
  return args.map((arg) => arg === usual ? free : arg);
}

/** With the base address of the library, where a primary names none. */
function withBase(parsed: ParsedArgs, wanted: boolean): readonly string[] {
  const named = parsed.values["base-virtaddr"] !== undefined;
  if (named || !wanted || processTypeOf(parsed) === "secondary") return parsed.eal;
  return [...parsed.eal, `--base-virtaddr=0x${BASE_VIRTADDR.toString(16)}`];
}

/** The file prefix; none for a process that shares nothing with others. */
function groupOf({ values }: ParsedArgs): string | undefined {
  const alone = values["no-shconf"] !== undefined || values["in-memory"] !== undefined;
  return alone ? undefined : values["file-prefix"]?.[0] ?? "rte";
}

/** Refuses, before EAL is touched, what would end or hang it. */
function precheck(parsed: ParsedArgs): void {
  const prefix = groupOf(parsed);
  const type = processTypeOf(parsed);
  if (prefix === undefined) {
    if (type !== "secondary") return;
    throw new TypeError(
      "Cannot start as a secondary without files: --in-memory and --no-shconf are for a process " +
        "that shares nothing",
    );
  }
  if (/^\.*$|[/%]/.test(prefix)) {
    throw new TypeError(
      `Cannot use "${prefix}" as a file prefix: it becomes part of file names, without / and %`,
    );
  }
  if (type === "secondary") checkPrimary(prefix, abi());
  else if (type === "auto" && primaryAlive(prefix)) checkPrimary(prefix, abi());
  else if (type === "primary" && exists(`${groupDirectory(prefix)}/config`)) {
    checkNoPrimary(prefix);
  }
  if (joins(parsed)) checkLocks(prefix);
  checkRoom(prefix, { joins: joins(parsed), noHugeMib: noHugeMib(parsed) });
}

/** The memory of a process without hugepages, in MiB. */
function noHugeMib({ values }: ParsedArgs): number | undefined {
  return values["no-huge"] === undefined ? undefined : Number(values["memory-size"]?.[0] ?? 64);
}

function start(args: readonly string[], parsed: ParsedArgs): readonly string[] {
  const all = ["dpdk.ts", ...args];
  const table = argv(all);
  const { value, log } = captureLog(
    () => withoutStdout(() => eal().rte_eal_init(all.length, runtime.pointerTo(table))),
    (status) => status < 0,
    true,
  );
  if (value >= 0) return log;
  // Never rte_eal_cleanup now: it would unmap ranges that this process never had.
  setEalState("failed");
  const errno = rteErrno();
  throw new DpdkError({
    what: `start EAL as ${processTypeOf(parsed)}`,
    call: "rte_eal_init",
    errno,
    advice: adviceFor(log, errno),
    log,
  });
}

/**
 * EAL, started: this process is a DPDK process until {@linkcode Eal.cleanup}.
 *
 * A process starts EAL once. Its Workers use the same EAL: they look rings and pools up by name.
 *
 * ```ts
 * import { Eal } from "@dpdk-ts/dpdk";
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * console.log(eal.version, eal.processType);
 * ```
 */
export class Eal implements Disposable {
  /** The application's arguments: what stood behind `--`. */
  readonly args: readonly string[];
  /** What EAL logged while it started, line by line. */
  readonly log: readonly string[];

  /** The file prefix, where this process shares memory with others. */
  readonly #group: string | undefined;

  private constructor(parsed: ParsedArgs, log: readonly string[]) {
    this.args = parsed.rest;
    this.log = log;
    this.#group = groupOf(parsed);
  }

  /**
   * Starts EAL: `rte_eal_init`.
   *
   * A primary that names no base address gets 0x600000000000, where no JavaScript engine puts its
   * memory. A secondary whose primary has no Ethernet ports probes no PCI devices, unless some are
   * named. EAL pins the calling thread to the main lcore.
   *
   * @param options typed options, or a command line without the program's name as EAL's users know
   *   it: `["-l", "0", "--proc-type=secondary", "--", "-n", "1"]`
   * @throws {TypeError} or {RangeError} on an option that is unknown or malformed
   * @throws {DpdkError} when there is no DPDK that the library knows, when EAL was started before
   *   in this process, when the primary is missing or another one runs, and when EAL refuses; the
   *   message has what EAL logged
   */
  static init(options: EalOptions | readonly string[] = {}): Eal {
    const { abi } = installation();
    if (typeof options !== "object" || options === null) {
      throw new TypeError(
        `Cannot start EAL with ${String(options)}: Eal.init takes options, or a list of arguments`,
      );
    }
    const raw = Array.isArray(options);
    const typed = options as EalOptions;
    const cpu = threadAffinity()[0] ?? 0;
    const given = raw ? options as readonly string[] : toArgs(typed, cpu);
    const parsed = parseArgs(given, abi);
    const args = withBase(parsed, raw || typed.baseVirtaddr !== false);
    const state = ealState();
    if (state !== "none") {
      throw new DpdkError({
        what: "start EAL",
        call: "Eal.init",
        errno: Errno.EALREADY,
        advice: state === "running"
          ? "it runs already in this process; a Worker uses the same EAL"
          : `a process can start EAL only once, and here it ${
            state === "failed" ? "failed" : "was cleaned up"
          }; start a new process`,
      });
    }
    precheck(parsed);
    preload(PRELOADED);
    const chooses = !raw && typed.lcores === undefined && joins(parsed);
    using _turn = chooses ? takeTurn(groupOf(parsed) ?? "") : undefined;
    const own = chooses ? withLcore(parsed, args, cpu) : args;
    const log = start(withoutPci(parsed, own), parsed);
    setEalState("running");
    const started = new Eal(parsed, log);
    try {
      runBeginnings({ shared: groupOf(parsed) !== undefined });
    } catch (error) {
      started.cleanup();
      throw error;
    }
    return started;
  }

  /** True while EAL runs in this process, seen from any of its threads. */
  static get running(): boolean {
    return ealState() === "running";
  }

  /** `rte_eal_process_type`. */
  get processType(): ProcessType {
    requireEal("ask for the process type");
    return eal().rte_eal_process_type() === 0 ? "primary" : "secondary";
  }

  /** The calling thread's lcore id (`rte_lcore_id`), `undefined` when it is no lcore. */
  get lcoreId(): number | undefined {
    const id = lcoreId();
    return id === 0xffffffff ? undefined : id;
  }

  /** The NUMA socket of the calling thread: `rte_socket_id`. */
  get socketId(): number {
    requireEal("ask for the socket id");
    return eal().rte_socket_id();
  }

  /** The lcore that called `Eal.init`: `rte_get_main_lcore`. */
  get mainLcore(): number {
    requireEal("ask for the main lcore");
    return eal().rte_get_main_lcore();
  }

  /** The ids of all enabled lcores, ascending: `RTE_LCORE_FOREACH`. */
  get lcores(): number[] {
    requireEal("list the lcores");
    return enabledLcores();
  }

  /** `rte_version`: `DPDK 22.11.11`. */
  get version(): string {
    return eal().rte_version() ?? "";
  }

  /** The directory of this group's files: `rte_eal_get_runtime_dir`. */
  get runtimeDirectory(): string {
    requireEal("ask for the runtime directory");
    return eal().rte_eal_get_runtime_dir() ?? "";
  }

  /**
   * Whether the group's primary lives: `rte_eal_primary_proc_alive`. A system call or two; of a
   * primary that is this process it is always true.
   */
  get primaryAlive(): boolean {
    if (this.processType === "primary") return true;
    return eal().rte_eal_primary_proc_alive(`${this.runtimeDirectory}/config`) === 1;
  }

  /** Whether memory comes from hugepages, which other processes can share. */
  get hasHugepages(): boolean {
    requireEal("ask for hugepages");
    return eal().rte_eal_has_hugepages() !== 0;
  }

  /** The level up to which EAL logs, 1 (emergency) to 8 (debug): `rte_log_get_global_level`. */
  get logLevel(): number {
    return eal().rte_log_get_global_level();
  }

  set logLevel(level: number) {
    eal().rte_log_set_global_level(checkInteger(level, "a log level", 1, 8));
  }

  /**
   * Sets the level of the log types that a pattern matches: `rte_log_set_level_pattern`.
   *
   * @param pattern a shell pattern: `lib.eal`, `pmd.*`
   * @param level 1 (emergency) to 8 (debug)
   */
  setLogLevel(pattern: string, level: number): void {
    checkInteger(level, "a log level", 1, 8);
    if (eal().rte_log_set_level_pattern(pattern, level) < 0) {
      throw new DpdkError({
        what: `set the log level of "${pattern}"`,
        call: "rte_log_set_level_pattern",
      });
    }
  }

  /**
   * Gives everything back: `rte_eal_cleanup`. All handles of this script refuse to work from then
   * on and views over DPDK's memory are detached. A second call does nothing.
   *
   * In a process whose Workers have used DPDK, its memory stays mapped until the process ends, and
   * `rte_eal_cleanup` is not called: it would unmap the memory under a Worker that is still at work. Nor
   * is it in a group with a lock that a killed process took with it, for which it would wait for ever;
   * that is told on the console.
   */
  cleanup(): void {
    if (ealState() !== "running") return;
    const primary = this.processType === "primary";
    const directory = this.runtimeDirectory;
    const stays = usedByWorkers() || cleanupBlocked();
    runEndings();
    buryAll();
    releaseAll();
    setEalState("cleaned");
    if (stays) removeSockets(directory, primary);
    else eal().rte_eal_cleanup();
    if (primary && this.#group !== undefined) removeHugepageFiles(this.#group);
  }

  /** {@linkcode Eal.cleanup} at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.cleanup();
  }
}
