import { Eal, Mempool, MempoolCache, PointerBuffer } from "../../mod.ts";
import { assert, ealCase, test } from "../kit.ts";

const ONE = { args: ["--no-huge", "--no-shconf"] };

test("names, sizes and options that no pool has are refused", () => {
  for (const use of [(name: string) => Mempool.create(name, 63, 64), Mempool.lookup]) {
    assert.throws(() => use(""), { name: "TypeError", message: /empty mempool name/ });
    assert.throws(() => use("x".repeat(26)), {
      name: "RangeError",
      message: /26 bytes, at most 25 fit/,
    });
    assert.throws(() => use("a\0"), TypeError);
  }
  for (const bad of [0, -1, 1.5, NaN, 2 ** 31, "63"]) {
    const n = bad as number;
    assert.throws(() => Mempool.create("a", n, 64), {
      name: "RangeError",
      message: /number of objects/,
    });
    assert.throws(() => Mempool.create("a", 63, n), {
      name: "RangeError",
      message: /an element size/,
    });
  }
  for (const cacheSize of [-1, 513, 0.5, NaN]) {
    assert.throws(() => Mempool.create("a", 2000, 64, { cacheSize }), {
      name: "RangeError",
      message: /cacheSize/,
    });
  }
  assert.throws(() => Mempool.create("a", 47, 64, { cacheSize: 32 }), {
    name: "RangeError",
    message: /32 as cacheSize: one and a half times as many must be in the pool, and it has 47/,
  });
  assert.throws(() => Mempool.create("a", 63, 64, { privateDataSize: -1 }), RangeError);
  assert.throws(() => Mempool.create("a", 63, 64, { socketId: -2 }), RangeError);
  assert.throws(() => Mempool.create("a", 63, 64, { flags: -1 }), RangeError);
  assert.throws(() => Mempool.create("a", 63, 64, { cache: 1 } as object), {
    name: "TypeError",
    message: /"cache" of Mempool\.create: it is unknown; there are cacheSize/,
  });
  for (const size of [0, 513, 1.5, NaN]) assert.throws(() => MempoolCache.create(size), RangeError);
});

ealCase(
  "a pool that exists, that does not, that is too large or has no driver",
  ONE,
  ({ args }) => {
    using _eal = Eal.init(args);
    using _pool = Mempool.create("twice", 63, 64);
    assert.throws(() => Mempool.create("twice", 63, 64), {
      name: "DpdkError",
      code: "EEXIST",
      message:
        /^Cannot create mempool "twice" of 63 objects of 64 bytes: .*use Mempool\.lookup\("twice"\)/,
    });
    assert.throws(() => Mempool.lookup("none"), {
      name: "DpdkError",
      code: "ENOENT",
      message: /Cannot look up mempool "none": .*there is none of that name/,
    });
    assert.throws(() => Mempool.create("huge", 2 ** 20, 2 ** 20), {
      name: "DpdkError",
      code: "ENOMEM",
    });
    assert.throws(() => Mempool.create("huge", 2 ** 20, 2 ** 20, { opsName: "stack" }), {
      code: "ENOMEM",
    });
    assert.throws(() => Mempool.create("odd", 63, 64, { opsName: "no_such" }), {
      name: "DpdkError",
      code: "EINVAL",
      message: /there is no mempool driver "no_such"; there are .*ring_mp_mc/,
    });
    // What failed has left nothing behind.
    for (const name of ["huge", "odd"]) Mempool.create(name, 63, 64).free();
  },
);

