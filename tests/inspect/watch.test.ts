// Rates and marks of rings, pools and ports from made-up looks.

import { type RingFlow, type Snapshot, Watch } from "../../ffi/inspect/mod.ts";
import { assert, describe, test } from "../kit.ts";
import { member, mempool, port, ring, snapshot } from "./groups.ts";

const U32 = 2 ** 32;

/** Flows of the first ring over looks one second apart. */
function rates(...looks: readonly Partial<Snapshot>[]): [inRate: number, outRate: number][] {
  const watch = new Watch();
  return looks.map((look, i) => {
    const flow = watch.next(snapshot(i * 1000, look)).rings[0];
    return [flow?.inRate ?? -1, flow?.outRate ?? -1];
  });
}

const ringRates = (...rings: Parameters<typeof ring>[]) =>
  rates(...rings.map((args) => ({ rings: [ring(...args)] })));

/** Numbers that look random and are the same each time. */
function randomly(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / U32 * below);
  };
}

describe("a ring's rates", () => {
  test("are what its tails moved, by the clock", () => {
    const watch = new Watch();
    const look = (clock: number, produced: number, consumed: number) =>
      watch.next(snapshot(clock, { rings: [ring(produced, consumed)] }));
    assert.equal(look(5000, 10, 0).elapsedMs, 0);
    const flow = look(5250, 110, 50);
    assert.equal(flow.elapsedMs, 250);
    assert.deepEqual([flow.rings[0]?.inRate, flow.rings[0]?.outRate], [400, 200]);
  });

  test("are 0 at the first look at it", () => {
    assert.deepEqual(rates({}, { rings: [ring(7, 3)] }, { rings: [ring(8, 4)] }), [
      [-1, -1],
      [0, 0],
      [1, 1],
    ]);
  });

  test("go past 2^32", () => {
    const moved = ringRates([U32 - 50, U32 - 80], [50, 20], [1050, 1000]);
    assert.deepEqual(moved, [[0, 0], [100, 100], [1000, 980]]);
  });

  test("are of what is published, not of what is reserved", () => {
    const reserved = { prod: { head: 900, tail: 100, sync: "MT" } } as const;
    assert.deepEqual(ringRates([100, 0], [100, 0, reserved]), [[0, 0], [0, 0]]);
  });

  test("follow any walk of the ends, wherever it begins", () => {
    const random = randomly(7);
    for (let round = 0; round < 200; round++) {
      const watch = new Watch();
      let [produced, consumed, clock] = [random(U32), 0, random(1e9)];
      consumed = produced;
      let before: [number, number, number] | undefined;
      for (let look = 0; look < 20; look++) {
        const end = ring(produced % U32, consumed % U32, { size: 65536 });
        const flow = watch.next(snapshot(clock, { rings: [end] })).rings[0]!;
        const expected = before === undefined
          ? [0, 0]
          : [produced - before[0], consumed - before[1]].map((n) =>
            n * 1000 / (clock - before![2])
          );
        assert.deepEqual([flow.inRate, flow.outRate], expected);
        before = [produced, consumed, clock];
        const elapsed = 1 + random(2000);
        clock += elapsed;
        produced += random(elapsed * 10_000); // up to ten million a second
        consumed = produced - random(65535);
        if (consumed < before[1]) consumed = before[1];
      }
    }
  });

  test("at what only the fastest reach are believed when it came there by and by", () => {
    // 2.4 G/s: past 2^32 at every other look
    let at = 0;
    const steps = [1e6, 1e7, 8e7, 6e8, 2.4e9, 2.4e9, 2.4e9, 2.4e9, 2.4e9];
    const rings = steps.map((step) => (at = (at + step) % U32)).map((p) => ring(p, p));
    const found = rates(...rings.map((one) => ({ rings: [one] })));
    assert.deepEqual(found.slice(1).map(([into]) => into), steps.slice(1));
  });
});

