// Pools whose objects lie in several pieces of memory, and pools that are not complete yet.

import { Eal, Mempool, Memzone, PktmbufPool, PointerBuffer } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { dialog } from "../peers/dialog.ts";

const ONE = { args: ["--no-huge", "--no-shconf"] };

const MIB = 2 ** 20;

/** Takes all memory in pieces, and gives back every other: none of these is next to another. */
function fragment(): Memzone[] {
  const zones = [];
  try {
    for (;;) zones.push(Memzone.reserve(`zone${zones.length}`, 2 * MIB));
  } catch {
    // There is no more.
  }
  return zones.filter((zone, i) => i % 2 === 0 || zone.free());
}

ealCase("a pool in pieces of memory has all its objects, and nothing else", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const between = fragment();
  for (const cacheSize of [0, 32]) {
    using pool = Mempool.create("pool", 40_000, 64, { cacheSize });
    assert.match(pool.dump(), /nb_mem_chunks=[3-9]\b/);
    const strict = Mempool.lookup("pool", { check: "all" });
    const objects = pool.objects();
    assert.equal(new Set(objects).size, 40_000);
    const cursor = pool.cursor();
    for (const [i, object] of objects.entries()) cursor.moveTo(object).setU32(60, i);
    for (const [i, object] of objects.entries()) {
      assert.equal(cursor.moveTo(object).u32(60), i);
      assert.equal(pool.has(object + 8), false);
    }
    const all = new PointerBuffer(40_000);
    assert.equal(pool.getBulk(all), 40_000);
    assert.deepEqual(new Set(all.toArray()), new Set(objects));
    // What lies between the pieces is between the pool's first byte and its last.
    const [lowest, highest] = [Math.min(...objects), Math.max(...objects)];
    const inner = between.find(({ address }) => address > lowest && address < highest)!;
    const { address, length } = inner;
    for (const foreign of [address, address + length / 2]) {
      assert.equal(pool.has(foreign), false);
      assert.throws(() => pool.put(foreign), { name: "DpdkError" });
      assert.throws(() => cursor.moveTo(foreign), { name: "DpdkError" });
      const right = all.get(20_000);
      all.set(20_000, foreign);
      assert.throws(() => strict.putBulk(all), { name: "DpdkError" });
      all.set(20_000, right);
    }
    for (let from = 0; from < 40_000; from += 100) strict.putBulk(all, 100, from);
    assert.equal(pool.full, true);
  }
});

ealCase("a pool that has no objects yet is not there yet", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const c = await dialog("view_mempool", prefix);
  assert.deepEqual(await c.ask("empty pool 64"), []);
  for (const lookup of [Mempool.lookup, (name: string) => PktmbufPool.lookup(name)]) {
    assert.throws(() => lookup("pool"), {
      name: "DpdkError",
      code: "ENOENT",
      message: 'Cannot look up mempool "pool": it has no objects yet: a process is creating it; ' +
        "look it up again",
    });
  }
  assert.deepEqual(await c.ask(`grow pool ${MIB}`), ["64"]);
  assert.equal(Mempool.lookup("pool").availCount, 64);
  await c.end();
});

ealCase("a pool may get more memory after it was looked up", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const c = await dialog("view_mempool", prefix);
  await c.ask("empty pool 64");
  const [first] = await c.ask("grow pool 4096");
  const pool = Mempool.lookup("pool");
  const cursor = pool.cursor();
  assert.equal(pool.availCount, Number(first));
  assert.equal(Number(first) < 64, true);
  assert.deepEqual(await c.ask(`grow pool ${MIB}`), [`${64 - Number(first)}`]);
  const all = new PointerBuffer(64);
  assert.equal(pool.getBulk(all), 64);
  for (let i = 0; i < 64; i++) {
    assert.equal(pool.has(all.get(i)), true);
    cursor.at(all, i).setU32(0, i);
  }
  for (let i = 0; i < 64; i++) assert.equal(cursor.at(all, i).u32(0), i);
  pool.putBulk(all, 63, 1);
  pool.put(all.get(0));
  assert.equal(pool.full, true);
  await c.end();
});
