import { assert, test } from "../kit.ts";
import type { Flow } from "../../ffi/inspect/mod.ts";
import { History, HISTORY_MS } from "../../tools/inspect/serve/history.ts";
import { MadeUpGroup } from "./made_up_flows.ts";

const group = new MadeUpGroup({ rings: 3 });

/** A look at a time, in milliseconds, without some of its rings. */
function lookAt(ms: number, without: readonly string[] = []): Flow {
  const flow = group.next();
  return {
    ...flow,
    snapshot: { ...flow.snapshot, time: 1e12 + ms, clock: ms },
    rings: flow.rings.filter(({ ring }) => !without.includes(ring.name)),
  };
}

test("a history is bounded", () => {
  const history = new History(1_000);
  for (let ms = 0; ms < 2 * HISTORY_MS; ms += 1_000) history.add(lookAt(ms));
  const { times = [], columns = {} } = history.of("ring", "PRI_2_SEC") ?? {};
  assert.equal(times.length, 600);
  assert.equal(columns["in"]?.length, 600);
  assert.equal(times.at(-1), 1e12 + 2 * HISTORY_MS - 1_000);
  assert.equal(times.every((time, at) => at === 0 || time > (times[at - 1] ?? 0)), true);
});

test("looks that come faster than points are no points", () => {
  const history = new History(100);
  for (let ms = 0; ms <= 10_000; ms += 100) history.add(lookAt(ms));
  assert.equal(history.of("group", "")?.times.length, 11);
});

test("what was not there has no numbers, and its past goes when it stays away", () => {
  const history = new History(1_000);
  history.add(lookAt(0, ["PRI_2_SEC"]));
  history.add(lookAt(1_000));
  history.add(lookAt(2_000, ["PRI_2_SEC"]));
  const counts = history.of("ring", "PRI_2_SEC")?.columns["count"] ?? [];
  assert.deepEqual(counts.map((count) => count === null), [true, false, true]);
  for (let ms = 3_000; ms < 100_000; ms += 1_000) history.add(lookAt(ms, ["PRI_2_SEC"]));
  assert.equal(history.of("ring", "PRI_2_SEC"), undefined);
  assert.notEqual(history.of("ring", "rx_to_worker"), undefined);
});

test("a clock that was set back does not end it", () => {
  const history = new History(1_000);
  history.add(lookAt(50_000));
  history.add(lookAt(0));
  history.add(lookAt(1_000));
  assert.equal(history.of("group", "")?.times.length, 3);
});