describe("a ring that began anew", () => {
  test("at the same place has rates and marks of its own", () => {
    for (const elapsed of [1, 250, 1000, 60_000]) {
      for (const before of [1000, 1e6, 3e9, U32 - 1e9]) {
        const watch = new Watch();
        const look = (clock: number, ...args: Parameters<typeof ring>) =>
          watch.next(snapshot(clock, { rings: [ring(...args)] })).rings[0]!;
        look(0, before, before - 700);
        look(1000, before + 50_000, before + 49_000);
        const flow = look(1000 + elapsed, 5, 2);
        const where = `${before} after ${elapsed} ms`;
        assert.deepEqual([flow.inRate, flow.outRate, flow.highWater], [0, 0, 3], where);
        assert.equal(look(2000 + elapsed, 105, 5).inRate, 100, where);
      }
    }
  });

  test("is told by either end", () => {
    assert.deepEqual(ringRates([5000, 4990], [5000, 0]), [[0, 0], [0, 0]]);
    assert.deepEqual(ringRates([5000, 4990], [0, 4990]), [[0, 0], [0, 0]]);
  });

  test("is told by its name, its size, and its address", () => {
    for (const other of [{ name: "b" }, { size: 2048 }, { address: 0x100002000 }]) {
      assert.deepEqual(ringRates([100, 100], [500, 500, other]), [[0, 0], [0, 0]]);
    }
  });

  test("is told when it was gone meanwhile", () => {
    assert.deepEqual(rates({ rings: [ring(9, 9)] }, {}, { rings: [ring(99, 99)] })[2], [0, 0]);
  });

  test("is not stuck for what was before", () => {
    const end = (at: number) => ({ prod: { head: at + 8, tail: at, sync: "MT" } as const });
    const watch = new Watch();
    watch.next(snapshot(0, { rings: [ring(900, 900, end(900))] }));
    const { rings } = watch.next(snapshot(5000, { rings: [ring(0, 0, end(0))] }));
    assert.deepEqual(rings[0]?.stuck, []);
  });
});

describe("a group that began anew", () => {
  const before = { processes: [member(10)], rings: [ring(100, 0)] };
  const after = { rings: [ring(50_000, 49_999)] };
  const second = (look: Partial<Snapshot>): RingFlow => {
    const watch = new Watch();
    watch.next(snapshot(1000, before));
    return watch.next(snapshot(2000, { processes: [member(10)], ...after, ...look })).rings[0]!;
  };

  test("is told by version, prefix, directory and primary, and by a clock that goes back", () => {
    for (
      const look of [
        { version: "24.11.4" },
        { filePrefix: "other" },
        { directory: "/tmp/dpdk/rte" },
        { processes: [member(11)] },
        { clock: 500 },
      ]
    ) {
      const { inRate, highWater } = second(look);
      assert.deepEqual([inRate, highWater], [0, 1], JSON.stringify(look));
    }
  });

  test("is not told by a primary that died", () => {
    assert.equal(second({ processes: [member(12, "secondary")] }).inRate, 49_900);
  });

  test("is told when another primary comes after a while without one", () => {
    const watch = new Watch();
    watch.next(snapshot(0, before));
    watch.next(snapshot(1000, { ...before, processes: [] }));
    const flow = watch.next(snapshot(2000, { ...after, processes: [member(11)] }));
    assert.deepEqual([flow.elapsedMs, flow.rings[0]?.inRate], [0, 0]);
  });
});

