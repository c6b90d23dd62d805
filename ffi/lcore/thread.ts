/**
 * Lcore ids for Workers.
 *
 * A thread without one works, through the pool itself or a `MempoolCache` of its own. With one it has
 * the lcore's cache of every pool, also in what C does on this thread for it. DPDK gives an id to a
 * thread by `rte_thread_register`, and switches multi-process off for that. In a group a Worker can
 * take the place of an EAL thread that idles: `--lcores 0@0,1@1` starts one on lcore 1, which sleeps
 * until somebody launches something there, and so uses nothing that is its lcore's.
 *
 * @module
 */

import { DpdkError, Errno, failed, libc, threadsOf } from "../core/mod.ts";
import {
  affinityOf,
  eal,
  enabledLcores,
  LCORE_ID_ANY,
  lcoreIdVariable,
  requireEal,
  rteErrno,
  setThreadAffinity,
  sharedWords,
  sharesMemory,
} from "../eal/mod.ts";
import { workerLcore } from "./worker.ts";

/** `enum rte_lcore_state_t`: the lcore's thread sleeps. */
const WAIT = 0;

/**
 * This thread's lcore id, until it is given back. The id is what `rte_lcore_id` (rte_lcore.h) says
 * on this thread.
 *
 * @example
 * ```ts
 * import { isMainThread, Worker } from "node:worker_threads";
 * import { Eal, standIn, type ThreadLcore } from "@dpdk-ts/dpdk";
 *
 * if (isMainThread) {
 *   Eal.init({ filePrefix: "demo", memory: 64, lcores: "0@0,1@0" });
 *   new Worker(new URL(import.meta.url));
 * } else {
 *   const lcore: ThreadLcore = standIn();
 *   console.log(lcore.lcoreId); // 1
 *   lcore.release(); // another Worker may have it
 * }
 * ```
 */
export class ThreadLcore implements Disposable {
  /** The id: `rte_lcore_id()` on this thread. */
  readonly lcoreId: number;
  #giveBack: (() => void) | undefined;

  /**
   * For {@linkcode registerThread} and {@linkcode standIn}.
   *
   * @internal
   */
  constructor(lcoreId: number, giveBack: () => void) {
    this.lcoreId = lcoreId;
    this.#giveBack = giveBack;
  }

  /**
   * Gives the id back: `rte_thread_unregister` after {@linkcode registerThread}. To be called on the
   * thread that has it. A second call does nothing.
   */
  release(): void {
    this.#giveBack?.();
    this.#giveBack = undefined;
  }

