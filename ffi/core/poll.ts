/**
 * A polling loop that lives with the event loop.
 *
 * @module
 */

import { unshared } from "../runtime/mod.ts";
import { Backoff } from "./backoff.ts";
import { checkInteger, checkKeys } from "./check.ts";
import { libc } from "./libc.ts";

/** How a script polls. */
export interface PollOptions {
  /** Ends the polling. */
  readonly signal?: AbortSignal;
  /**
   * How long the script polls, while there is something to do, before timers, signals and messages
   * have their turn: in milliseconds, 1 unless given. They wait for at most that long, and for the
   * step that is under way.
   */
  readonly yieldEvery?: number;
  /**
   * How long there may be nothing to do before the script rests in its event loop, a millisecond or
   * two at a time: in milliseconds, 100 unless given. Until then what comes is found within some 60
   * microseconds. `Infinity` never rests, for who cannot have a port's or a ring's queue grow for that
   * long; it takes up to a third of a CPU.
   */
  readonly restAfter?: number;
  /** What to wait in after a step that had nothing to do; a new one unless given. */
  readonly backoff?: Backoff;
  /**
   * As much as a step can do at once: after one that did less, the script waits a little, so that the
   * other side can go on undisturbed. 1 unless given: it waits after a step that did nothing.
   */
  readonly burst?: number;
}

/** One round of work: gives how much there was to do, 0 for nothing. Not asynchronous. */
export type PollStep = () => number;

/** What the loop and the rest of the poller tell each other. */
interface Progress {
  /** The signal has come. */
  ended: boolean;
  /** There was something to do. */
  worked: boolean;
  /** There was nothing to do for so long that it is time to sleep. */
  idle: boolean;
}

/**
 * Takes steps, until there were so many, the signal has come, or it is time to sleep.
 *
 * It is copied for each step ({@linkcode unshared}), and so uses nothing but its parameters: a loop
 * that calls the steps of several is slower.
 *
 * @returns what the last step gave
 */
function loop(
  step: PollStep,
  steps: number,
  burst: number,
  backoff: Backoff,
  progress: Progress,
): number {
  let done = 0;
  let waited = true;
  for (let i = 0; i < steps && !progress.ended; i++) {
    done = step();
    if (done >= burst) {
      if (!waited) continue;
      waited = false;
      progress.worked = true;
      backoff.reset();
    } else if (done > 0) {
      waited = progress.worked = true;
      backoff.reset();
      backoff.pause();
    } else if (done !== 0) {
      break;
    } else {
      waited = true;
      if (backoff.pause()) continue;
      progress.idle = true;
      break;
    }
  }
  return done;
}

/** The loop of each step: who polls with it again finds it warm. */
const loops = new WeakMap<PollStep, typeof loop>();

function loopOf(step: PollStep): typeof loop {
  let own = loops.get(step);
  if (own === undefined) loops.set(step, own = unshared(loop));
  return own;
}

/** The most steps between two looks at the clock. A look takes as long as a few short steps. */
const MOST_STEPS = 1024;

/** Pollers of this thread that have something to do: who has not does not sleep then. */
let working = 0;

/** Lets the event loop have its turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

function checkTime(value: number, name: string, min: number): number {
  if (typeof value === "number" && value >= min) return value;
  throw new RangeError(`Cannot use ${String(value)} as ${name}: it is a time from ${min} ms on`);
}

function checkOptions(step: PollStep, options: PollOptions) {
  if (typeof step !== "function") {
    throw new TypeError(`Cannot poll with ${String(step)}: it is no function`);
  }
  checkKeys(options, ["signal", "yieldEvery", "restAfter", "backoff", "burst"], "poll");
  const { signal, backoff = new Backoff() } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError(`Cannot poll until ${String(signal)}: it is no AbortSignal`);
  }
  if (!(backoff instanceof Backoff)) {
    throw new TypeError(`Cannot wait in ${String(backoff)}: it is no Backoff`);
  }
  return {
    signal,
    backoff,
    yieldEvery: checkTime(options.yieldEvery ?? 1, "yieldEvery", 0),
    restAfter: checkTime(options.restAfter ?? 100, "restAfter", 0),
    burst: checkInteger(options.burst ?? 1, "a burst", 1, 2 ** 31 - 1),
  };
}

/** What a step gave that is no number from 0 on. */
function refuse(given: unknown): never {
  const promise = typeof (given as { then?: unknown } | undefined)?.then === "function";
  throw new TypeError(
    `Cannot poll with a step that gave ${
      promise ? "a promise" : String(given)
    }: it gives how much ` +
      "there was to do, 0 for nothing" + (promise ? ", and is not asynchronous" : ""),
  );
}

