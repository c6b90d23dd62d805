// What a script without a type checker may try.

import {
  Eal,
  ElementRing,
  Mempool,
  MempoolCache,
  Memzone,
  PointerBuffer,
  Ring,
  RING_F_SP_ENQ,
  type RingOptions,
} from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";

const ONE = { args: ["--no-huge", "--no-shconf"] };

ealCase("handles cannot be constructed from an address", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  for (const Handle of [Ring, ElementRing, Mempool, Memzone, MempoolCache]) {
    const construct = Handle as unknown as new (...args: unknown[]) => unknown;
    for (const address of [5, 0x600000000000, undefined, {}]) {
      assert.throws(() => new construct(address, address, 8), {
        name: "TypeError",
        message: /^Cannot (construct a .*: use .*\.|use 8 as path)/,
      });
    }
  }
});

ealCase("only memory that stays where it is can hold a ring", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const others = [
    new Uint8Array(8192),
    new DataView(new ArrayBuffer(8192)),
    new SharedArrayBuffer(8192),
    new ArrayBuffer(8192, { maxByteLength: 16384 }),
    null,
    {},
  ];
  for (const memory of others as ArrayBuffer[]) {
    for (const use of [() => Ring.init(memory, "a", 64), () => Ring.at(memory)]) {
      assert.throws(use, { name: "TypeError", message: /as a ring's memory/ });
    }
  }
});

ealCase("a creation that fails leaves no object behind", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const before = Memzone.list().length;
  const flags = "1" as RingOptions["flags"] & string;
  assert.throws(() => Ring.create("a", 1), { name: "RangeError", message: /at least 2/ });
  assert.throws(() => Ring.create("a", 64, { flags } as object), RangeError);
  assert.throws(() => ElementRing.create("a", 2 ** 32 + 8, 64), RangeError);
  assert.throws(() => Mempool.create("a", 63, 64, { opsName: "a\0" }), TypeError);
  assert.throws(() => Mempool.create("a", 63, 64, { opsName: "none" }), { code: "EINVAL" });
  assert.equal(Memzone.list().length, before);
});

ealCase("flags where options belong are refused, as C has them there", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  for (const options of [RING_F_SP_ENQ, 0, NaN, true, null, () => 1]) {
    const refused = { name: "TypeError", message: /as options of a ring: it is no object/ };
    assert.throws(() => Ring.create("a", 64, options as unknown as RingOptions), refused);
    assert.throws(() => ElementRing.create("a", 8, 64, options as unknown as RingOptions), refused);
  }
});

ealCase("C's NULL for the space moves elements, and no more", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using ring = Ring.create("a", 64);
  const burst = new PointerBuffer(8);
  assert.equal(ring.enqueueBurst(burst, 8, 0, null) + ring.enqueueBulk(burst, 8, 0, null), 16);
  assert.equal(ring.dequeueBurst(burst, 8, 0, null) + ring.dequeueBulk(burst, 8, 0, null), 16);
});

ealCase("an offset that is no whole number reaches no other object", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using pool = Mempool.create("pool", 63, 64);
  const cursor = pool.cursor().moveTo(pool.get()!);
  for (const offset of ["0", "8", [0], 1.5, -1, NaN, 2 ** 32, null, undefined]) {
    assert.throws(() => cursor.setU32(offset as number, 1), RangeError, String(offset));
    assert.throws(() => cursor.u8(offset as number), RangeError, String(offset));
  }
});

ealCase("a cache keeps to one pool as long as it holds objects", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using one = Mempool.create("one", 63, 64);
  using two = Mempool.create("two", 63, 64);
  using cache = MempoolCache.create(8);
  const burst = new PointerBuffer(4);
  assert.equal(one.getBulk(burst, 4, 0, cache), 4);
  one.putBulk(burst, 4, 0, cache);
  assert.throws(() => two.getBulk(burst, 4, 0, cache), {
    name: "TypeError",
    message: /holds objects of another pool; flush it/,
  });
  one.flush(cache);
  assert.equal(two.getBulk(burst, 4, 0, cache), 4);
  assert.ok(two.has(burst.get(0)));
  two.putBulk(burst, 4, 0, cache);
  two.flush(cache);
  assert.equal(one.availCount + two.availCount, 126);
});
