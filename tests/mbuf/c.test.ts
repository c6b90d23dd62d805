import { Eal, MbufCursor, OlFlag, PacketType, PktmbufPool, PointerBuffer } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { dialog } from "../peers/dialog.ts";
import { randomIntegers } from "../ring/modes.ts";
import { asLooked, asPriv, look, privLine, rooms } from "./look.ts";

const hex = (value: number | bigint): string => value.toString(16);

ealCase(
  "C sees the pools that TypeScript made, TypeScript those of C",
  async ({ args, prefix }) => {
    using _eal = Eal.init(args);
    const c = await dialog("view_mbuf", prefix);
    for (
      const [n, options] of [
        [127, {}],
        [1000, { cacheSize: 32, privSize: 24 }],
        [500, { cacheSize: 0, dataRoomSize: 256, socketId: 0 }],
        [63, { opsName: "stack", privSize: 8, dataRoomSize: 4096 }],
        [63, { opsName: "ring_mt_hts", dataRoomSize: 0 }],
      ] as const
    ) {
      using pool = PktmbufPool.create("pool", n, options);
      assert.deepEqual((await c.ask("priv pool")).map(asPriv), [privLine(pool)]);
      const objects = await c.ask("objects pool");
      assert.deepEqual(pool.mempool.objects().map(hex), objects);
      for (const address of [objects.at(0)!, objects.at(-1)!]) {
        assert.deepEqual((await c.ask(`look ${address}`)).map(asLooked), [
          look(Number(`0x${address}`)),
        ]);
      }
    }
    const [line] = await c.ask("pool theirs 200 16 40 1024 -");
    const pool = PktmbufPool.lookup("theirs");
    assert.equal(privLine(pool), asPriv(line!));
    assert.equal("free" in pool, false);
    await c.end();
  },
);

ealCase(
  "every field, written here and read by C, and the other way round",
  async ({ args, prefix }) => {
    using _eal = Eal.init(args);
    const c = await dialog("view_mbuf", prefix);
    using pool = PktmbufPool.create("pool", 127, { privSize: 16 });
    const m = new MbufCursor();
    const random = randomIntegers(7);
    const u16 = () => random(65536);
    const u32 = () => random(65536) * 65536 + u16();
    for (let round = 0; round < 40; round++) {
      const address = pool.alloc()!;
      m.moveTo(address);
      assert.deepEqual(
        (await c.ask(`look ${hex(address)}`)).map(asLooked),
        [look(address)],
        "fresh",
      );
      m.append(random(2000));
      m.port = u16();
      m.olFlags = (BigInt(u32()) << 32n | BigInt(u32())) & ~(OlFlag.EXTERNAL | OlFlag.INDIRECT);
      m.packetType = u32();
      m.vlanTci = u16();
      m.vlanTciOuter = u16();
      m.rssHash = u32();
      m.setTxOffload({
        l2Len: random(128),
        l3Len: random(512),
        l4Len: random(256),
        tsoSegsz: u16(),
        outerL3Len: random(512),
        outerL2Len: random(128),
      });
      assert.deepEqual((await c.ask(`look ${hex(address)}`)).map(asLooked), [look(address)]);
      assert.deepEqual(await c.ask(`rooms ${hex(address)}`), [rooms(m)]);
      for (
        const [field, value] of [
          ["port", u16()],
          ["packet_type", u32()],
          ["vlan_tci", u16()],
          ["hash.rss", u32()],
          ["vlan_tci_outer", u16()],
          ["tx_offload", u32() * 1024],
          ["ol_flags", u32()],
        ] as const
      ) await c.ask(`set ${hex(address)} ${field} ${value}`);
      assert.deepEqual((await c.ask(`look ${hex(address)}`)).map(asLooked), [look(address)]);
      assert.equal(m.rxFlags, Number(m.olFlags & 0xffffffffn));
      m.free();
    }
    assert.equal(pool.availCount, 127);
    await c.end();
  },
);