ealCase("a bulk that does not fit its buffer is refused, and moves nothing", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  for (const cacheSize of [0, 8, 32]) {
    using pool = Mempool.create("pool", 63, 64, { cacheSize });
    // The larger cache holds more than the buffer then, and has room for more.
    const warm = new PointerBuffer(8);
    pool.getBulk(warm);
    pool.putBulk(warm);
    const burst = new PointerBuffer(4);
    const bad = [[5, 0], [4, 1], [0, 5], [-1, 0], [1, -1], [1.5, 0], [1, 0.5], [NaN, 0], [1, NaN], [
      2 ** 32,
      0,
    ]];
    for (const [n, from] of bad as [number, number][]) {
      const numbers = [n, from].every((value) => Number.isInteger(value) && value >= 0);
      const message = numbers
        ? `Cannot move ${n} objects at index ${from}: the buffer holds 4`
        : /^Cannot use \S+ as (a number of objects|an index): it must be an integer from 0 to 4$/;
      const what = { name: "RangeError", message };
      assert.throws(() => pool.getBulk(burst, n, from), what);
      assert.throws(() => pool.putBulk(burst, n, from), what);
    }
    for (const none of [undefined, null, [8], {}] as unknown as PointerBuffer[]) {
      assert.throws(() => pool.getBulk(none, 1), TypeError);
      assert.throws(() => pool.putBulk(none, 1), TypeError);
    }
    assert.equal(pool.full, true);
  }
});

ealCase(
  "what is no object of the pool cannot be put into it, and nothing of its bulk is",
  ONE,
  ({ args }) => {
    using _eal = Eal.init(args);
    using other = Mempool.create("other", 63, 64);
    const foreign = other.get()!;
    for (const cacheSize of [0, 8, 32]) {
      using pool = Mempool.create("pool", 63, 64, { cacheSize });
      const mine = pool.get()!;
      for (const bad of [0, 8, foreign, mine + 8, mine + 1, mine - 64, pool.address, 2 ** 52]) {
        assert.throws(() => pool.put(bad), {
          name: "DpdkError",
          message:
            `Cannot put 0x${bad.toString(16)} into mempool "pool": it is no object of this ` +
            "pool; nothing was given back",
        });
        assert.equal(pool.has(bad), false);
      }
      for (const bad of [NaN, -8, 1.5, 2 ** 53, "8"]) {
        assert.throws(
          () => pool.put(bad as number),
          RangeError,
        );
      }
      const burst = new PointerBuffer(20);
      pool.getBulk(burst);
      pool.flush(); // so that the larger cache has room for all
      const refused = { name: "DpdkError", message: /nothing was given back/ };
      for (const place of [0, 19, 13]) {
        const right = burst.get(place);
        burst.set(place, foreign);
        // The first and the last are always looked at, those between when all are to be.
        const strict = Mempool.lookup("pool", { check: "all" });
        for (const one of place === 13 ? [strict] : [strict, pool]) {
          assert.throws(() => one.putBulk(burst), refused);
        }
        burst.set(place, mine + 8);
        assert.throws(() => strict.putBulk(burst), refused);
        burst.set(place, right);
        assert.equal(pool.inUseCount, 21);
      }
      pool.putBulk(burst);
      assert.equal(pool.inUseCount, 1);
      assert.equal(other.inUseCount, 1);
    }
  },
);

ealCase(
  "every method of every handle of a freed pool throws, and every view is empty",
  ONE,
  ({ args }) => {
    using _eal = Eal.init(args);
    const pool = Mempool.create("pool", 63, 64, { cacheSize: 8, privateDataSize: 8 });
    const found = Mempool.lookup("pool");
    const burst = new PointerBuffer(4);
    const cursors = [pool.cursor(), found.cursor()];
    pool.getBulk(burst);
    for (const cursor of cursors) cursor.at(burst, 0).setU32(0, 1);
    const views = [cursors[0]!.bytes(), pool.privateData];
    const uses = (one: Mempool): readonly (() => unknown)[] => [
      () => one.get(),
      () => one.getBulk(burst, 1),
      () => one.put(burst.get(0)),
      () => one.putBulk(burst, 1),
      () => one.has(burst.get(0)),
      () => one.flush(),
      () => one.availCount,
      () => one.inUseCount,
      () => one.full,
      () => one.empty,
      () => one.objects(),
      () => one.cursor(),
      () => one.privateData,
      () => one.dump(),
    ];
    for (const use of uses(found)) use();
    pool.free();
    const gone = { name: "DpdkError", message: 'Cannot use mempool "pool": it was freed' };
    for (const one of [pool, found]) {
      assert.equal(one.alive, false);
      for (const use of uses(one)) assert.throws(use, gone, String(use));
    }
    assert.deepEqual(views.map(({ length }) => length), [0, 0]);
    for (const cursor of cursors) {
      assert.throws(() => cursor.u32(0), Error);
      assert.throws(() => cursor.setU8(0, 1), Error);
      assert.throws(() => cursor.bytes(), Error);
      assert.throws(() => cursor.at(burst, 0), { name: "DpdkError" });
    }
    assert.throws(() => pool.free(), gone);
    pool[Symbol.dispose]();
    assert.throws(() => Mempool.lookup("pool"), { code: "ENOENT" });
  },
);

