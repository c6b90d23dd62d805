import { Eal, MbufCursor, Mempool, PktmbufPool, PointerBuffer } from "../../mod.ts";
import { assert, ealCase, test } from "../kit.ts";

const ONE = { args: ["--no-huge", "--no-shconf"] };

test("without EAL there are no packets", () => {
  assert.throws(() => new MbufCursor().moveTo(4096), /call Eal.init\(\) first/);
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
  const object = plain.get()!;
  for (const address of [1, 12345, good + 64, good + 8, good - 64, object, 2 ** 47]) {
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
  m.moveTo(good).free();
  assert.equal(pool.mempool.full, true, "nothing was taken, nothing given back");
  plain.put(object);
  assert.equal(plain.full, true);
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
    assert.throws(() => m.freeBulk(burst), /this process freed the packet at .* nothing was done/);
    assert.equal(pool.inUseCount, 7, "the others are as they were");
    for (const i of [0, 1, 2, 4, 5, 6, 7]) {
      assert.deepEqual([m.at(burst, i).pktLen, m.dataLen, m.headroom], [20 + i, 20 + i, 128]);
      assert.equal(m.check(), undefined);
    }
    // Twice in one burst.
    burst.set(3, burst.get(5));
    assert.throws(() => m.freeBulk(burst), /is there twice; none was taken/);
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
  assert.throws(() => new MbufCursor().moveTo(4096), /EAL was cleaned up/);
});

ealCase("two cursors on one packet: what changes its size looks at it anew", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using pool = PktmbufPool.create("pool", 63, { cacheSize: 0 });
  const [a, b] = [new MbufCursor(), new MbufCursor()];
  a.moveTo(pool.alloc()!).append(64);
  b.moveTo(a.address).adj(14);
  assert.equal(a.adj(60), false, "50 are left");
  assert.deepEqual([a.pktLen, a.dataLen], [50, 50]);
  b.prepend(10);
  assert.equal(a.trim(61), false);
  assert.equal(a.trim(60), true);
  assert.equal(b.append(5), true);
  assert.deepEqual([a.moveTo(b.address).pktLen, a.dataLen, a.check()], [5, 5, undefined]);
  b.free();
  for (const use of [() => a.append(1), () => a.adj(1), () => a.reset(), () => a.copy(pool)]) {
    const c = new MbufCursor().moveTo(pool.alloc()!);
    a.moveTo(c.address);
    c.free();
    assert.throws(use, /this process freed it/);
  }
});

ealCase("a clone that is reset or filled leaves the other's data alone", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using pool = PktmbufPool.create("pool", 63, { cacheSize: 0, dataRoomSize: 512 });
  const m = new MbufCursor().moveTo(pool.alloc()!).fill(new Uint8Array(100).fill(7));
  for (const change of ["reset", "fill"] as const) {
    const clone = new MbufCursor().moveTo(m.clone(pool)!);
    if (change === "reset") clone.reset();
    else clone.fill(new Uint8Array(50).fill(1));
    assert.deepEqual([clone.isCloned, m.refcnt, clone.headroom], [false, 1, 128]);
    assert.deepEqual(m.read(), new Uint8Array(100).fill(7));
    clone.free();
  }
  assert.throws(() => m.fill(new Uint8Array(385)), /384 fit/);
  assert.equal(m.pktLen, 100, "as it was");
  m.free();
  assert.equal(pool.availCount, 63);
  const all = new PointerBuffer(63);
  pool.allocBulk(all);
  for (let i = 0; i < 63; i++) {
    m.at(all, i);
    assert.equal(m.bufAddr, m.address + 128, "each has its own buffer");
  }
  m.freeBulk(all);
});

ealCase(
  "segments: freed twice, in a loop, out of the pool, more than there are",
  ONE,
  ({ args }) => {
    using _eal = Eal.init(args);
    using pool = PktmbufPool.create("pool", 63, { cacheSize: 0 });
    const m = new MbufCursor();
    const next = 64; // offset of `next` in an mbuf
    const packet = (...lengths: number[]) => {
      const parts = lengths.map((n) => m.moveTo(pool.alloc()!).fill(new Uint8Array(n)).address);
      m.moveTo(parts[0]!);
      for (const tail of parts.slice(1)) m.chain(tail);
      return parts;
    };
    // A segment that was freed, then its head.
    const [head, tail] = packet(10, 20);
    m.moveTo(tail!).free();
    assert.throws(() => m.moveTo(head!).free(), /has a segment that this process freed/);
    m.moveTo(head!).mbufBytes(next, 8).setBigUint64(0, 0n, true);
    m.mbufBytes(20, 2).setUint16(0, 1, true); // nb_segs
    m.mbufBytes(36, 4).setUint32(0, 10, true); // pkt_len
    m.free();
    assert.equal(pool.availCount, 63);
    // Pieces and wholes of one chain.
    const [one, two] = packet(10, 20);
    assert.throws(() => m.moveTo(two!).chain(one!), /one is a segment of the other already/);
    // A wild pointer, a loop, a length that lies.
    const broken: readonly [what: number, good: bigint, bad: bigint, message: RegExp][] = [
      [next, BigInt(two!), 0xdead0000n, /there is no mbuf/],
      [next, BigInt(two!), BigInt(one!), /more segments than its nb_segs says/],
    ];
    const burst = new PointerBuffer(1);
    burst.set(0, one!);
    for (const [field, good, bad, message] of broken) {
      m.moveTo(one!).mbufBytes(field, 8).setBigUint64(0, bad, true);
      for (
        const use of [() => m.free(), () => m.freeBulk(burst), () => m.copy(pool), () => m.dump()]
      ) {
        assert.throws(use, message);
        m.moveTo(one!);
      }
      m.mbufBytes(field, 8).setBigUint64(0, good, true);
    }
    m.mbufBytes(36, 4).setUint32(0, 5000, true);
    for (
      const use of [() => m.copy(pool), () => m.clone(pool), () => m.linearize(), () => m.dump()]
    ) {
      assert.throws(use, /its pkt_len is 5000, and its segments have 30 bytes/);
    }
    m.mbufBytes(36, 4).setUint32(0, 30, true);
    m.free();
    assert.equal(pool.availCount, 63);
  },
);

ealCase("a loop of segments has an end", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using pool = PktmbufPool.create("pool", 15, { cacheSize: 0 });
  const m = new MbufCursor();
  const [one, two] = [pool.alloc()!, pool.alloc()!];
  m.moveTo(one).chain(two);
  m.moveTo(two).mbufBytes(64, 8).setBigUint64(0, BigInt(one), true);
  m.moveTo(one);
  assert.throws(() => {
    while (m.nextSegment());
  }, /its chain has a loop/);
  m.moveTo(two).mbufBytes(64, 8).setBigUint64(0, 0n, true);
  m.moveTo(one).free();
  assert.equal(pool.availCount, 15);
});
