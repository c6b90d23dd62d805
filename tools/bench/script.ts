/**
 * The measurements of bench.c in TypeScript; run on each runtime by tools/bench.ts.
 *
 * Prints one JSON object a line: `{"name": ..., "value": ...}`, ns for each pair or million objects a
 * second.
 *
 * @module
 */

import process from "node:process";
import {
  Backoff,
  Eal,
  Mempool,
  PointerBuffer,
  Ring,
  RING_F_MC_HTS_DEQ,
  RING_F_MC_RTS_DEQ,
  RING_F_MP_HTS_ENQ,
  RING_F_MP_RTS_ENQ,
  RING_F_SC_DEQ,
  RING_F_SP_ENQ,
  rte,
} from "../../mod.ts";

const SIZE = 1024;
const REPEATS = 60;
const objects = new PointerBuffer(512);

function report(name: string, value: number): void {
  console.log(JSON.stringify({ name, value }));
}

function rounds(n: number): number {
  return n >= 256 ? 10_000 : 50_000;
}

/** The best of several repetitions of a loop, in ns for each pair. */
function best(pairs: number, loop: (pairs: number) => void): number {
  let least = Infinity;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const start = performance.now();
    loop(pairs);
    least = Math.min(least, (performance.now() - start) * 1e6 / pairs);
  }
  return least;
}

/** Pairs of calls on one ring, which the loops find where a script's do: in a constant. */
function pairsOn(ring: Ring): Record<"burst" | "bulk", (n: number, pairs: number) => void> {
  return {
    burst: (n, pairs) => {
      for (let i = 0; i < pairs; i++) {
        if (ring.enqueueBurst(objects, n) !== n) throw new Error("enqueue");
        if (ring.dequeueBurst(objects, n) !== n) throw new Error("dequeue");
      }
    },
    bulk: (n, pairs) => {
      for (let i = 0; i < pairs; i++) {
        if (ring.enqueueBulk(objects, n) !== n) throw new Error("enqueue");
        if (ring.dequeueBulk(objects, n) !== n) throw new Error("dequeue");
      }
    },
  };
}

function mixedPairs(rings: readonly Ring[], n: number, pairs: number): void {
  for (let i = 0; i < pairs; i += rings.length) {
    for (const ring of rings) {
      if (ring.enqueueBurst(objects, n) !== n) throw new Error("enqueue");
      if (ring.dequeueBurst(objects, n) !== n) throw new Error("dequeue");
    }
  }
}

function poolPairs(pool: Mempool, n: number, pairs: number): void {
  for (let i = 0; i < pairs; i++) {
    if (pool.getBulk(objects, n) !== n) throw new Error("get");
    pool.putBulk(objects, n);
  }
}

const MODES = {
  mp_mc: 0,
  sp_sc: RING_F_SP_ENQ | RING_F_SC_DEQ,
  rts: RING_F_MP_RTS_ENQ | RING_F_MC_RTS_DEQ,
  hts: RING_F_MP_HTS_ENQ | RING_F_MC_HTS_DEQ,
} as const;

/** What a pair of calls takes at the least, before anything is moved. */
function foreignCalls(pairs: number): void {
  const { rte_get_main_lcore: call } = rte;
  const main = call();
  for (let i = 0; i < pairs; i++) {
    if (call() !== main) throw new Error("call");
    if (call() !== main) throw new Error("call");
  }
}

/** One mode in a process of its own, as most scripts have it. */
function oneMode(mode: keyof typeof MODES): void {
  const { burst, bulk } = pairsOn(Ring.create(mode, SIZE, { flags: MODES[mode] }));
  for (const n of [1, 32, 256]) {
    report(`ring ${mode} burst ${n}`, best(rounds(n), (pairs) => burst(n, pairs)));
    report(`ring ${mode} bulk ${n}`, best(rounds(n), (pairs) => bulk(n, pairs)));
  }
}

/** Rings of all modes in one loop: every call site sees them all. */
function allModes(): void {
  const rings = Object.entries(MODES).map(([mode, flags]) => Ring.create(mode, SIZE, { flags }));
  for (const n of [1, 32, 256]) {
    report(
      `ring four modes burst ${n}`,
      best(rounds(n), (pairs) => mixedPairs(rings, n, pairs)),
    );
  }
}

function calls(): void {
  report("two foreign calls that do nothing", best(rounds(1), foreignCalls));
}

function mempool(): void {
  const pool = Mempool.create("bench", 2047, 64, { cacheSize: 256 });
  for (const n of [1, 32, 256]) {
    report(`mempool get+put ${n}`, best(rounds(n), (pairs) => poolPairs(pool, n, pairs)));
  }
}

/** Heap that ten million bursts leave behind, in bytes for each. */
function allocation(): void {
  const { burst } = pairsOn(Ring.create("alloc", SIZE));
  const pool = Mempool.create("alloc", 2047, 64, { cacheSize: 256 });
  const bursts = 5_000_000;
  burst(32, 100_000);
  poolPairs(pool, 32, 100_000);
  const before = process.memoryUsage().heapUsed;
  burst(32, bursts / 2);
  poolPairs(pool, 32, bursts / 2);
  report("heap bytes per burst", Math.max(0, process.memoryUsage().heapUsed - before) / bursts / 2);
}

function produce(total: number): void {
  const ring = Ring.create("stream", SIZE, { flags: RING_F_SP_ENQ | RING_F_SC_DEQ });
  const end = Ring.create("end", SIZE);
  const backoff = new Backoff(16);
  for (let i = 0; i < 32; i++) objects.set(i, i + 1);
  console.log("ready");
  for (let sent = 0; sent < total;) {
    const n = ring.enqueueBurst(objects, 32);
    if (n > 0) backoff.reset();
    if (n < 32) backoff.wait();
    sent += n;
  }
  while (end.dequeue() === undefined) backoff.wait();
}

function consume(total: number): void {
  const ring = Ring.lookup("stream");
  const end = Ring.lookup("end");
  const backoff = new Backoff(8);
  let got = 0;
  let start = 0;
  while (got < total) {
    const n = ring.dequeueBurst(objects, 32);
    if (got === 0 && n > 0) start = performance.now();
    got += n;
    if (n > 0) backoff.reset();
    if (n < 32) backoff.wait();
  }
  report("two processes burst 32", total / (performance.now() - start) / 1e3);
  end.enqueue(1);
}

using eal = Eal.init(process.argv.slice(2));
const [task = "", argument = ""] = eal.args;
if (task === "producer") produce(Number(argument));
else if (task === "consumer") consume(Number(argument));
else if (task === "mempool") mempool();
else if (task === "modes") allModes();
else if (task === "calls") calls();
else if (task === "allocation") allocation();
else oneMode(task as keyof typeof MODES);