describe("marks", () => {
  test("are the most that was in a ring, and how full it is", () => {
    const watch = new Watch();
    const marks = [[0, 0], [1023, 0], [1030, 1020]].map(([produced, consumed], i) => {
      const { fill, highWater } = watch.next(snapshot(i, { rings: [ring(produced!, consumed!)] }))
        .rings[0]!;
      return [fill, highWater];
    });
    assert.deepEqual(marks, [[0, 0], [1, 1023], [10 / 1023, 1023]]);
  });

  test("of a ring seen at two moments stay within it", () => {
    const flow = new Watch().next(snapshot(0, { rings: [ring(3000, 0)] })).rings[0];
    assert.deepEqual([flow?.fill, flow?.highWater], [1, 1023]);
  });

  test("are the fewest that a pool had, and how much of it is out", () => {
    const watch = new Watch();
    const marks = [250, 1000, 0].map((inUse, i) => {
      const { fill, lowWater } = watch.next(snapshot(i, { mempools: [mempool(inUse)] }))
        .mempools[0]!;
      return [fill, lowWater];
    });
    assert.deepEqual(marks, [[0.25, 750], [1, 0], [0, 0]]);
  });

  test("of a pool whose driver is not known are not told", () => {
    const unknown = {
      driver: undefined,
      common: undefined,
      available: undefined,
      inUse: undefined,
    };
    const flow = new Watch().next(snapshot(0, { mempools: [mempool(0, unknown)] })).mempools[0];
    assert.deepEqual([flow?.fill, flow?.lowWater, flow?.leak], [undefined, undefined, undefined]);
  });

  test("of a pool that was made anew are its own", () => {
    const watch = new Watch();
    watch.next(snapshot(0, { mempools: [mempool(900)] }));
    const anew = { mempools: [mempool(10, { name: "q" })] };
    assert.equal(watch.next(snapshot(1, anew)).mempools[0]?.lowWater, 990);
  });
});

describe("what lies in rings", () => {
  const inRings = (...rings: Snapshot["rings"]): number | undefined =>
    new Watch().next(snapshot(0, { mempools: [mempool(100)], rings })).mempools[0]?.inRings;

  test("is counted where it was looked at", () => {
    const holds = [{ mempool: "p", count: 5 }, { mempool: "q", count: 6 }];
    assert.equal(inRings(ring(11, 0, { holds }), ring(20, 11, { name: "b", holds })), 10);
  });

  test("is not counted in drivers' rings", () => {
    assert.equal(inRings(ring(900, 0, { mempool: "p", holds: [{ mempool: "p", count: 900 }] })), 0);
  });

  test("is not known where it was not looked at", () => {
    assert.equal(inRings(ring(11, 0)), undefined);
    assert.equal(inRings(ring(11, 11)), 0);
    assert.equal(inRings(ring(11, 0, { holds: [] })), 0);
  });
});

describe("a port's rates", () => {
  const portRates = (...ports: readonly (readonly [number, ...Parameters<typeof port>])[]) => {
    const watch = new Watch();
    return ports.map(([clock, ...args]) => {
      const flow = watch.next(snapshot(clock, { ports: [port(...args)] })).ports[0]!;
      return [flow.rxRate, flow.txRate, flow.rxBits, flow.txBits];
    });
  };
  const none = [0, 0, 0, 0];

  test("are packets and bits a second", () => {
    assert.deepEqual(portRates([0, 100, 50], [500, 200, 100]), [none, [200, 100, 102400, 51200]]);
  });

  test("are 0 when its counters begin anew, and when it is another port", () => {
    assert.deepEqual(portRates([0, 100, 50], [500, 99, 100]), [none, none]);
    assert.deepEqual(portRates([0, 100, 50], [500, 200, 100, { name: "b" }]), [none, none]);
    assert.deepEqual(portRates([0, 100, 50], [500, 200, 100, { id: 1 }]), [none, none]);
  });
});

test("options that make no sense are refused", () => {
  assert.throws(() => new Watch({ stuckAfterMs: -1 }), RangeError);
  assert.throws(() => new Watch({ leakWindowMs: 0.5 }), RangeError);
  assert.throws(() => new Watch({ leakWindows: 1 }), RangeError);
  const misspelt: object = { stuckAfter: 1 };
  assert.throws(
    () => new Watch(misspelt),
    /Cannot use option "stuckAfter" of Watch: it is unknown/,
  );
});

test("links come from who finds them", () => {
  const link = { pid: 1, ring: "a" };
  const watch = new Watch({
    links: ({ rings }) => rings.map(({ name }) => ({ pid: 1, ring: name })),
  });
  assert.deepEqual(watch.next(snapshot(0, { rings: [ring(0, 0)] })).links, [link]);
  assert.deepEqual(new Watch().next(snapshot(0, { rings: [ring(0, 0)] })).links, []);
});
