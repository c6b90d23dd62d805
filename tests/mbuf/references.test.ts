import { Eal, MbufCursor, PktmbufPool, PointerBuffer } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { dialog } from "../peers/dialog.ts";
import { randomIntegers } from "../ring/modes.ts";
import { asLooked, look } from "./look.ts";

const hex = (value: number): string => value.toString(16);

/** A packet of some segments with known bytes. */
function packet(pool: PktmbufPool, ...lengths: number[]): MbufCursor {
  const m = new MbufCursor();
  const parts = lengths.map((length, part) =>
    m.moveTo(pool.alloc()!).fill(Uint8Array.from({ length }, (_, i) => part * 50 + i)).address
  );
  m.moveTo(parts[0]!);
  for (const tail of parts.slice(1)) m.chain(tail);
  return m;
}

ealCase("a clone shares the data, a copy has its own; C agrees", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const c = await dialog("view_mbuf", prefix);
  using pool = PktmbufPool.create("pool", 255, { dataRoomSize: 512, privSize: 8 });
  using other = PktmbufPool.create("other", 255, { dataRoomSize: 300 });
  const m = packet(pool, 100, 40, 7);
  m.port = 3;
  m.rssHash = 77;
  const clone = new MbufCursor().moveTo(m.clone(other)!);
  assert.deepEqual([clone.isCloned, clone.nbSegs, clone.pktLen, m.refcnt], [true, 3, 147, 2]);
  assert.deepEqual([clone.port, clone.rssHash], [3, 77]);
  for (const address of [m.address, clone.address]) {
    assert.deepEqual((await c.ask(`look ${hex(address)}`)).map(asLooked), [look(address)]);
    assert.deepEqual(await c.ask(`check ${hex(address)}`), ["0"]);
  }
  m.setU8(5, 200);
  assert.equal(clone.u8(5), 200, "one memory");
  const copy = new MbufCursor().moveTo(m.copy(other)!);
  assert.deepEqual([copy.isCloned, copy.pktLen, copy.nbSegs], [false, 147, 1]);
  assert.deepEqual(copy.read(), m.read());
  m.setU8(5, 5);
  assert.equal(copy.u8(5), 200, "memory of its own");
  const part = new MbufCursor().moveTo(m.copy(other, 90, 20)!);
  assert.deepEqual(part.read(), m.read(90, 20));
  // A clone of a clone is attached to the same data.
  const again = new MbufCursor().moveTo(clone.clone(pool)!);
  assert.equal(m.refcnt, 3);
  assert.deepEqual(again.read(), m.read());
  for (const one of [m, again, copy, part]) one.free();
  assert.deepEqual(
    clone.read(90, 20),
    Uint8Array.from(
      [...Array(10).keys()].map((i) => 90 + i)
        .concat([...Array(10).keys()].map((i) => 50 + i)),
    ),
    "the data lives as long as one has it",
  );
  assert.equal(pool.inUseCount, 3);
  clone.free();
  assert.deepEqual([pool.availCount, other.availCount], [255, 255]);
  await c.end();
});

ealCase("attach and detach leave what C's leave", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const c = await dialog("view_mbuf", prefix);
  using pool = PktmbufPool.create("pool", 127, { dataRoomSize: 512, privSize: 16 });
  const m = packet(pool, 60);
  m.vlanTci = 99;
  m.setTxOffload({ l2Len: 14, l3Len: 20 });
  const [ours, theirs] = [pool.alloc()!, pool.alloc()!];
  const own = new MbufCursor().moveTo(ours);
  const fresh = look(ours);
  own.attach(m.address);
  await c.ask(`attach ${hex(theirs)} ${hex(m.address)}`);
  assert.equal(m.refcnt, 3);
  assert.equal(look(ours), look(theirs));
  assert.deepEqual((await c.ask(`look ${hex(ours)}`)).map(asLooked), [look(ours)]);
  assert.deepEqual(own.read(), m.read());
  assert.throws(() => own.attach(m.address), /detach it first/);
  assert.throws(() => m.attach(m.address), /the same mbuf/);
  assert.throws(() => m.attach(theirs), /others hold references/);
  assert.throws(() => m.detach(), /attached to none/);
  own.detach();
  await c.ask(`detach ${hex(theirs)}`);
  assert.equal(m.refcnt, 1);
  const kept = (line: string) =>
    line.replaceAll(/(buf_addr|iova|pkt_len|vlan_tci|tx_offload|l._len|hash.rss)=\w+/g, "");
  assert.equal(kept(look(ours)), kept(fresh));
  assert.deepEqual([own.dataLen, own.tailroom], [0, 512 - 128]);
  assert.equal(
    look(ours).replaceAll(/(buf_addr|iova)=\w+/g, ""),
    look(theirs).replaceAll(/(buf_addr|iova)=\w+/g, ""),
  );
  // The last one that was attached frees the data.
  own.attach(m.address);
  m.free();
  assert.equal(pool.inUseCount, 3);
  own.detach();
  assert.equal(pool.inUseCount, 2);
  for (const address of [ours, theirs]) own.moveTo(address).free();
  assert.equal(pool.availCount, 127);
  await c.end();
});

