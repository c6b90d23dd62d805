import { Eal, MbufCursor, Mempool, PktmbufPool, PointerBuffer } from "../../mod.ts";
import { assert, ealCase, test } from "../kit.ts";

const ONE = { args: ["--no-huge", "--no-shconf"] };

test("without EAL there are no packets", () => {
  assert.throws(() => new MbufCursor(), /call Eal.init\(\) first/);
  assert.throws(() => PktmbufPool.create("p", 7, { cacheSize: 0 }), /call Eal.init\(\) first/);
  assert.throws(() => PktmbufPool.lookup("p"), /call Eal.init\(\) first/);
});

ealCase("a pool that cannot be is refused, and says why", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using _pool = PktmbufPool.create("taken", 15);
  const wrong: readonly [() => unknown, RegExp][] = [
    [() => PktmbufPool.create("", 15), /an empty mempool name/],
    [() => PktmbufPool.create("x".repeat(26), 15), /at most 25 fit/],
    [() => PktmbufPool.create("p", 0), /must be an integer from 1/],
    [() => PktmbufPool.create("p", 1.5), /must be an integer from 1/],
    [() => PktmbufPool.create("p", 15, { cacheSize: 11 }), /one and a half times as many/],
    [() => PktmbufPool.create("p", 1000, { cacheSize: 513 }), /from 0 to 512/],
    [() => PktmbufPool.create("p", 15, { privSize: 12 }), /not a multiple of 8/],
    [() => PktmbufPool.create("p", 15, { privSize: 65536 }), /from 0 to 65528/],
    [() => PktmbufPool.create("p", 15, { dataRoomSize: 65536 }), /from 0 to 65535/],
    [() => PktmbufPool.create("p", 15, { dataroomsize: 1 } as never), /option "dataroomsize"/],
    [() => PktmbufPool.create("p", 15, { opsName: "nose" }), /no mempool driver of that name/],
    [() => PktmbufPool.create("taken", 15), /EEXIST.*use PktmbufPool.lookup\("taken"\)/],
    [() => PktmbufPool.create("large", 10_000_000), /ENOMEM.*not enough memory/],
    [() => PktmbufPool.lookup("none"), /ENOENT.*create it first/],
  ];
  for (const [call, message] of wrong) assert.throws(call, message);
  using _plain = Mempool.create("plain", 15, 2304, { privateDataSize: 64 });
  using _small = Mempool.create("small", 15, 64);
  assert.throws(() => PktmbufPool.lookup("small"), /its objects are no mbufs/);
});

ealCase("a pointer that is no mbuf is told, wherever it is handed in", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using pool = PktmbufPool.create("pool", 31);
  using plain = Mempool.create("plain", 31, 2304);
  const m = new MbufCursor();
  const burst = new PointerBuffer(4);
  assert.throws(() => m.pktLen, /the cursor is at none/);
  assert.throws(() => m.u8(0), /the cursor is at none/);
  assert.throws(() => m.at(burst, 0), /there is none of any pool/, "NULL");
  assert.throws(() => m.at(burst, 4), RangeError);
  assert.throws(() => m.at(burst, -1), RangeError);
  assert.throws(() => m.at(burst, 0.5));
  const good = pool.alloc()!;
  for (const address of [1, 12345, good + 64, good + 8, good - 64, plain.get()!, 2 ** 47]) {
    assert.throws(() => m.moveTo(address), /there is none of any pool/, String(address));
    burst.set(0, address);
    assert.throws(() => m.at(burst, 0), /there is none of any pool/);
    burst.set(0, good);
    burst.set(1, address);
    assert.throws(() => m.freeBulk(burst, 2), /there is no mbuf/);
    m.moveTo(good);
    assert.throws(() => m.chain(address), /there is no mbuf/);
    assert.throws(() => m.attach(address), /there is no mbuf/);
  }
  for (const address of [-1, NaN, 1.5, "x"]) {
    assert.throws(() => m.moveTo(address as number));
  }
  assert.throws(() => m.dataOff, /the cursor is at none/, "a failed move leaves it nowhere");
  m.moveTo(good).append(10);
  for (const use of [() => m.u8(10), () => m.be16(9), () => m.be32(7), () => m.u8(-1)]) {
    assert.throws(use, RangeError);
  }
  assert.throws(() => m.u8("1" as never), RangeError);
  assert.throws(() => m.bytes(5, 6), RangeError);
  assert.throws(() => m.read(5, 6), RangeError);
  assert.throws(() => m.read(0, 10, new Uint8Array(9)), RangeError);
  assert.throws(() => m.write(5, new Uint8Array(6)), RangeError);
  assert.throws(() => m.append(-1), RangeError);
  assert.throws(() => m.adj(70000), RangeError);
  assert.throws(() => m.fill(new Uint8Array(5000)), /fit/);
  assert.throws(() => m.setTxOffload({ l2Len: 128 }), RangeError);
  assert.throws(() => (m.port = 65536), RangeError);
  assert.throws(() => (m.packetType = -1), RangeError);
  assert.throws(() => m.mbufBytes(120, 9), RangeError);
  assert.throws(() => pool.allocBulk(burst, 5), RangeError);
  assert.throws(() => m.freeBulk(burst, 5), RangeError);
  assert.throws(() => m.freeBulk(burst, -1), RangeError);
});

