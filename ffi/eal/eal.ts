/**
 * The environment abstraction layer: what makes a script a DPDK process.
 *
 * @module
 */

import { buryAll, checkInteger, checkKeys, DpdkError, releaseAll } from "../core/mod.ts";
import { threadAffinity } from "./affinity.ts";
import { asSecondary, checkOptions, checkPrefix, command, groupOf } from "./command.ts";
import { type AttachOptions, type InitOptions, onClashOf, patienceOf } from "./init_options.ts";
import { hasDevices } from "./devices.ts";
import { Leaving } from "./leaving.ts";
import { RTE_PROC_PRIMARY } from "./layout.ts";
import { removeHugepageFiles, removeOwnFiles } from "./leftovers.ts";
import { enabledLcores } from "./lcores.ts";
import { cleanupBlocked } from "./locks.ts";
import { messageThreadStuck } from "./message_thread.ts";
import { eal, lcoreId } from "./library.ts";
import type { EalOptions, ParsedArgs } from "./options.ts";
import { primaryAlive } from "./primary.ts";
import { groupDirectory } from "./runtime_directory.ts";
import { endWatches, PrimaryWatch } from "./primary_watch.ts";
import { checkNotStarted, start, type Started } from "./start.ts";
import {
  ealState,
  requireEal,
  runBeginnings,
  runEndings,
  setEalState,
  usedByWorkers,
} from "./state.ts";
import { placeThreads } from "./threads.ts";
import { turnOf, turnToLeave } from "./turn.ts";
import { hasGone, Wait } from "./waiting.ts";

/** The part a process has in its group. */
export type ProcessType = "primary" | "secondary";

