import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { Eal, Mempool, PointerBuffer } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";

const ONE = { args: ["--no-huge", "--no-shconf"] };

ealCase(
  "a pool has as many objects as were asked for, all different and in place",
  ONE,
  ({ args }) => {
    using _eal = Eal.init(args);
    for (const [n, elementSize, cacheSize] of [[1, 1, 0], [100, 24, 8], [1023, 64, 32]] as const) {
      using pool = Mempool.create("pool", n, elementSize, { cacheSize });
      const objects = pool.objects();
      assert.deepEqual([pool.size, pool.cacheSize], [n, cacheSize]);
      assert.equal(pool.elementSize, Math.ceil(elementSize / 8) * 8, "in whole words");
      assert.equal(new Set(objects).size, n);
      assert.equal(objects.every((object) => object % 8 === 0 && pool.has(object)), true);
      const got = Array.from({ length: n }, () => pool.get()!);
      assert.deepEqual(got.toSorted(), objects.toSorted());
      assert.deepEqual([pool.get(), pool.empty, pool.full], [undefined, true, false]);
      assert.deepEqual([pool.availCount, pool.inUseCount], [0, n]);
      for (const object of got) pool.put(object);
      assert.deepEqual([pool.availCount, pool.inUseCount, pool.full, pool.empty], [
        n,
        0,
        true,
        false,
      ]);
    }
  },
);

ealCase("a bulk is n objects or none, at any place of the buffer", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  for (const cacheSize of [0, 16]) {
    using pool = Mempool.create("pool", 64, 64, { cacheSize });
    const burst = new PointerBuffer(64);
    assert.equal(pool.getBulk(burst, 40, 10), 40);
    const addresses = burst.toArray();
    assert.deepEqual(addresses.map((address) => address !== 0), [
      ...Array.from({ length: 64 }, (_, i) => i >= 10 && i < 50),
    ]);
    const other = new PointerBuffer(64);
    assert.equal(pool.getBulk(other, 25), 0, "24 are left");
    assert.equal(pool.inUseCount, 40);
    assert.equal(pool.getBulk(other, 24), 24);
    assert.equal(pool.empty, true);
    assert.equal(new Set([...addresses.slice(10, 50), ...other.toArray(24)]).size, 64);
    pool.putBulk(burst, 40, 10);
    pool.putBulk(other, 24);
    assert.equal(pool.getBulk(burst), 64, "without a length, the whole buffer");
    pool.putBulk(burst);
    assert.equal(pool.full, true);
    for (const from of [0, 64]) {
      assert.equal(pool.getBulk(burst, 0, from), 0);
      pool.putBulk(burst, 0, from);
    }
    assert.equal(pool.full, true);
  }
});

ealCase(
  "a flush gives what the lcore's cache holds to the pool, and no object is lost",
  ONE,
  ({ args }) => {
    using _eal = Eal.init(args);
    using pool = Mempool.create("pool", 255, 64, { cacheSize: 32 });
    using plain = Mempool.create("plain", 255, 64);
    for (const one of [pool, plain]) {
      const burst = new PointerBuffer(100);
      one.getBulk(burst);
      one.flush();
      one.flush();
      assert.equal(one.inUseCount, 100);
      one.putBulk(burst, 40);
      one.putBulk(burst, 60, 40);
      one.flush();
      assert.equal(one.full, true);
    }
  },
);

ealCase("two handles stand for one pool, and one cache", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using pool = Mempool.create("pool", 255, 64, { cacheSize: 32 });
  const found = Mempool.lookup("pool");
  assert.deepEqual(
    [found.address, found.size, found.opsName, "free" in found],
    [pool.address, 255, "ring_mp_mc", false],
  );
  const object = pool.get()!;
  assert.equal(found.inUseCount, 1);
  found.put(object);
  assert.equal(pool.get(), object, "the last put is the first to be got");
  found.put(object);
});

ealCase("the private data is the pool's own memory, zeroed", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  for (const cacheSize of [0, 32]) {
    using pool = Mempool.create("pool", 63, 64, { cacheSize, privateDataSize: 100 });
    assert.equal(pool.privateDataSize >= 100, true);
    assert.equal(pool.privateData.length, pool.privateDataSize);
    assert.equal(pool.privateData.every((byte) => byte === 0), true);
    pool.privateData[99] = 7;
    assert.equal(Mempool.lookup("pool").privateData[99], 7);
  }
  using none = Mempool.create("none", 63, 64);
  assert.equal(none.privateData.length, 0);
});

ealCase("the driver is that of the flags, or the one that is named", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const drivers = [
    [{}, "ring_mp_mc"],
    [{ flags: 0x4 | 0x8 }, "ring_sp_sc"],
    [{ flags: 0x4 }, "ring_sp_mc"],
    [{ flags: 0x8 }, "ring_mp_sc"],
    ...["ring_mt_rts", "ring_mt_hts", "stack", "lf_stack"].map((opsName) =>
      [{ opsName }, opsName] as const
    ),
  ] as const;
  for (const [options, opsName] of drivers) {
    using pool = Mempool.create("pool", 100, 64, { ...options, cacheSize: 8 });
    assert.equal(pool.opsName, opsName);
    const burst = new PointerBuffer(100);
    for (let i = 0; i < 50; i++) {
      assert.equal(pool.getBulk(burst, 1 + i * 2), 1 + i * 2);
      pool.putBulk(burst, 1 + i * 2);
    }
    pool.flush();
    assert.equal(pool.full, true);
  }
});

ealCase("dump and dumpAll say what C says", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using pool = Mempool.create("dumped", 63, 64, { cacheSize: 8 });
  using _other = Mempool.create("another", 63, 64);
  pool.get();
  assert.match(pool.dump(), /^mempool <dumped>@0x/);
  assert.match(pool.dump(), /cache_size=8\n[^]*common_pool_count=\d+\n/);
  assert.match(Mempool.dumpAll(), /mempool <dumped>[^]*mempool <another>/);
});

ealCase(
  "a Worker has no lcore's cache, and may have one of its own",
  { args: ["--no-huge"] },
  async ({ args }) => {
    using _eal = Eal.init(args);
    using pool = Mempool.create("pool", 255, 64, { cacheSize: 32 });
    const burst = new PointerBuffer(10);
    pool.getBulk(burst);
    const worker = new Worker(new URL("./fixtures/cache_worker.ts", import.meta.url));
    const [said] = await once(worker, "message");
    // 10 are in use here, and 32 are in this lcore's cache: 213 are there for others.
    assert.deepEqual(said, { got: 213, none: undefined, kept: 16, own: [0, 20, 0], inUse: 10 });
    pool.putBulk(burst);
    assert.equal(pool.full, true);
    await worker.terminate();
  },
);
