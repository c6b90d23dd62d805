// Ends of rings that somebody began and does not finish, from made-up looks.

import { type RingState, type Snapshot, type Suspect, Watch } from "../../ffi/inspect/mod.ts";
import { assert, describe, test } from "../kit.ts";
import { ring, snapshot } from "./groups.ts";

type End = readonly [head: number, tail: number];

/** A ring by the words of its ends. */
function ends(prod: End, cons: End, other: Partial<RingState> = {}): RingState {
  return ring(prod[1], cons[1], {
    prod: { head: prod[0], tail: prod[1], sync: "MT" },
    cons: { head: cons[0], tail: cons[1], sync: "MT" },
    ...other,
  });
}

/** What is stuck at each look: side, for how long, and how many elements. */
function stuck(watch: Watch, looks: readonly (readonly [clock: number, RingState])[]) {
  return looks.map(([clock, one]) =>
    watch.next(snapshot(clock, { rings: [one] })).rings[0]!.stuck
      .map(({ side, forMs, elements }) => [side, forMs, elements])
  );
}

const STILL = ends([40, 32], [0, 0]);
const IDLE = ends([40, 40], [0, 0]);

describe("an end is stuck", () => {
  test("when head and tail stand apart and still for longer than a while", () => {
    const found = stuck(new Watch(), [[0, STILL], [1000, STILL], [1001, STILL], [9000, STILL]]);
    assert.deepEqual(found, [[], [], [["prod", 1001, 8]], [["prod", 9000, 8]]]);
  });

  test("from when it was first seen so, until it goes on", () => {
    const on = ends([48, 40], [0, 0]);
    const looks = [[0, IDLE], [500, STILL], [1500, STILL], [1600, STILL], [1700, on], [1800, IDLE]];
    const found = stuck(new Watch(), looks as [number, RingState][]);
    assert.deepEqual(found, [[], [], [], [["prod", 1100, 8]], [], []]);
  });

  test("of either side, and past 2^32", () => {
    const both = ends([5, 2 ** 32 - 3], [2 ** 32 - 5, 2 ** 32 - 6]);
    const found = stuck(new Watch({ stuckAfterMs: 10 }), [[0, both], [11, both]]);
    assert.deepEqual(found[1], [["prod", 11, 8], ["cons", 11, 1]]);
  });

  test("also of a ring of a pool's driver", () => {
    const one = { ...STILL, mempool: "p" };
    assert.deepEqual(stuck(new Watch(), [[0, one], [2000, one]])[1], [["prod", 2000, 8]]);
  });
});

describe("an end is not stuck", () => {
  test("that nobody is at", () => {
    assert.deepEqual(stuck(new Watch(), [[0, IDLE], [60_000, IDLE]]), [[], []]);
  });

  test("at which work goes on, whenever it is looked at", () => {
    // head != tail at each look, once with the head's move seen, once with the tail's
    for (const [heads, tails] of [[1, 0], [0, 1], [1, 1]]) {
      const looks = Array.from({ length: 50 }, (_, i): [number, RingState] => {
        const end: End = [1000 + i * heads!, i * tails!];
        return [i * 900, ends(end, [0, 0])];
      });
      assert.deepEqual(stuck(new Watch(), looks).flat(), []);
    }
  });

  test("only since the other end stands still", () => {
    const looks = Array.from({ length: 5 }, (_, i): [number, RingState] => {
      return [i * 900, ends([40, 32], [i, i])];
    });
    assert.deepEqual(stuck(new Watch(), looks).at(-1), [["prod", 3600, 8]]);
  });
});

describe("suspects", () => {
  const suspect: Suspect = {
    pid: 1,
    tid: 2,
    thread: "rte-worker-1",
    lcoreId: 1,
    stopped: true,
    seen: true,
  };

  function finder() {
    const asked: number[][] = [];
    const watch = new Watch({
      suspects: (_: Snapshot, rings) => {
        asked.push(rings.map((one) => one.address));
        return new Map([[STILL.address, [suspect]]]);
      },
    });
    return { asked, watch };
  }

  test("are asked for only of stuck rings, and once a second", () => {
    const { asked, watch } = finder();
    const other = { ...IDLE, name: "b", address: 1 };
    const suspects = [0, 1001, 1500, 2000, 2001, 2100].map((clock) =>
      watch.next(snapshot(clock, { rings: [STILL, other] })).rings[0]!.stuck[0]?.suspects
    );
    const one = [suspect];
    assert.deepEqual(suspects, [undefined, one, one, one, one, one]);
    assert.deepEqual(asked, [[STILL.address], [STILL.address]]);
  });

  test("are asked for at once when another end is stuck", () => {
    const { asked, watch } = finder();
    const other = { ...STILL, name: "b", address: 1 };
    watch.next(snapshot(0, { rings: [STILL] }));
    watch.next(snapshot(10, { rings: [STILL, other] }));
    watch.next(snapshot(1005, { rings: [STILL, other] }));
    const { rings } = watch.next(snapshot(1011, { rings: [STILL, other] }));
    assert.deepEqual(asked, [[STILL.address], [STILL.address, 1]]);
    assert.deepEqual(rings[1]?.stuck[0]?.suspects, []);
  });

  test("are none when nobody finds any", () => {
    const watch = new Watch({ stuckAfterMs: 0 });
    watch.next(snapshot(0, { rings: [STILL] }));
    const { rings } = watch.next(snapshot(1, { rings: [STILL] }));
    assert.deepEqual(rings[0]?.stuck[0]?.suspects, []);
  });
});
