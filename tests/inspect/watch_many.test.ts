// Watching for long: objects come and go, and nothing of those that are gone stays.

import process from "node:process";
import { Watch } from "../../ffi/inspect/mod.ts";
import { assert, test } from "../kit.ts";
import { mempool, port, ring, snapshot } from "./groups.ts";

/** Looks of which each has other objects than the one before. */
function look(watch: Watch, clock: number): void {
  const numbers = Array.from({ length: 200 }, (_, i) => clock * 200 + i);
  watch.next(snapshot(clock, {
    rings: numbers.map((n) => ring(n, n - 8, { name: `r${n}`, address: 0x100000000 + n * 64 })),
    mempools: numbers.slice(0, 20).map((n) => mempool(8, { name: `p${n}`, address: n * 64 })),
    ports: [port(clock, clock, { id: clock })],
  }));
}

test("what is gone is forgotten", () => {
  const watch = new Watch({ stuckAfterMs: 0, suspects: () => new Map() });
  for (let clock = 0; clock < 1000; clock++) look(watch, clock);
  const before = process.memoryUsage().heapUsed;
  for (let clock = 1000; clock < 5000; clock++) look(watch, clock);
  const grown = process.memoryUsage().heapUsed - before;
  // 800,000 rings and 80,000 pools have been seen: some 400 MB, if they were kept
  assert.equal(grown < 100e6, true, `the heap has grown by ${grown} bytes`);
});
