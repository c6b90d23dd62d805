// Taking mbufs out of a pool: rte_pktmbuf_reset is written again here, so C says what a fresh one is; and a
// pool that is empty.

import { abi } from "../../ffi/abi/mod.ts";
import { Eal, MbufCursor, PktmbufPool, PointerBuffer } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { dialog } from "../peers/dialog.ts";
import { randomIntegers } from "../ring/modes.ts";

const N = 15;
const hex = (value: number): string => value.toString(16);

/** Every field that an mbuf in its pool may have of its last use, or that stays, with a value not 0. */
function dirt(
  random: (limit: number) => number,
): (readonly [field: string, value: bigint | number])[] {
  const u16 = () => 1 + random(65534);
  const u32 = () => 1 + random(65536) + 65536 * random(65535);
  return [
    ["data_off", u16()],
    ["port", random(65535)],
    // All but EXTERNAL, which says whose the buffer is: no mbuf is in such a pool with it.
    ["ol_flags", (BigInt(u32()) << 32n | BigInt(u32())) & ~(1n << 61n)],
    ["packet_type", u32()],
    ["pkt_len", u32()],
    ["data_len", u16()],
    ["vlan_tci", u16()],
    ["vlan_tci_outer", u16()],
    ["tx_offload", BigInt(u32()) << 32n | BigInt(u32())],
    // From 25.11 on, C's alloc relies on what a free leaves in these, and does not store them.
    ...abi().number >= 26 ? [] : [
      ["nb_segs", u16() | 2] as const,
      ["next", BigInt(u32()) << 32n | BigInt(u32())] as const,
    ],
    // A reset leaves it.
    ["hash.rss", u32()],
  ];
}

for (const cacheSize of [0, 8]) {
  ealCase(
    `each field of an mbuf that is taken is what C's alloc leaves there, cache of ${cacheSize}`,
    async ({ args, prefix }) => {
      using _eal = Eal.init(args);
      const c = await dialog("view_mbuf", prefix);
      using pool = PktmbufPool.create("pool", N, { cacheSize });
      const m = new MbufCursor();
      const all = new PointerBuffer(N);
      const random = randomIntegers(19);
      const alike = (line: string | undefined) => line!.replaceAll(/(buf_addr|iova)=\w+/g, "");
      for (let round = 0; round < 4; round++) {
        assert.equal(pool.allocBulk(all), N);
        m.freeBulk(all);
        // Whoever frees sets some fields; so they are written when all are in the pool.
        for (const [field, value] of dirt(random)) {
          for (const address of all.toArray()) await c.ask(`set ${hex(address)} ${field} ${value}`);
        }
        const burst = new PointerBuffer(4);
        assert.equal(pool.allocBulk(burst, 3, 1), 3);
        const ours = [...burst.toArray().slice(1), pool.alloc()!];
        const [theirs] = await c.ask("alloc pool 1") as [string];
        const [expected] = await c.ask(`look ${theirs}`);
        assert.match(expected!, / hash\.rss=[1-9].* next=0 /, "and what a reset leaves is left");
        for (const address of ours) {
          const looked = await c.ask(`look ${hex(address)}`);
          assert.deepEqual(looked.map(alike), [alike(expected)]);
          assert.deepEqual(await c.ask(`check ${hex(address)}`), ["0"]);
        }
        await c.ask(`free ${theirs} ${ours.map(hex).join(" ")}`);
        assert.equal(pool.inUseCount, 0);
      }
      await c.end();
    },
  );

  ealCase(`an empty pool gives nothing, and loses nothing, cache of ${cacheSize}`, ({ args }) => {
    using _eal = Eal.init([...args, "--no-huge", "--no-shconf"]);
    using pool = PktmbufPool.create("pool", N, { cacheSize, dataRoomSize: 128 + 64 });
    const m = new MbufCursor();
    const all = new PointerBuffer(N);
    const burst = new PointerBuffer(4);
    assert.equal(pool.allocBulk(all), N);
    assert.equal(new Set(all.toArray()).size, N);
    const first = m.at(all, 0).fill(new Uint8Array(60).fill(7)).address;
    const tail = m.at(all, 1).fill(new Uint8Array(40).fill(8)).address;
    m.moveTo(first).chain(tail);
    const refuse = (): void => {
      assert.equal(pool.allocBulk(burst), 0);
      assert.equal(pool.allocBulk(burst, 2, 2), 0);
      m.moveTo(first);
      assert.deepEqual([m.clone(pool), m.copy(pool)], [undefined, undefined]);
      assert.deepEqual([m.refcnt, m.nbSegs, m.pktLen, m.check()], [1, 2, 100, undefined]);
      assert.equal(m.moveTo(tail).refcnt, 1);
    };
    assert.equal(pool.alloc(), undefined);
    assert.equal(pool.allocBulk(burst, 1), 0);
    refuse();
    assert.equal(pool.inUseCount, N);
    // One is there: too few for a burst, and for the two segments of a clone or a copy.
    m.at(all, 14).free();
    refuse();
    assert.deepEqual([pool.availCount, pool.inUseCount], [1, N - 1]);
    const last = pool.alloc()!;
    assert.equal(last, all.get(14));
    assert.equal(pool.alloc(), undefined);
    m.moveTo(first).free();
    m.freeBulk(all, N - 2, 2);
    assert.equal(pool.mempool.full, true);
    assert.equal(pool.allocBulk(all), N, "all are there again");
    m.freeBulk(all);
    assert.equal(pool.inUseCount, 0);
  });
}