ealCase(
  "a packet that this script freed is told when it is used or freed again",
  ONE,
  ({ args }) => {
    using _eal = Eal.init(args);
    using pool = PktmbufPool.create("pool", 63, { cacheSize: 0 });
    const m = new MbufCursor();
    const burst = new PointerBuffer(8);
    pool.allocBulk(burst);
    for (let i = 0; i < 8; i++) m.at(burst, i).append(20 + i);
    const address = burst.get(3);
    m.moveTo(address).free();
    assert.throws(() => m.pktLen, /the cursor is at none/);
    for (const use of [() => m.at(burst, 3), () => m.moveTo(address)]) {
      assert.throws(use, /this process freed it, and nobody has taken it/);
    }
    m.at(burst, 0);
    for (const use of [() => m.chain(address), () => m.attach(address)]) {
      assert.throws(use, /this process freed the packet at/);
    }
    assert.throws(() => m.freeBulk(burst), /freed it before; none was freed now/);
    assert.equal(pool.inUseCount, 7, "the others are as they were");
    for (const i of [0, 1, 2, 4, 5, 6, 7]) {
      assert.deepEqual([m.at(burst, i).pktLen, m.dataLen, m.headroom], [20 + i, 20 + i, 128]);
      assert.equal(m.check(), undefined);
    }
    // Twice in one burst.
    burst.set(3, burst.get(5));
    assert.throws(() => m.freeBulk(burst), /freed it before/);
    assert.equal(m.at(burst, 5).pktLen, 25);
    burst.set(3, pool.alloc()!);
    m.freeBulk(burst);
    assert.equal(pool.availCount, 63);
    // Taken again it is a packet again.
    const all = new PointerBuffer(63);
    assert.equal(pool.allocBulk(all), 63);
    assert.equal(m.moveTo(address).dataLen, 0);
    m.freeBulk(all);
  },
);

ealCase("what is freed refuses to work: the pool, its packets, all at the end", ONE, ({ args }) => {
  const eal = Eal.init(args);
  const pool = PktmbufPool.create("pool", 63);
  const twin = PktmbufPool.lookup("pool");
  const m = new MbufCursor();
  const burst = new PointerBuffer(4);
  pool.allocBulk(burst);
  m.at(burst, 0).append(10);
  const bytes = m.bytes();
  pool.free();
  assert.equal(bytes.length, 0, "detached");
  assert.throws(() => m.u8(0), /the cursor is at none/);
  assert.throws(() => m.at(burst, 0), /there is none of any pool/);
  for (const dead of [pool, twin]) {
    assert.throws(() => dead.alloc(), /it was freed/);
    assert.throws(() => dead.availCount, /it was freed/);
  }
  assert.throws(() => pool.free(), /it was freed/);
  pool[Symbol.dispose]();
  // Another pool, at the same place: the cursor sees its packets, not the old ones.
  const next = PktmbufPool.create("next", 63, { privSize: 64 });
  assert.equal(m.moveTo(next.alloc()!).privSize, 64);
  assert.equal(m.privateData.length, 64);
  assert.throws(() => m.clone(pool), /it was freed/);
  eal.cleanup();
  assert.throws(() => next.alloc(), /EAL was cleaned up/);
  assert.throws(() => m.moveTo(4096), /EAL was cleaned up/);
  assert.throws(() => m.pktLen, /the cursor is at none/);
  assert.throws(() => new MbufCursor(), /EAL was cleaned up/);
});
