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

/** A loop as it stands in a script that does nothing else. */
function bare(ring: Ring, n: number): number {
  const best = new Best();
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    for (let i = 0; i < STEPS; i++) {
      ring.enqueueBurst(objects, n);
      ring.dequeueBurst(objects, n);
    }
    best.took(STEPS);
  }
  return best.least;
}

/** The same by the helper; with a time for each step. */
async function polled(ring: Ring, n: number, repeats = REPEATS): Promise<number> {
  const ending = new AbortController();
  const best = new Best();
  let left = STEPS;
  let turns = repeats;
  const next = () => {
    best.took(STEPS);
    left = STEPS;
    if (--turns === 0) ending.abort();
  };
  await poll(() => {
    ring.enqueueBurst(objects, n);
    if (--left === 0) next();
    return ring.dequeueBurst(objects, n);
  }, { signal: ending.signal });
  return best.least;
}

/** Heap that steps leave behind, in bytes for each. */
async function heap(ring: Ring): Promise<number> {
  await polled(ring, 32, 10);
  const before = process.memoryUsage().heapUsed;
  await polled(ring, 32, 100);
  return Math.max(0, process.memoryUsage().heapUsed - before) / (100 * STEPS);
}

using eal = Eal.init(process.argv.slice(2));
const [task = ""] = eal.args;
const ring = Ring.create("poll", 1024, { flags: RING_F_SP_ENQ | RING_F_SC_DEQ });
const other = Ring.create("other", 1024);
if (task === "bare") {
  for (const n of [1, 32]) report(`polling: bare loop, burst ${n}`, bare(ring, n));
} else if (task === "poll") {
  for (const n of [1, 32]) report(`polling: poll, burst ${n}`, await polled(ring, n));
} else if (task === "two") {
  const both = await Promise.all([polled(ring, 32), polled(other, 32)]);
  report("polling: two pollers, burst 32", both[0] + both[1]);
} else if (task === "twobare") {
  const o = bare(other, 32), r = bare(ring, 32);
  report("polling: two bare", o + r);
} else if (task === "heap") {
  report("heap bytes per polled step", await heap(ring));
} else if (task === "idle") {
  const c = new AbortController();
  let n = 0;
  const t0 = process.cpuUsage(), s0 = performance.now();
  setTimeout(() => c.abort(), 2000);
  await poll(() => {
    n++;
    return 0;
  }, { signal: c.signal, restAfter: Number(eal.args[1] ?? 100) });
  const t = process.cpuUsage(t0);
  console.log(
    "idle",
    n,
    "steps",
    ((t.user + t.system) / 1e4 / (performance.now() - s0) * 1e3).toFixed(2),
    "% cpu",
  );
}