ealCase("a fresh mbuf is what C's reset leaves, whatever was in it", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const c = await dialog("view_mbuf", prefix);
  using _pool = PktmbufPool.create("pool", 15, { cacheSize: 0 });
  const m = new MbufCursor();
  const random = randomIntegers(11);
  const pool = PktmbufPool.lookup("pool");
  for (let round = 0; round < 30; round++) {
    const [ours, theirs] = [pool.alloc()!, pool.alloc()!];
    for (const address of [ours, theirs]) {
      for (const field of ["data_off", "nb_segs", "port", "vlan_tci", "vlan_tci_outer"]) {
        await c.ask(`set ${hex(address)} ${field} ${random(1000) + 1}`);
      }
      for (const field of ["ol_flags", "packet_type", "pkt_len", "tx_offload", "next"]) {
        await c.ask(`set ${hex(address)} ${field} ${random(65536) + 1}`);
      }
      await c.ask(`set ${hex(address)} data_len ${random(1000)}`);
    }
    m.moveTo(ours).reset();
    await c.ask(`reset ${hex(theirs)}`);
    const own = (line: string) => line.replaceAll(/(buf_addr|iova)=\w+/g, "");
    const [a, b] = [await c.ask(`look ${hex(ours)}`), await c.ask(`look ${hex(theirs)}`)];
    assert.equal(own(a[0]!).replace(/hash.rss=\d+/, ""), own(b[0]!).replace(/hash.rss=\d+/, ""));
    assert.equal(m.dataLen, 0);
    for (const address of [ours, theirs]) m.moveTo(address).free();
  }
  assert.equal(pool.availCount, 15);
  await c.end();
});

ealCase(
  "append, prepend, adj and trim leave what C's leave, step by step",
  async ({ args, prefix }) => {
    using _eal = Eal.init(args);
    const c = await dialog("view_mbuf", prefix);
    using pool = PktmbufPool.create("pool", 127, { dataRoomSize: 512 });
    const random = randomIntegers(3);
    const m = new MbufCursor();
    const own = (line: string) => line.replaceAll(/(buf_addr|iova|next|hash.rss)=\w+/g, "");
    for (let round = 0; round < 12; round++) {
      // Two alike, of one to three segments: ours and C's.
      const pair = [0, 1].map(() => Array.from({ length: 1 + round % 3 }, () => pool.alloc()!));
      for (const [head, ...rest] of pair) {
        for (const tail of rest) m.moveTo(head!).chain(tail);
      }
      const [ours, theirs] = [pair[0]![0]!, pair[1]![0]!];
      for (let step = 0; step < 25; step++) {
        const n = random(round < 6 ? 100 : 600);
        const operation = (["append", "prepend", "adj", "trim"] as const)[random(4)]!;
        const [answer] = await c.ask(`${operation} ${hex(theirs)} ${n}`);
        const done = operation === "trim" ? answer === "0" : answer !== "0";
        assert.equal(m.moveTo(ours)[operation](n), done, `${operation} ${n}`);
        const [a, b] = [await c.ask(`look ${hex(ours)}`), await c.ask(`look ${hex(theirs)}`)];
        assert.equal(own(a[0]!), own(b[0]!), `${operation} ${n}`);
        assert.deepEqual(a.map(asLooked), [look(ours)]);
      }
      m.moveTo(ours).free();
      m.moveTo(theirs).free();
    }
    assert.equal(pool.availCount, 127);
    await c.end();
  },
);