  /** {@linkcode ThreadLcore.release} at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.release();
  }
}

function requireNoLcore(what: string): void {
  requireEal(what);
  const id = lcoreIdVariable()[0]!;
  if (id === LCORE_ID_ANY) return;
  throw new DpdkError({
    what,
    errno: Errno.EALREADY,
    advice: `this thread is lcore ${id} already`,
  });
}

/**
 * Makes this Worker an lcore: `rte_thread_register`. Only in a process that shares its memory with no
 * other, as DPDK would switch multi-process off.
 *
 * @returns the lcore id, to be given back
 * @throws {DpdkError} in a process that is in a group (`EPERM`), in a thread that is an lcore
 *   (`EALREADY`), and when all ids are in use (`ENOMEM`)
 * @example
 * ```ts
 * import { isMainThread, Worker } from "node:worker_threads";
 * import { Eal, registerThread } from "@dpdk-ts/dpdk";
 *
 * if (isMainThread) {
 *   Eal.init({ filePrefix: "demo", memory: 64, inMemory: true });
 *   new Worker(new URL(import.meta.url));
 * } else {
 *   using lcore = registerThread();
 *   console.log(lcore.lcoreId >= 0); // true
 * }
 * ```
 */
export function registerThread(): ThreadLcore {
  const what = "register this thread as an lcore";
  requireNoLcore(what);
  if (sharesMemory()) {
    throw new DpdkError({
      what,
      errno: Errno.EPERM,
      advice: "DPDK would switch multi-process off for that; use standIn(), or start EAL with " +
        "--no-shconf or inMemory: true",
    });
  }
  if (eal().rte_thread_register() < 0) {
    throw failed(what, "rte_thread_register", rteErrno(), { ENOMEM: "all lcore ids are in use" });
  }
  const release = () => eal().rte_thread_unregister();
  return new ThreadLcore(lcoreIdVariable()[0]!, release);
}

/** Whether a thread of this process is there. */
function lives(tid: number): boolean {
  return threadsOf("self").some((thread) => thread.tid === tid);
}

/**
 * Takes an lcore, from a Worker that has ended without giving it back, too. Such a one may have ended
 * in the middle of a get or a put: what it had in hand is lost, and nothing of it is in the cache and
 * elsewhere, too (see the order of steps in inline.ts of mempool).
 *
 * @returns false when a Worker has it
 */
function take(id: number): boolean {
  const owners = sharedWords("standIns");
  const own = libc().gettid();
  const held = Atomics.load(owners, id);
  if (held !== 0 && lives(held)) return false;
  return Atomics.compareExchange(owners, id, held, own) === held;
}

/** The thread that EAL has waiting on an lcore. */
function threadOn(id: number): number | undefined {
  return threadsOf("self").find(({ name }) => workerLcore(name) === id)?.tid;
}

/** Whether EAL's thread of an lcore sleeps; a Worker that stands in keeps it from nothing else. */
function idles(id: number): boolean {
  return threadOn(id) !== undefined && eal().rte_eal_get_lcore_state(id) === WAIT;
}

/**
 * Has this Worker stand in for an EAL thread that idles: it gets that lcore's id, and runs on its
 * CPUs. Nothing may be launched on the lcore meanwhile (`rte_eal_remote_launch`).
 *
 * @param lcoreId which; default the first that is free
 * @returns the lcore id, to be given back
 * @throws {DpdkError} in a thread that is an lcore (`EALREADY`), when the lcore is none of this process
 *   or the main one (`EINVAL`), and when a Worker has it or it is at work (`EBUSY`)
 * @example
 * ```ts
 * import { isMainThread, Worker } from "node:worker_threads";
 * import { Eal, standIn } from "@dpdk-ts/dpdk";
 *
 * if (isMainThread) {
 *   Eal.init({ filePrefix: "demo", memory: 64, lcores: "0@0,1@0" });
 *   new Worker(new URL(import.meta.url));
 * } else {
 *   using lcore = standIn();
 *   console.log(lcore.lcoreId); // 1
 * }
 * ```
 */
export function standIn(lcoreId?: number): ThreadLcore {
  const what = `stand in for ${lcoreId === undefined ? "an lcore" : `lcore ${lcoreId}`}`;
  requireNoLcore(what);
  const main = eal().rte_get_main_lcore();
  const workers = enabledLcores().filter((id) => id !== main);
  const candidates = lcoreId === undefined ? workers : workers.filter((id) => id === lcoreId);
  const refuse = (code: number, advice: string) => new DpdkError({ what, errno: code, advice });
  if (candidates.length === 0) {
    throw refuse(
      Errno.EINVAL,
      `this process has ${
        workers.length === 0 ? "no worker lcores" : `lcores ${workers.join(", ")}`
      }` +
        ` to stand in for; start EAL with one more for each Worker: --lcores 0@0,1@1`,
    );
  }
  const id = candidates.find((one) => idles(one) && take(one));
  if (id === undefined) {
    throw refuse(
      Errno.EBUSY,
      `a Worker has taken lcore ${candidates.join(", ")}, or it is at work`,
    );
  }
  const thread = threadOn(id);
  if (thread !== undefined) setThreadAffinity(affinityOf(thread));
  const variable = lcoreIdVariable();
  variable[0] = id;
  return new ThreadLcore(id, () => {
    variable[0] = LCORE_ID_ANY;
    Atomics.store(sharedWords("standIns"), id, 0);
  });
}
