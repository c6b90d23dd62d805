/**
 * The environment abstraction layer: what makes a script a DPDK process.
 *
 * @module
 */

import { abi, installation, preload } from "../abi/mod.ts";
import { buryAll, checkInteger, DpdkError, Errno, exists, releaseAll } from "../core/mod.ts";
import { encodeString, runtime } from "../runtime/mod.ts";
import { adviceFor } from "./advice.ts";
import { threadAffinity } from "./affinity.ts";
import { hasDevices } from "./devices.ts";
import { Leaving } from "./leaving.ts";
import { removeHugepageFiles, removeOwnFiles } from "./leftovers.ts";
import { eal, lcoreId, rteErrno } from "./library.ts";
import { captureLog, withoutStdout } from "./log.ts";
import { BASE_VIRTADDR, type EalOptions, parseArgs, type ParsedArgs, toArgs } from "./options.ts";
import {
  checkNoPrimary,
  checkPrimary,
  groupDirectory,
  primaryAlive,
  primaryHasPorts,
} from "./precheck.ts";
import { ealState, requireEal, runEndings, setEalState, usedByWorkers } from "./state.ts";

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
  readonly #leaving: Leaving;

  private constructor(parsed: ParsedArgs, log: readonly string[]) {
    this.args = parsed.rest;
    this.log = log;
    this.#group = groupOf(parsed);
    this.#leaving = new Leaving(() => this.cleanup());
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
    const given = raw ? options as readonly string[] : toArgs(typed, threadAffinity()[0] ?? 0);
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
    const log = start(withoutPci(parsed, args), parsed);
    setEalState("running");
    return new Eal(parsed, log);
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
    const ids: number[] = [];
    const none = 0xffffffff;
    const max = 2 ** 16; // past RTE_MAX_LCORE of every build
    for (let id = eal().rte_get_next_lcore(none, 0, 0); id < max && !ids.includes(id);) {
      if (eal().rte_lcore_is_enabled(id) === 0) break;
      ids.push(id);
      id = eal().rte_get_next_lcore(id, 0, 0);
    }
    return ids;
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
   * Whether the process cleans up by itself when the script ends without {@linkcode Eal.cleanup}; it
   * does at first. The exit code is the script's, and a signal that ends it is the one that came.
   *
   * - at the end of the script and by `process.exit` or `Deno.exit`, after the listeners of `exit`
   *   that were there before EAL
   * - by an error that nobody caught. On Deno a listener of `error` that prevents the end must have
   *   been there before EAL
   * - by SIGINT, SIGTERM and SIGHUP, as long as the script has no listeners of its own to the signal;
   *   if it has, the signal is theirs. A second one ends the process at once, also when the script is
   *   too busy to hear of the first
   *
   * In a Worker that started EAL, signals are not heard.
   */
  get cleanupAtExit(): boolean {
    return this.#leaving.byItself;
  }

  set cleanupAtExit(wanted: boolean) {
    if (typeof wanted !== "boolean") {
      throw new TypeError(`Cannot set cleanupAtExit to ${String(wanted)}: it is a boolean`);
    }
    requireEal("say what is to happen at exit");
    this.#leaving.byItself = wanted;
  }

  /**
   * Gives everything back: `rte_eal_cleanup`. All handles of this script refuse to work from then
   * on and views over DPDK's memory are detached. A second call does nothing.
   *
   * In two cases DPDK's memory stays mapped until the process ends, and `rte_eal_cleanup` is not
   * called: in a process whose Workers have used DPDK, where it would unmap the memory under a Worker
   * that is still at work, and in a secondary with devices, where it would have their drivers remove
   * them: they are the primary's, which goes on with them.
   */
  cleanup(): void {
    if (ealState() !== "running") return;
    this.#leaving.guard(() => this.#cleanup());
  }

  #cleanup(): void {
    const primary = this.processType === "primary";
    const directory = this.runtimeDirectory;
    const stays = usedByWorkers() || (!primary && hasDevices());
    runEndings(stays);
    buryAll();
    releaseAll();
    setEalState("cleaned");
    if (!stays) eal().rte_eal_cleanup();
    if (this.#group === undefined) return;
    removeOwnFiles(directory, primary);
    if (primary) removeHugepageFiles(this.#group);
  }

  /** {@linkcode Eal.cleanup} at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.cleanup();
  }
}