/**
 * Polls until the signal comes: takes a step again and again, waits when there is nothing to do,
 * and lets timers, signals and messages of other processes have their turn. It has the place of the
 * endless loop in C's `lcore_main`, around rte_ring_dequeue_burst or rte_eth_rx_burst.
 *
 * While there is something to do, the event loop has its turn every millisecond, which takes one or
 * two microseconds. When there is not, the script waits as {@linkcode Backoff} has it; after some 50
 * microseconds it sleeps as long between two steps, with a turn after each, and after 100 ms it rests
 * in the event loop and takes a step every millisecond or two. Nothing is allocated for a step; a
 * turn allocates a promise.
 *
 * Several pollers in one script take turns.
 *
 * @param step one round of work: gives how much there was to do, 0 for nothing. It is called at once,
 *   and not any more when the signal has come, also if that was in a step
 * @param options how long it may rest, whom it lets in, and when it ends
 * @returns when the signal has come
 * @throws what a step throws; {TypeError} when it gives anything but a number from 0 on, such as a
 *   promise: it is not waited for
 * @example
 * ```ts
 * import { Backoff, Eal, PointerBuffer, poll, Ring } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using ring = Ring.create("work", 64);
 * const burst = new PointerBuffer(32);
 * const ending = new AbortController();
 * setTimeout(() => ring.enqueue(4096), 1); // timers run meanwhile
 * await poll(() => {
 *   const n = ring.dequeueBurst(burst, 32);
 *   if (n > 0) ending.abort();
 *   return n; // how much there was to do
 * }, { signal: ending.signal, burst: 32, backoff: new Backoff(8) });
 * ```
 */
export async function poll(step: PollStep, options: PollOptions = {}): Promise<void> {
  const { signal, backoff, yieldEvery, restAfter, burst } = checkOptions(step, options);
  const steps = loopOf(step);
  const progress: Progress = { ended: signal?.aborted ?? false, worked: true, idle: false };
  let wake: (() => void) | undefined;
  const rest = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 1);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const end = () => {
    progress.ended = true;
    wake?.();
  };
  signal?.addEventListener("abort", end);
  backoff.reset();
  let count = 1;
  let works = false;
  let now = performance.now();
  let turned = now;
  let worked = now;
  try {
    while (!progress.ended) {
      const before = now;
      const done = steps(step, count, burst, backoff, progress);
      if (typeof done !== "number" || !(done >= 0)) refuse(done);
      now = performance.now();
      if (progress.worked) {
        progress.worked = false;
        worked = now;
        if (!works) working++;
        works = true;
      }
      if (progress.idle) {
        progress.idle = false;
        if (works) working--;
        works = false;
        if (now - worked >= restAfter) await rest();
        else {
          if (working === 0) libc().usleep(1);
          await turn();
        }
        turned = now = performance.now();
        continue;
      }
      if (now - before < yieldEvery / 16) count = Math.min(2 * count, MOST_STEPS);
      else if (now - before > yieldEvery / 4) count = Math.max(count >> 1, 1);
      if (now - turned < yieldEvery) continue;
      await turn();
      turned = now = performance.now();
    }
  } finally {
    if (works) working--;
    signal?.removeEventListener("abort", end);
  }
}