ealCase("bytes across segments are what C reads there", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const c = await dialog("view_mbuf", prefix);
  using pool = PktmbufPool.create("pool", 255, { dataRoomSize: 256 });
  const random = randomIntegers(5);
  const m = new MbufCursor();
  const text = (bytes: Uint8Array) =>
    [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  for (let round = 0; round < 30; round++) {
    const parts = Array.from({ length: 1 + random(5) }, () => {
      const bytes = Uint8Array.from({ length: random(120) }, () => random(256));
      return { bytes, address: m.moveTo(pool.alloc()!).fill(bytes).address };
    });
    const [head, ...rest] = parts;
    for (const { address } of rest) m.moveTo(head!.address).chain(address);
    m.moveTo(head!.address);
    const all = Uint8Array.from(parts.flatMap(({ bytes }) => [...bytes]));
    assert.deepEqual([m.pktLen, m.nbSegs], [all.length, parts.length]);
    assert.equal(text(m.read()), text(all));
    for (let i = 0; i < 10; i++) {
      const offset = random(all.length + 1);
      const length = random(all.length - offset + 1);
      const [theirs = ""] = await c.ask(`bytes ${hex(m.address)} ${offset} ${length}`);
      assert.equal(text(m.read(offset, length)), theirs);
      const fresh = Uint8Array.from({ length }, () => random(256));
      m.write(offset, fresh);
      assert.deepEqual(await c.ask(`bytes ${hex(m.address)} ${offset} ${length}`), [text(fresh)]);
    }
    assert.equal(m.check(), undefined);
    assert.deepEqual(await c.ask(`check ${hex(m.address)}`), ["0"]);
    // Each segment by itself.
    const lengths: number[] = [m.dataLen];
    while (m.nextSegment()) lengths.push(m.dataLen);
    assert.deepEqual(lengths, parts.map(({ bytes }) => bytes.length));
    m.moveTo(head!.address).free();
  }
  assert.equal(pool.availCount, 255);
  await c.end();
});

ealCase("names of flags and packet types are DPDK's", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const c = await dialog("view_mbuf", prefix);
  using pool = PktmbufPool.create("pool", 7, { cacheSize: 0 });
  const m = new MbufCursor().moveTo(pool.alloc()!);
  const { EXTERNAL: _e, INDIRECT: _i, ...flags } = OlFlag;
  for (const mask of [0n, ...Object.values(flags)]) {
    m.olFlags = mask;
    const lists = [
      await c.ask(`flagnames ${hex(mask)} rx`),
      await c.ask(`flagnames ${hex(mask)} tx`),
    ];
    const names = lists.flat().flatMap((line) => line.split(" ")).filter((name) => name !== "");
    assert.deepEqual(m.olFlagNames(), names);
  }
  for (const type of Object.values(PacketType)) {
    m.packetType = type;
    const [name] = await c.ask(`ptype ${hex(type)}`);
    assert.equal(m.packetTypeName(), name!.trim());
  }
  m.packetType = PacketType.L2_ETHER | PacketType.L3_IPV4 | PacketType.L4_UDP;
  assert.equal(m.packetTypeName(), "L2_ETHER L3_IPV4 L4_UDP");
  m.free();
  await c.end();
});

ealCase(
  "mbufs go to and fro between C and TypeScript, and none gets lost",
  async ({ args, prefix }) => {
    using _eal = Eal.init(args);
    const c = await dialog("view_mbuf", prefix);
    await c.ask("pool theirs 511 0 0 2176 -");
    using ours = PktmbufPool.create("ours", 511, { cacheSize: 0 });
    const theirs = PktmbufPool.lookup("theirs");
    const packets = new MbufCursor();
    const burst = new PointerBuffer(64);
    for (let round = 0; round < 20; round++) {
      const made = [...await c.ask("alloc theirs 32"), ...await c.ask("alloc ours 32")];
      for (const [i, address] of made.entries()) burst.set(i, Number(`0x${address}`));
      for (let i = 0; i < 64; i++) assert.equal(packets.at(burst, i).append(i), true);
      packets.freeBulk(burst);
      assert.equal(ours.allocBulk(burst, 32), 32);
      assert.equal(theirs.allocBulk(burst, 32, 32), 32);
      for (let at = 0; at < 64; at += 32) {
        await c.ask(`free ${burst.toArray().slice(at, at + 32).map(hex).join(" ")}`);
      }
      assert.deepEqual([ours.availCount, theirs.availCount], [511, 511]);
    }
    await c.end();
  },
);