ealCase(
  "a cache of one's own is not freed while it holds objects, and not used once freed",
  ONE,
  ({ args }) => {
    using _eal = Eal.init(args);
    using pool = Mempool.create("pool", 63, 64);
    const cache = MempoolCache.create(8);
    const burst = new PointerBuffer(4);
    pool.getBulk(burst, 4, 0, cache);
    assert.deepEqual([cache.size, cache.length], [8, 8]);
    assert.throws(() => cache.free(), {
      name: "RangeError",
      message: /holds 8 objects; call pool\.flush/,
    });
    pool.putBulk(burst, 4, 0, cache);
    pool.flush(cache);
    assert.equal(pool.full, true);
    cache.free();
    const gone = { message: /mempool cache: it was freed/ };
    for (
      const use of [
        () => pool.get(cache),
        () => pool.getBulk(burst, 1, 0, cache),
        () => pool.flush(cache),
        () => cache.length,
        () => cache.size,
        () => cache.free(),
      ]
    ) assert.throws(use, gone, String(use));
    const object = pool.get()!;
    assert.throws(() => pool.put(object, cache), gone);
    assert.equal(pool.inUseCount, 1);
    cache[Symbol.dispose]();
  },
);

ealCase("what a cache holds goes with its pool, and is not another's", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const pool = Mempool.create("pool", 63, 64);
  const cache = MempoolCache.create(8);
  const burst = new PointerBuffer(63);
  pool.getBulk(burst, 4, 0, cache);
  assert.equal(cache.length, 8);
  pool.free();
  using same = Mempool.create("pool", 63, 64);
  assert.equal(same.address, pool.address, "it has the other's place");
  assert.equal(cache.length, 0);
  assert.equal(same.getBulk(burst, 4, 0, cache), 4);
  assert.equal(same.getBulk(burst, 63 - 12, 4), 63 - 12);
  for (let i = 63 - 8; i < 63; i++) burst.set(i, same.get(cache)!);
  assert.equal(new Set(burst.toArray()).size, 63, "no object is handed out twice");
  same.putBulk(burst);
  cache[Symbol.dispose]();
  const left = MempoolCache.create(8);
  same.get(left);
  same.free();
  left.free(); // what it held is gone
});

ealCase("hundreds of pools are made and freed, and none is left", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const before = Mempool.dumpAll();
  for (let i = 0; i < 300; i++) {
    using pool = Mempool.create("pool", 63, 64, { cacheSize: i % 2 ? 8 : 0 });
    pool.put(pool.get()!);
  }
  assert.equal(Mempool.dumpAll(), before);
});

ealCase("what is no cache is refused as one", ({ args }) => {
  using _eal = Eal.init(args);
  using pool = Mempool.create("pool", 63, 64);
  const burst = new PointerBuffer(8);
  for (const cache of [null, {}, 5, "cache"]) {
    const message = /^Cannot use .* as a cache: it must be a MempoolCache$/;
    assert.throws(() => pool.getBulk(burst, 8, 0, cache as never), { name: "TypeError", message });
    assert.throws(() => pool.putBulk(burst, 8, 0, cache as never), { name: "TypeError", message });
  }
  assert.equal(pool.availCount, 63);
});