/**
 * EAL, started: this process is a DPDK process until {@linkcode Eal.cleanup}.
 *
 * A process starts EAL once. Its Workers use the same EAL: they look rings and pools up by name. It
 * stands for rte_eal.h.
 *
 * @example
 * ```ts
 * import { Eal } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * console.log(eal.processType, eal.lcores.length); // primary 1
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

  /** Whether hugepage files are to stay for the next primary: `--huge-unlink=never`. */
  readonly #keepsFiles: boolean;

  /** The primary's process, for a secondary; 0 when it is of another pid namespace. */
  readonly #primaryPid: number;

  private constructor(parsed: ParsedArgs, { log, primaryPid }: Started) {
    this.args = parsed.rest;
    this.log = log;
    this.#group = groupOf(parsed);
    this.#keepsFiles = parsed.values["huge-unlink"]?.[0] === "never";
    this.#primaryPid = primaryPid;
    this.#leaving = new Leaving(() => this.cleanup());
  }

  /**
   * Starts EAL: `rte_eal_init`.
   *
   * A primary that names no base address gets 0x600000000000, where no JavaScript engine puts its
   * memory. A secondary whose primary has no Ethernet ports probes no PCI devices, unless some are
   * named. It takes the primary's addresses before EAL does, or is refused while nothing has
   * happened yet.
   *
   * Where lcores are named, EAL pins the calling thread to the main lcore, and this process's other
   * threads are kept off its CPUs. Where none are, the thread keeps its CPUs.
   *
   * @param options typed options, or a command line without the program's name as EAL's users know
   *   it: `["-l", "0", "--proc-type=secondary", "--", "-n", "1"]`
   * @param how what the library itself is told; for a command line, as it is among typed options, too
   * @returns this process's EAL, of which there is one
   * @throws {TypeError} or {RangeError} on an option that is unknown or malformed
   * @throws {DpdkError} when there is no DPDK that the library knows, when EAL was started before
   *   in this process, when the primary is missing or another one runs, when addresses of its memory
   *   are taken in this process (`EEXIST`), and when EAL refuses; the message has what EAL logged
   */
  static init(options: EalOptions | readonly string[] = {}, how: InitOptions = {}): Eal {
    const given = command(options);
    checkKeys(how, ["onClash"], "Eal.init");
    const onClash = onClashOf({ ...Array.isArray(options) ? {} : options as EalOptions, ...how });
    using _turn = turnOf(given);
    const cpus = threadAffinity();
    const started = new Eal(given.parsed, start(given, onClash));
    placeThreads(cpus, !given.choosesLcore);
    try {
      runBeginnings({ shared: groupOf(given.parsed) !== undefined });
    } catch (error) {
      started.cleanup();
      throw error;
    }
    return started;
  }

  /**
   * Starts EAL as a secondary as soon as there is a primary that is ready: its config file is
   * complete, it lives, it has not switched multi-process off, and its message socket is there. The
   * event loop is not held up meanwhile.
   *
   * @param options as {@linkcode Eal.init} takes them, and how to wait
   * @param how how to wait, for a command line
   * @returns this process's EAL, once the primary is ready
   * @throws {DpdkError} `ETIMEDOUT` with what was waited for, and all that {@linkcode Eal.init} throws
   * @example
   * ```ts
   * import { DpdkError, Eal } from "@dpdk-ts/dpdk";
   *
   * try {
   *   using eal = await Eal.attach({ filePrefix: "nobody", waitMs: 100 });
   *   console.log(eal.processType); // of a group that runs: secondary
   * } catch (error) {
   *   if (!(error instanceof DpdkError && error.code === "ETIMEDOUT")) throw error;
   *   console.log("there is no primary"); // there is no primary
   * }
   * ```
   */
  static async attach(
    options: EalOptions & AttachOptions | readonly string[] = {},
    how: AttachOptions = {},
  ): Promise<Eal> {
    checkOptions(options);
    checkKeys(how, ["waitMs", "signal", "onClash"], "Eal.attach");
    const raw = Array.isArray(options);
    const { waitMs, signal, ...typed } = raw ? {} : options as EalOptions & AttachOptions;
    const patience = patienceOf({
      ...waitMs === undefined ? {} : { waitMs },
      ...signal === undefined ? {} : { signal },
      ...how,
    });
    const secondary = asSecondary(raw ? options as readonly string[] : typed);
    const clash = { onClash: onClashOf({ ...typed, ...how }) };
    checkNotStarted();
    const prefix = groupOf(command(secondary).parsed);
    const wait = prefix === undefined ? undefined : new Wait(checkPrefix(prefix), patience);
    for (;;) {
      await wait?.ready();
      try {
        return Eal.init(secondary, clash);
      } catch (error) {
        if (!hasGone(error)) throw error;
      }
    }
  }

  /**
   * Whether a primary of a group lives, without starting EAL: looks at the lock that it holds on its
   * config file.
   *
   * @param filePrefix the group's, `rte` unless given
   * @returns true while its process lives
   * @throws {DpdkError} `EACCES` when this user may not read that file, and so cannot tell
   */
  static primaryAlive(filePrefix = "rte"): boolean {
    checkPrefix(filePrefix);
    const started = ealState();
    if (started === "running" || started === "cleaned") {
      // A look at its own file would cost a primary its lock.
      const own = eal().rte_eal_get_runtime_dir() === groupDirectory(filePrefix);
      if (own && eal().rte_eal_process_type() === RTE_PROC_PRIMARY) return true;
    }
    return primaryAlive(filePrefix);
  }

  /** True while EAL runs in this process, seen from any of its threads. */
  static get running(): boolean {
    return ealState() === "running";
  }

  /** `rte_eal_process_type`. */
  get processType(): ProcessType {
    requireEal("ask for the process type");
    return eal().rte_eal_process_type() === RTE_PROC_PRIMARY ? "primary" : "secondary";
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

  /** The ids of all enabled lcores, ascending: `RTE_LCORE_FOREACH`, `rte_get_next_lcore`. */
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

  /**
   * Has a secondary told when its primary's process has ended, cleanly or not: within 100 ms, when the
   * script yields to its event loop. What the primary shared can still be read, but nobody can attach
   * any more, and memory that runs out is not replaced. The wait does not keep the script alive.
   *
   * @param handler called once
   * @returns ends the wait, as {@linkcode Eal.cleanup} does
   * @throws {DpdkError} in a primary
   */
  onPrimaryGone(handler: () => void): Disposable {
    const what = "wait for the end of the primary";
    requireEal(what);
    if (typeof handler !== "function") {
      throw new TypeError(`Cannot call ${String(handler)} when the primary has gone: no function`);
    }
    if (this.processType === "primary") {
      throw new DpdkError({ what, advice: "this process is the primary" });
    }
    return new PrimaryWatch(`${this.runtimeDirectory}/config`, this.#primaryPid, handler);
  }

  /** Whether memory comes from hugepages, which other processes can share: `rte_eal_has_hugepages`. */
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
   * In four cases DPDK's memory stays mapped until the process ends, and `rte_eal_cleanup` is not
   * called: in a process whose Workers have used DPDK, where it would unmap the memory under a Worker
   * that is still at work; in a secondary with devices, where it would have their drivers remove
   * them: they are the primary's, which goes on with them; and, for which it would wait for ever and
   * which is told on the console, in a group with a lock that a killed process took with it, and with a
   * message thread that does not come back.
   */
  cleanup(): void {
    if (ealState() !== "running") return;
    this.#leaving.guard(() => this.#cleanup());
  }

  #cleanup(): void {
    const primary = this.processType === "primary";
    const directory = this.runtimeDirectory;
    const stays = usedByWorkers() || (!primary && hasDevices()) || cleanupBlocked() ||
      messageThreadStuck();
    runEndings(stays);
    endWatches();
    buryAll();
    releaseAll();
    setEalState("cleaned");
    if (!stays) {
      const group = primary ? undefined : this.#group;
      using _turn = group === undefined ? undefined : turnToLeave(group);
      eal().rte_eal_cleanup();
    }
    if (this.#group === undefined) return;
    removeOwnFiles(directory, primary);
    if (primary && !this.#keepsFiles) removeHugepageFiles(this.#group);
  }

  /** {@linkcode Eal.cleanup} at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.cleanup();
  }
}
