// What DPDK says of a packet: the reason of rte_mbuf_check, and the text of rte_pktmbuf_dump.

import { Eal, MbufCursor, OlFlag, PktmbufPool } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { dialog } from "../peers/dialog.ts";

const hex = (value: number): string => value.toString(16);

ealCase("check() says what C's rte_mbuf_check says of the same packet", async (
  { args, prefix },
) => {
  using _eal = Eal.init(args);
  const c = await dialog("view_mbuf", prefix);
  using pool = PktmbufPool.create("pool", 15, { cacheSize: 0 });
  const m = new MbufCursor().moveTo(pool.alloc()!).fill(new Uint8Array(60));
  const address = hex(m.address);
  const reasons = new Set<string>();
  for (
    const [field, good, bad] of [
      ["pkt_len", 60, 1],
      ["nb_segs", 1, 2],
      ["refcnt", 1, 65535],
      ["data_len", 60, 59],
    ] as const
  ) {
    await c.ask(`set ${address} ${field} ${bad}`);
    const [theirs] = await c.ask(`check ${address}`);
    const [, reason] = theirs!.match(/^-1 (\w.*)$/) ?? [];
    assert.equal(m.check(), reason, `${field}: ${theirs}`);
    reasons.add(reason!);
    await c.ask(`set ${address} ${field} ${good}`);
    assert.deepEqual([m.check(), await c.ask(`check ${address}`)], [undefined, ["0"]], field);
  }
  assert.equal(reasons.size, 4, [...reasons].join(", "));
  // Where the data is nowhere to be read, no cursor goes: it says that itself.
  for (
    const [field, good, bad] of [["buf_addr", m.bufAddr, 0], ["data_off", 128, 3000]] as const
  ) {
    await c.ask(`set ${address} ${field} ${bad}`);
    assert.throws(() => m.check(), { name: "DpdkError", message: /it is broken: / }, field);
    await c.ask(`set ${address} ${field} ${good}`);
    assert.equal(m.moveTo(Number(`0x${address}`)).check(), undefined);
  }
  m.free();
  assert.equal(pool.mempool.full, true);
  await c.end();
});

ealCase("dump() is C's rte_pktmbuf_dump of the same packet", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const c = await dialog("view_mbuf", prefix);
  using pool = PktmbufPool.create("pool", 15, { cacheSize: 0, privSize: 8 });
  const [m, tail] = [60, 19].map((length, part) =>
    new MbufCursor().moveTo(pool.alloc()!).fill(
      Uint8Array.from({ length }, (_, i) => part * 100 + i),
    )
  ) as [MbufCursor, MbufCursor];
  m.chain(tail.address);
  m.port = 3;
  m.olFlags = OlFlag.RX_VLAN;
  const ask = (length: number) => c.ask(`dump ${hex(m.address)} ${length}`);
  const lines = (text: string): string[] => {
    assert.equal(text.endsWith("\n"), true);
    return text.slice(0, -1).split("\n");
  };
  const data = (text: string) => lines(text).filter((line) => /^ ?[0-9A-F]{8}:/.test(line));
  assert.deepEqual(lines(m.dump()), await ask(79));
  for (const length of [0, 1, 16, 17, 60, 61, 78, 79, 80, 5000]) {
    assert.deepEqual(lines(m.dump(length)), await ask(length), `${length} bytes`);
  }
  assert.deepEqual(data(m.dump(0)), []);
  assert.match(m.dump(0), /pkt_len=79.*nb_segs=2/s);
  assert.equal(data(m.dump(17)).length, 2);
  assert.equal(data(m.dump()).length, 4 + 2);
  for (const bad of [-1, 1.5, NaN, 2 ** 32]) assert.throws(() => m.dump(bad), RangeError);
  m.free();
  assert.equal(pool.mempool.full, true);
  await c.end();
});
