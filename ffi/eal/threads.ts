/**
 * Which CPUs the threads of this process run on, besides those that EAL places itself.
 *
 * EAL pins the thread that starts it to the main lcore's CPUs, and Linux has every thread that is
 * started there later inherit that: Workers, and the engine's own for collecting garbage, compiling and
 * files, which come when they are first needed. On a CPU that is polled they would take time from the
 * polling, and get little themselves.
 *
 * So when lcores are named, and with them CPUs, the script's thread stays where EAL put it, and those
 * that have inherited that are moved off. When none are named, the thread gets its CPUs back, and Linux finds a free one:
 * two such scripts would otherwise share the first CPU of the machine, whatever else is idle.
 *
 * @module
 */

import { libc, listDirectory, readText } from "../core/mod.ts";
import { every } from "../runtime/mod.ts";
import {
  affinityOf,
  keptThreads,
  setAffinityOf,
  setInheritance,
  threadAffinity,
} from "./affinity.ts";
import { beforeCleanup } from "./state.ts";

/** EAL's own threads, of all releases: workers, interrupts, messages, telemetry. */
const EAL_THREAD = /^(?:eal-|rte[-_]|dpdk-|telemetry|vhost)/;

/** How long a thread that has just come may be where it should not, in milliseconds. */
const LOOK_MS = 1000;

/**
 * Moves threads that were not seen before, and can run nowhere else, off some CPUs. Those that can are
 * left to Linux, which finds them an idle one: kept off as well, they made a request on the control
 * channel take a third longer (on two CPUs), as each wake-up was one of another CPU.
 */
class Mover {
  readonly #own = libc().gettid();
  readonly #from: ReadonlySet<number>;
  readonly #to: readonly number[];
  readonly #seen = new Set<string>();

  constructor(from: readonly number[], to: readonly number[]) {
    this.#from = new Set(from);
    this.#to = to;
  }

  look(): void {
    for (const tid of listDirectory("/proc/self/task")) {
      if (this.#seen.has(tid)) continue;
      this.#seen.add(tid);
      if (Number(tid) !== this.#own) this.#move(Number(tid));
    }
  }

  #move(tid: number): void {
    const name = readText(`/proc/self/task/${tid}/comm`)?.trim() ?? "";
    if (EAL_THREAD.test(name) || keptThreads().includes(tid)) return;
    try {
      if (affinityOf(tid).every((cpu) => this.#from.has(cpu))) setAffinityOf(tid, this.#to);
    } catch {
      // It has ended.
    }
  }
}

/**
 * Places the threads of a process that has just started EAL.
 *
 * @param before the CPUs of the calling thread before that
 * @param named whether the process named its lcores
 */
export function placeThreads(before: readonly number[], named: boolean): void {
  if (!named) {
    setAffinityOf(0, before);
    return;
  }
  const pinned = threadAffinity();
  const rest = before.filter((cpu) => !pinned.includes(cpu));
  if (rest.length === 0) return; // all CPUs are the lcore's: there is no better place
  setInheritance(pinned, rest);
  const mover = new Mover(pinned, rest);
  mover.look();
  beforeCleanup(every(LOOK_MS, () => mover.look()));
}
