// While others work as fast as they can, nothing is shown that never was.

import { assert, test } from "../kit.ts";
import { inspected, outsider } from "./outside.ts";

const LOOKS = 100;

test("a ring that always has seven elements or eight is never seen with others", async (context) => {
  const group = await inspected(context);
  const outside = await outsider(context, group.prefix);
  for (const [flags, name] of [[0x3, "st"], [0, "mt"], [0x18, "rts"], [0x60, "hts"]] as const) {
    await group.ask(`ring ${name} 64 ${flags}`);
    await group.ask(`fill ${name} 7`);
    await group.ask(`waver ${name}`);
    let moved = 0;
    let still = 0;
    let last = -1;
    for (let i = 0; i < LOOKS; i++) {
      const { rings, problems } = await outside.snapshot();
      assert.deepEqual(problems, []);
      const ring = rings.find((one) => one.name === name)!;
      const { count, prod, cons } = ring;
      moved += Number(prod.tail !== last);
      last = prod.tail;
      assert.equal(count <= ring.capacity, true);
      assert.equal((prod.head - prod.tail) >>> 0 <= 1 && (cons.head - cons.tail) >>> 0 <= 1, true);
      if (!ring.still) continue;
      still++;
      assert.equal(count === 7 || count === 8, true, `${name} has ${count}`);
    }
    const [rounds = "0"] = await group.ask("stop");
    assert.equal(moved > 1 && Number(rounds) > LOOKS, true, `${name}: ${moved}, ${rounds} rounds`);
    assert.equal(still > 0, true, `${name} was never seen still`);
  }
});

test("rings, pools and memzones that come and go are seen whole or not at all", async (context) => {
  const group = await inspected(context);
  await group.ask("ring stays 64 0");
  await group.ask("fill stays 5");
  const outside = await outsider(context, group.prefix);
  await group.ask("churn");
  const seen = new Set<string>();
  const names = ["stays", "churn_a", "churn_b", "churn_pool"];
  for (let i = 0; i < LOOKS || !names.every((name) => seen.has(name)); i++) {
    const { rings, mempools, memzones, problems } = await outside.snapshot();
    assert.deepEqual(problems, []);
    for (const ring of rings) {
      seen.add(ring.name);
      const size = { stays: 64, churn_a: 64, churn_b: 1024, MP_churn_pool: 64 }[ring.name];
      assert.equal(ring.size, size, `${ring.name} has ${ring.size} slots`);
    }
    for (const pool of mempools) {
      seen.add(pool.name);
      assert.equal(pool.name, "churn_pool");
      assert.deepEqual([pool.size, pool.elementSize, pool.cacheSize], [63, 64, 16]);
    }
    for (const { name, length } of memzones) assert.equal(name !== "" && length > 0, true);
    assert.equal(rings.find(({ name }) => name === "stays")!.count, 5);
  }
  const [rounds = "0"] = await group.ask("stop");
  assert.equal(Number(rounds) > LOOKS, true, `there were ${rounds} rounds`);
});
