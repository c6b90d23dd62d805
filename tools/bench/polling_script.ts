/**
 * What a loop loses that lives with the event loop; run on each runtime by tools/bench.ts.
 *
 * Prints one JSON object a line: `{"name": ..., "value": ...}`, ns for each step.
 *
 * @module
 */

import process from "node:process";
import { Eal, PointerBuffer, poll, Ring, RING_F_SC_DEQ, RING_F_SP_ENQ } from "../../mod.ts";

/** Steps that are timed at a time: some milliseconds, in which the event loop has its turns. */
const STEPS = 100_000;
const REPEATS = 200;

/** How long an idle poller is watched, in milliseconds, after as long without. */
const IDLE_MS = 1000;

const objects = new PointerBuffer(32);

function report(name: string, value: number): void {
  console.log(JSON.stringify({ name, value }));
}

/** The best of many times that so many steps took, in ns for each step. */
class Best {
  least = Infinity;
  #last = performance.now();

  /** So many steps have been taken since the last time. */
  took(steps: number): void {
    const now = performance.now();
    this.least = Math.min(this.least, (now - this.#last) * 1e6 / steps);
    this.#last = now;
  }
}

/** Counts steps, and times so many of them at a time. */
class Count {
  readonly best = new Best();
  readonly #steps: number;
  #left: number;
  #turns: number;

  constructor(steps: number, turns: number) {
    this.#steps = this.#left = steps;
    this.#turns = turns;
  }

  /** A step was taken; whether it was the last. */
  step(): boolean {
    return --this.#left === 0 && this.#next();
  }

  #next(): boolean {
    this.best.took(this.#steps);
    this.#left = this.#steps;
    return --this.#turns === 0;
  }
}

/** A loop as it stands in a script that does nothing else. */
function bare(ring: Ring, n: number): number {
  const count = new Count(STEPS, REPEATS);
  let last = false;
  while (!last) {
    ring.enqueueBurst(objects, n);
    ring.dequeueBurst(objects, n);
    last = count.step();
  }
  return count.best.least;
}

/** The same by the helper. */
async function polled(rings: readonly Ring[], n: number, repeats = REPEATS): Promise<number> {
  const ending = new AbortController();
  const count = new Count(STEPS * rings.length, repeats);
  await Promise.all(rings.map((ring) =>
    poll(() => {
      ring.enqueueBurst(objects, n);
      const done = ring.dequeueBurst(objects, n);
      if (count.step()) ending.abort();
      return done;
    }, { signal: ending.signal })
  ));
  return count.best.least;
}

/** Heap that steps leave behind, in bytes for each. */
async function heap(ring: Ring): Promise<number> {
  await polled([ring], 32, 10);
  const before = process.memoryUsage().heapUsed;
  await polled([ring], 32, 100);
  return Math.max(0, process.memoryUsage().heapUsed - before) / (100 * STEPS);
}

/** Something that gives the event loop a turn: how long that takes, in ns. */
async function turn(yielded: () => Promise<unknown>, count: number): Promise<number> {
  const best = new Best();
  for (let repeat = 0; repeat < 20; repeat++) {
    for (let i = 0; i < count; i++) await yielded();
    best.took(count);
  }
  return best.least;
}

/** How much of a CPU a poller takes that has nothing to do, in percent. */
async function idle(restAfter: number): Promise<number> {
  const ending = new AbortController();
  setTimeout(() => ending.abort(), 2 * IDLE_MS);
  let before = process.cpuUsage();
  setTimeout(() => before = process.cpuUsage(), IDLE_MS);
  await poll(() => 0, { signal: ending.signal, restAfter });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 10 / IDLE_MS;
}

using eal = Eal.init(process.argv.slice(2));
const [task = "", argument = ""] = eal.args;
const n = Number(argument);
const ring = Ring.create("poll", 1024, { flags: RING_F_SP_ENQ | RING_F_SC_DEQ });
if (task === "bare") {
  report(`polling: bare loop, burst ${n}`, bare(ring, n));
} else if (task === "poll") {
  report(`polling: poll, burst ${n}`, await polled([ring], n));
} else if (task === "two") {
  const other = Ring.create("other", 1024, { flags: RING_F_SP_ENQ | RING_F_SC_DEQ });
  report("polling: two pollers, burst 32", await polled([ring, other], 32));
} else if (task === "heap") {
  report("heap bytes per polled step", await heap(ring));
} else if (task === "idle") {
  report("polling: idle, CPU at rest", await idle(0));
  report("polling: idle, CPU without a rest", await idle(Infinity));
} else if (task === "turns") {
  const { port1, port2 } = new MessageChannel();
  const timeout = () => new Promise((resolve) => void setTimeout(resolve, 0));
  const immediate = () => new Promise((resolve) => void setImmediate(resolve));
  const message = () =>
    new Promise((resolve) => {
      port1.onmessage = resolve;
      port2.postMessage(null);
    });
  report("polling: turn by setImmediate", await turn(immediate, 5000));
  report("polling: turn by MessageChannel", await turn(message, 5000));
  report("polling: turn by setTimeout 0", await turn(timeout, 20));
  port1.close();
}