ealCase(
  "chains: put together, brought into one, taken apart; C agrees",
  async ({ args, prefix }) => {
    using _eal = Eal.init(args);
    const c = await dialog("view_mbuf", prefix);
    using pool = PktmbufPool.create("pool", 255, { dataRoomSize: 400 });
    const m = packet(pool, 30, 20, 10);
    assert.deepEqual([m.nbSegs, m.pktLen, m.dataLen, m.isContiguous], [3, 60, 30, false]);
    const tail = packet(pool, 5, 4);
    m.chain(tail.address);
    assert.deepEqual([m.nbSegs, m.pktLen, tail.pktLen], [5, 69, 5]);
    assert.deepEqual(await c.ask(`check ${hex(m.address)}`), ["0"]);
    assert.throws(() => m.chain(tail.address), /one is a segment of the other already/);
    const bytes = m.read();
    assert.equal(m.linearize(), true);
    assert.deepEqual([m.nbSegs, m.dataLen], [1, 69]);
    assert.deepEqual(m.read(), bytes);
    assert.equal(pool.inUseCount, 1);
    const large = packet(pool, 200, 200);
    assert.equal(large.linearize(), false, "the first segment has no room for the second");
    assert.equal(large.nbSegs, 2);
    // A broken chain is told, not followed.
    await c.ask(`set ${hex(large.address)} nb_segs 1`);
    assert.throws(() => large.read(), /more segments than its nb_segs says/);
    await c.ask(`set ${hex(large.address)} nb_segs 2`);
    const { next } = large;
    await c.ask(`set ${hex(large.address)} next ${next + 64}`);
    for (const use of [() => large.read(), () => large.check(), () => large.clone(pool)]) {
      assert.throws(use, /there is no mbuf/);
    }
    await c.ask(`set ${hex(large.address)} next ${next}`);
    await c.ask(`set ${hex(next)} next ${large.address}`);
    assert.throws(() => large.dump(), /more segments than/, "a loop");
    await c.ask(`set ${hex(next)} next 0`);
    assert.match(large.dump(), /pkt_len=400/);
    large.free();
    m.free();
    assert.equal(pool.availCount, 255);
    await c.end();
  },
);

ealCase("reference counts are one count for all processes", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const c = await dialog("view_mbuf", prefix);
  using pool = PktmbufPool.create("pool", 15, { cacheSize: 0 });
  const m = packet(pool, 10);
  assert.equal(m.refcntUpdate(2), 3);
  assert.deepEqual(await c.ask(`refcnt ${hex(m.address)} 1`), ["4"]);
  assert.equal(m.refcnt, 4);
  const { address } = m;
  m.free();
  await c.ask(`free ${hex(address)}`);
  assert.equal(m.moveTo(address).refcnt, 2, "who holds a reference goes on using it");
  assert.equal(m.refcntUpdate(-1), 1);
  assert.throws(() => m.refcntUpdate(-1), RangeError);
  m.free();
  assert.equal(pool.availCount, 15);
  await c.end();
});

ealCase("random clones, copies, chains and frees lose no mbuf", ({ args }) => {
  using _eal = Eal.init([...args, "--no-huge", "--no-shconf"]);
  using pool = PktmbufPool.create("pool", 511, { cacheSize: 32, dataRoomSize: 512 });
  const random = randomIntegers(23);
  const m = new MbufCursor();
  const held: number[] = [];
  const burst = new PointerBuffer(8);
  for (let step = 0; step < 20_000; step++) {
    const pick = held.length === 0 ? -1 : random(held.length);
    switch (random(6)) {
      case 0:
        if (pool.allocBulk(burst, 4) === 4) {
          for (let i = 0; i < 4; i++) {
            held.push(m.at(burst, i).fill(new Uint8Array(random(300))).address);
          }
        }
        break;
      case 1: {
        const clone = pick < 0 ? undefined : m.moveTo(held[pick]!).clone(pool);
        if (clone !== undefined) held.push(clone);
        break;
      }
      case 2: {
        const copy = pick < 0 ? undefined : m.moveTo(held[pick]!).copy(pool);
        if (copy !== undefined) held.push(copy);
        break;
      }
      case 3:
        if (held.length > 2 && m.moveTo(held[pick]!).refcnt === 1) {
          const [tail] = held.splice((pick + 1) % held.length, 1);
          const head = held[random(held.length)]!;
          if (m.moveTo(head).nbSegs < 6) m.chain(tail!);
          else held.push(tail!);
        }
        break;
      default:
        if (pick >= 0) m.moveTo(held.splice(pick, 1)[0]!).free();
    }
    if (step % 500 === 0) {
      for (const address of held) assert.equal(m.moveTo(address).check(), undefined);
    }
  }
  for (const address of held) m.moveTo(address).free();
  assert.equal(pool.availCount, 511);
});
