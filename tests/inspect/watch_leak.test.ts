// Pools that lose objects, and pools that are only busy, from made-up looks.

import { type Leak, type RingState, Watch, type WatchOptions } from "../../ffi/inspect/mod.ts";
import { assert, describe, test } from "../kit.ts";
import { mempool, ring, snapshot } from "./groups.ts";

/** Numbers that look random and are the same each time. */
function randomly(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

interface Load {
  /** How many objects are out of the pool at a moment, in seconds. */
  readonly inUse: (second: number) => number;
  readonly rings?: (second: number) => RingState[];
  readonly seconds?: number;
  readonly everyMs?: number;
  readonly options?: WatchOptions;
}

/** Watches a pool under a load: when a leak was first told, and the last one. */
function told({ inUse, rings = () => [], seconds = 600, everyMs = 250, options }: Load) {
  const watch = new Watch(options);
  let first: number | undefined;
  let last: Leak | undefined;
  for (let clock = 0; clock <= seconds * 1000; clock += everyMs) {
    const at = clock / 1000;
    const pool = mempool(Math.max(0, Math.round(inUse(at))), { size: 1e6, populatedSize: 1e6 });
    last = watch.next(snapshot(clock, { mempools: [pool], rings: rings(at) })).mempools[0]?.leak;
    if (last !== undefined) first ??= at;
  }
  return { first, last };
}

/** A load that comes and goes at random, around 500 of 1000. */
const noise = (seed: number) => {
  const random = randomly(seed);
  return () => 1000 * random();
};

describe("a leak is told", () => {
  test("within windows, with what was lost and for how long", () => {
    const { first, last } = told({ inUse: (second) => 10 * second, seconds: 100 });
    assert.equal(first! > 60 && first! <= 69, true, `told after ${first} s`);
    // Up to the end of the last window; the lowest of a window is at its beginning.
    const { forMs, objects } = last!;
    assert.equal(forMs > 90_000 && forMs <= 100_000, true, `for ${forMs} ms`);
    assert.equal(Math.abs(objects - 10 * (forMs / 1000 - 5)) <= 10, true, `${objects} objects`);
  });

  test("under a load that swings", () => {
    const load = noise(1);
    const { first, last } = told({ inUse: (second) => load() + 20 * second });
    assert.equal(first! < 400, true, `told after ${first} s`);
    assert.equal(last !== undefined, true);
  });

  test("that is slow", () => {
    const { first } = told({ inUse: (second) => 300 + Math.floor(second / 60), seconds: 3600 });
    assert.equal(first! < 1500, true, `told after ${first} s`);
  });

  test("however far apart the looks are", () => {
    const { first } = told({ inUse: (second) => 10 * second, everyMs: 10_000, seconds: 3600 });
    assert.equal(first! < 2400, true, `told after ${first} s`);
  });

  test("when more is gone than rings of anything could hold", () => {
    const rings = (second: number) => [ring(Math.min(1000, Math.floor(10 * second)), 0)];
    const { first } = told({ inUse: (second) => 10 * second, rings, seconds: 200 });
    assert.equal(first! > 100, true, `told after ${first} s`);
  });

  test("beside rings that hold its objects, when these were counted", () => {
    const rings = () => [ring(900, 0, { holds: [{ mempool: "q", count: 900 }] })];
    const { first } = told({ inUse: (second) => 10 * second, rings, seconds: 100 });
    assert.equal(first! <= 69, true, `told after ${first} s`);
  });

  test("until it ends", () => {
    const inUse = (second: number) => 10 * Math.min(second, 80);
    assert.equal(told({ inUse, seconds: 80 }).last !== undefined, true);
    assert.equal(told({ inUse, seconds: 600 }).last, undefined);
  });
});

describe("no leak is told", () => {
  test("of a load that comes and goes, over days", () => {
    for (let seed = 1; seed <= 5; seed++) {
      const load = noise(seed);
      assert.equal(told({ inUse: load, seconds: 86_400 }).first, undefined, `seed ${seed}`);
    }
  });

  test("of a load that comes and goes, when it is looked at now and then", () => {
    for (let seed = 1; seed <= 5; seed++) {
      const load = noise(seed);
      const found = told({ inUse: load, seconds: 864_000, everyMs: 5000 });
      assert.equal(found.first, undefined, `seed ${seed}`);
    }
  });

  test("of a load that swings slowly, after its first swing", () => {
    for (const period of [7, 33, 100, 300, 900, 1700]) {
      const random = randomly(period);
      const inUse = (second: number) =>
        5000 - 4000 * Math.cos(2 * Math.PI * (second / period + 0.5)) + 100 * random();
      assert.equal(told({ inUse, seconds: 14_400 }).first, undefined, `a period of ${period} s`);
    }
  });

  test("of a walk at random that comes back", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = randomly(seed);
      let out = 0;
      // drawn to 500, by a hundredth of how far it is
      const inUse = () => (out += (500 - out) / 100 + 60 * (random() - 0.5));
      for (let i = 0; i < 1000; i++) inUse();
      const { first } = told({ inUse, seconds: 7200 });
      assert.equal(first, undefined, `seed ${seed}`);
    }
  });

  test("of a start, an end, and a rest", () => {
    const inUse = (second: number) => second < 10 ? 100 * second : second < 300 ? 1000 : 10;
    assert.equal(told({ inUse }).first, undefined);
  });

  test("of a queue that grows", () => {
    const rings = (second: number) => [ring(Math.floor(10 * second), 0, { size: 65536 })];
    assert.equal(told({ inUse: (second) => 50 + 10 * second, rings }).first, undefined);
    const counted = (second: number) => {
      const count = Math.floor(10 * second);
      return [ring(count, 0, { size: 65536, holds: [{ mempool: "p", count }] })];
    };
    assert.equal(told({ inUse: (second) => 50 + 10 * second, rings: counted }).first, undefined);
  });

  test("of a queue of something else that drains", () => {
    const rings = (second: number) => [ring(6000, Math.floor(10 * second), { size: 65536 })];
    assert.equal(told({ inUse: () => 6000, rings }).first, undefined);
  });

  test("of a pool that was made anew while it leaked", () => {
    const watch = new Watch();
    const leaks: (Leak | undefined)[] = [];
    for (let second = 0; second < 120; second += 0.25) {
      const size = 1000 + Math.floor(second / 40);
      const pools = [mempool(Math.floor(5 * second), { size })];
      leaks.push(watch.next(snapshot(second * 1000, { mempools: pools })).mempools[0]?.leak);
    }
    assert.deepEqual(leaks.filter((leak) => leak !== undefined), []);
  });
});

test("windows are as long and as many as asked", () => {
  const inUse = (second: number) => 10 * second;
  const { first } = told({ inUse, everyMs: 50, options: { leakWindowMs: 1000, leakWindows: 3 } });
  assert.equal(first! >= 4 && first! < 5, true, `told after ${first} s`);
});
