// Queues that are full, offsets and sizes of bursts, and buffers for transmission. net_ring sends to
// itself: what its ring has no room for stays the caller's.

import {
  Eal,
  EthDev,
  MbufCursor,
  type OwnedPktmbufPool,
  PktmbufPool,
  PointerBuffer,
  TxBuffer,
} from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { randomIntegers } from "../ring/modes.ts";
import { bringUp, COPY_FREES } from "./ports.ts";

/** How many packets a ring of net_ring holds: its size, 1024, less one. */
const ROOM = 1023;

const RING = { args: ["--no-huge", "--no-shconf", "--vdev=net_ring0"] };
const TWO = { args: ["--no-huge", "--no-shconf", "--vdev=net_ring0", "--vdev=net_null0,size=70"] };

function ringPort(pool: PktmbufPool): EthDev {
  return bringUp(EthDev.find("net_ring0"), pool);
}

/** Numbered packets at the front of a buffer. */
function numbered(pool: PktmbufPool, burst: PointerBuffer, n: number, first = 0): void {
  const packets = new MbufCursor();
  assert.equal(pool.allocBulk(burst, n), n);
  for (let i = 0; i < n; i++) {
    packets.at(burst, i).append(60);
    packets.setBe32(14, first + i);
  }
}

/** The numbers of packets in a buffer. */
function numbers(burst: PointerBuffer, n: number, from = 0): number[] {
  const packets = new MbufCursor();
  return Array.from({ length: n }, (_, i) => packets.at(burst, from + i).be32(14));
}

const count = (n: number, first = 0): number[] => Array.from({ length: n }, (_, i) => first + i);

/** Takes all that a port has, and frees it; how many it were. */
function drain(dev: EthDev): number {
  const rx = dev.rxQueue(0);
  const burst = new PointerBuffer(256);
  const packets = new MbufCursor();
  let all = 0;
  for (;;) {
    const n = rx.rxBurst(burst);
    if (n === 0) return all;
    packets.freeBulk(burst, n);
    all += n;
  }
}

function full(pool: OwnedPktmbufPool): void {
  assert.equal(pool.availCount, pool.size);
}

ealCase("what a full queue does not take stays the caller's", RING, ({ args }) => {
  using _eal = Eal.init(args);
  const pool = PktmbufPool.create("packets", 4095, { dataRoomSize: 256 });
  const dev = ringPort(pool);
  const [rx, tx] = [dev.rxQueue(0), dev.txQueue(0)];
  const packets = new MbufCursor();
  const burst = new PointerBuffer(1500);
  numbered(pool, burst, 1500);
  const addresses = burst.toArray();
  assert.equal(tx.txBurst(burst), ROOM);
  assert.equal(tx.txBurst(burst, 1500 - ROOM, ROOM), 0);
  // They are as they were, and can be sent, changed or freed.
  assert.deepEqual(burst.toArray(), addresses);
  assert.deepEqual(numbers(burst, 1500 - ROOM, ROOM), count(1500 - ROOM, ROOM));
  assert.equal(pool.availCount, 4095 - 1500);

  const got = new PointerBuffer(ROOM);
  assert.equal(rx.rxBurst(got, 23), 23);
  assert.deepEqual(got.toArray(23), addresses.slice(0, 23));
  assert.equal(tx.txBurst(burst, 400, ROOM), 23);
  packets.freeBulk(burst, 1500 - ROOM - 23, ROOM + 23);
  packets.freeBulk(got, 23);
  // The same mbufs come back, in order, and no more than there are.
  assert.equal(rx.rxBurst(got), ROOM);
  assert.deepEqual(got.toArray(), addresses.slice(23, 23 + ROOM));
  assert.deepEqual(numbers(got, ROOM), count(ROOM, 23));
  assert.equal(rx.rxBurst(burst), 0);
  packets.freeBulk(got);
  const { ipackets, opackets } = dev.stats();
  assert.deepEqual([ipackets, opackets], [BigInt(ROOM + 23), BigInt(ROOM + 23)]);
  full(pool);
});

ealCase("bursts of any size from and to anywhere in a buffer", RING, ({ args }) => {
  using _eal = Eal.init(args);
  const pool = PktmbufPool.create("packets", 4095, { dataRoomSize: 256 });
  const dev = ringPort(pool);
  const [rx, tx] = [dev.rxQueue(0), dev.txQueue(0)];
  const packets = new MbufCursor();
  const random = randomIntegers(77);
  const [out, back] = [new PointerBuffer(300), new PointerBuffer(300)];
  const inside: number[] = [];
  for (let round = 0; round < 2000; round++) {
    if (random(2) === 0) {
      const from = random(300), n = random(301 - from);
      for (let i = 0; i < n; i++) out.set(from + i, pool.alloc()!);
      const sent = tx.txBurst(out, n, from);
      assert.equal(sent, Math.min(n, ROOM - inside.length));
      inside.push(...out.toArray().slice(from, from + sent));
      if (sent < n) packets.freeBulk(out, n - sent, from + sent);
    } else {
      const at = random(301), n = random(301 - at);
      back.doubles.fill(0);
      const got = rx.rxBurst(back, n, at);
      assert.equal(got, Math.min(n, inside.length));
      // Nothing else of the buffer is touched.
      const expected = new Array<number>(300).fill(0);
      expected.splice(at, got, ...inside.splice(0, got));
      assert.deepEqual(back.toArray(), expected);
      packets.freeBulk(back, got, at);
    }
  }
  assert.equal(drain(dev), inside.length);
  full(pool);
});

ealCase(
  "numbers and buffers that do not fit are refused, and nothing is moved",
  RING,
  ({ args }) => {
    using _eal = Eal.init(args);
    const pool = PktmbufPool.create("packets", 1023, { dataRoomSize: 256 });
    const dev = ringPort(pool);
    const [rx, tx] = [dev.rxQueue(0), dev.txQueue(0)];
    const burst = new PointerBuffer(32);
    const large = new PointerBuffer(70_000);
    const bad: [PointerBuffer, number, number][] = [
      ...[33, -1, 1.5, NaN, Infinity, 2 ** 32, 65_536].map((n) =>
        [burst, n, 0] as [PointerBuffer, number, number]
      ),
      ...[1, -1, 0.5, NaN, 2 ** 32, 33, Infinity].map((from) =>
        [burst, 32, from] as [PointerBuffer, number, number]
      ),
      [burst, 0, 33],
      [burst, 1, 32],
      [large, 65_536, 0],
      [large, 70_000, 0],
      [large, 65_535, 4_466],
    ];
    numbered(pool, burst, 32);
    for (const [buffer, n, at] of bad) {
      const text = `${n} at ${at} of ${buffer.capacity}`;
      assert.throws(() => rx.rxBurst(buffer, n, at), RangeError, `rx ${text}`);
      assert.throws(() => tx.txBurst(buffer, n, at), RangeError, `tx ${text}`);
      assert.throws(() => tx.txPrepare(buffer, n, at), RangeError, `prepare ${text}`);
    }
    for (const n of ["3", null, {}, [], 3n, true] as unknown as number[]) {
      assert.throws(() => rx.rxBurst(burst, n), /RangeError|TypeError/, `rx ${String(n)}`);
      assert.throws(() => tx.txBurst(burst, n), /RangeError|TypeError/, `tx ${String(n)}`);
      assert.throws(() => tx.txBurst(burst, 1, n), /RangeError|TypeError/, `from ${String(n)}`);
    }
    assert.throws(() => rx.rxBurst(large), RangeError); // its whole capacity is more than a burst
    assert.throws(() => rx.rxBurst(undefined as unknown as PointerBuffer), TypeError);
    assert.throws(() => tx.txBurst({} as unknown as PointerBuffer, 1), TypeError);
    // The greatest burst there is, into the end of the buffer.
    assert.equal(rx.rxBurst(large, 65_535, 4_465), 0);
    assert.equal(tx.txBurst(burst, 0, 32), 0);
    assert.equal(rx.rxBurst(burst, 0, 32), 0);
    assert.equal(dev.stats().opackets, 0n);
    assert.equal(tx.txBurst(burst), 32);
    assert.equal(rx.rxBurst(large, 65_535, 1), 32);
    assert.deepEqual(large.toArray(40).slice(1, 33), burst.toArray());
    new MbufCursor().freeBulk(large, 32, 1);
    full(pool);
  },
);

ealCase("65,535 packets are one burst", TWO, ({ args }) => {
  using _eal = Eal.init(args);
  const pool = PktmbufPool.create("packets", 65_535, { dataRoomSize: 256, cacheSize: 0 });
  const dev = bringUp(EthDev.find("net_null0"), pool);
  const burst = new PointerBuffer(65_536);
  assert.equal(dev.rxQueue(0).rxBurst(burst, 65_535, 1), 65_535);
  assert.equal(pool.availCount, 0);
  assert.equal(new Set(burst.doubles.subarray(1)).size, 65_535);
  // One more than there is: net_null takes all or none.
  assert.equal(dev.rxQueue(0).rxBurst(burst, 1, 0), 0);
  assert.equal(dev.txQueue(0).txBurst(burst, 65_535, 1), 65_535);
  const { ipackets, opackets } = dev.stats();
  assert.deepEqual([ipackets, opackets], [65_535n, 65_535n]);
  full(pool);
});

ealCase("net_null makes packets of a size, and copies those that it is told to", {
  args: [
    ...[
      "--no-huge",
      "--no-shconf",
      "--vdev=net_null0,size=1514",
      "--vdev=net_null1,size=90,copy=1",
    ],
    "--vdev=net_null2,no-rx=1",
  ],
}, ({ args }) => {
  using _eal = Eal.init(args);
  const pool = PktmbufPool.create("packets", 1023);
  const [plain, copy, none] = EthDev.all().map((dev) => bringUp(dev, pool));
  const burst = new PointerBuffer(64);
  const packets = new MbufCursor();
  for (const [dev, size] of [[plain!, 1514], [copy!, 90]] as const) {
    assert.equal(dev.rxQueue(0).rxBurst(burst), 64);
    for (let i = 0; i < 64; i++) {
      packets.at(burst, i);
      assert.deepEqual(
        [packets.pktLen, packets.dataLen, packets.nbSegs, packets.port, packets.refcnt],
        [size, size, 1, dev.portId, 1],
      );
      if (dev === copy) {
        // It gives its own packet, which begins as zeroes; each queue of each direction has one.
        assert.ok(packets.bytes().every((byte) => byte === 0));
        packets.bytes().fill(0x5a);
      }
    }
    if (dev === copy && !COPY_FREES) packets.freeBulk(burst, 64);
    else assert.equal(dev.txQueue(0).txBurst(burst), 64);
  }
  assert.equal(none!.rxQueue(0).rxBurst(burst), 0);
  full(pool);
});

ealCase(
  "a TxBuffer sends when it is full, and drops, counts or hands over the rest",
  RING,
  ({ args }) => {
    using _eal = Eal.init(args);
    const pool = PktmbufPool.create("packets", 4095, { dataRoomSize: 256 });
    const dev = ringPort(pool);
    const tx = dev.txQueue(0);
    const packets = new MbufCursor();
    const all = new PointerBuffer(1500);

    for (const onError of ["drop", "count"] as const) {
      const buffer = new TxBuffer(tx, { size: 40, onError });
      numbered(pool, all, 1500);
      let sent = 0;
      for (let i = 0; i < 1500; i++) {
        const now = i % 2 === 0 ? buffer.add(all, i) : buffer.addAddress(all.get(i));
        // 25 buffers of 40 fit, of the 26th 23 packets.
        assert.equal(now, i % 40 !== 39 ? 0 : i < 1000 ? 40 : i < 1040 ? 23 : 0, `${i}`);
        sent += now;
      }
      assert.deepEqual([sent, buffer.length], [ROOM, 20]);
      assert.equal(buffer.unsent, onError === "count" ? 1500 - 20 - ROOM : 0);
      assert.equal(pool.availCount, 4095 - ROOM - 20);
      assert.equal(buffer.flush(), 0);
      assert.deepEqual([buffer.length, buffer.unsent], [0, onError === "count" ? 1500 - ROOM : 0]);
      assert.equal(buffer.flush(), 0);
      assert.equal(pool.availCount, 4095 - ROOM);
      assert.equal(drain(dev), ROOM);
      full(pool);
    }

    // The script's own way: keeps what could not be sent, and sends it later.
    const kept: number[] = [];
    const buffer = new TxBuffer(tx, {
      size: 64,
      onError: (mbufs, n, from) => kept.push(...mbufs.toArray().slice(from, from + n)),
    });
    numbered(pool, all, 1500);
    const addresses = all.toArray();
    let sent = 0;
    for (let i = 0; i < 1500; i++) sent += buffer.add(all, i);
    sent += buffer.flush();
    assert.equal(sent, ROOM);
    assert.deepEqual(kept, addresses.slice(ROOM));
    const got = new PointerBuffer(ROOM);
    assert.equal(dev.rxQueue(0).rxBurst(got), ROOM);
    assert.deepEqual(got.toArray(), addresses.slice(0, ROOM));
    packets.freeBulk(got);
    for (const address of kept.splice(0)) sent += buffer.addAddress(address);
    sent += buffer.flush();
    assert.deepEqual([sent, kept.length, buffer.unsent], [1500, 0, 0]);
    assert.equal(drain(dev), 1500 - ROOM);

    // What is in it can be freed.
    numbered(pool, all, 10);
    for (let i = 0; i < 10; i++) buffer.add(all, i);
    assert.equal(pool.availCount, 4095 - 10);
    buffer.clear();
    assert.equal(buffer.length, 0);
    full(pool);

    // Of size 1, it sends at once.
    const single = new TxBuffer(tx, { size: 1 });
    numbered(pool, all, 3);
    for (let i = 0; i < 3; i++) assert.equal(single.add(all, i), 1);
    assert.equal(drain(dev), 3);

    for (const size of [0, -1, 65_536, 1.5, NaN]) {
      assert.throws(() => new TxBuffer(tx, { size }), RangeError);
    }
    assert.throws(() => new TxBuffer(tx, { onError: "keep" as "drop" }), TypeError);
    assert.throws(() => new TxBuffer(tx, { sizes: 3 } as object), TypeError);
    for (const index of [-1, 1500, 0.5, NaN]) {
      assert.throws(() => buffer.add(all, index), RangeError);
    }
    for (const address of [-1, 0.5, NaN]) {
      assert.throws(
        () => buffer.addAddress(address),
        RangeError,
      );
    }
    assert.equal(buffer.length, 0);
    full(pool);
  },
);

ealCase(
  "a TxBuffer keeps its packets while its port is stopped, or its callback throws",
  RING,
  ({ args }) => {
    using _eal = Eal.init(args);
    const pool = PktmbufPool.create("packets", 4095, { dataRoomSize: 256 });
    const dev = ringPort(pool);
    const tx = dev.txQueue(0);
    const all = new PointerBuffer(ROOM);
    const buffer = new TxBuffer(tx, { size: 8 });
    numbered(pool, all, 8);
    for (let i = 0; i < 7; i++) assert.equal(buffer.add(all, i), 0);
    dev.stop();
    assert.throws(() => buffer.flush(), /not started/);
    assert.throws(() => buffer.add(all, 7), /not started/);
    // The eighth is in it; a ninth has no room as long as the port is stopped.
    assert.equal(buffer.length, 8);
    numbered(pool, all, 1, 8);
    assert.throws(() => buffer.add(all, 0), /not started/);
    assert.equal(buffer.length, 8);
    dev.start();
    assert.equal(buffer.add(all, 0), 0);
    assert.equal(buffer.length, 1);
    assert.equal(buffer.flush(), 1);
    const got = new PointerBuffer(16);
    assert.equal(dev.rxQueue(0).rxBurst(got), 9);
    assert.deepEqual(numbers(got, 9), count(9));
    new MbufCursor().freeBulk(got, 9);

    // A callback that throws has had its packets: they are not sent twice.
    const left: number[] = [];
    const throwing = new TxBuffer(tx, {
      size: 4,
      onError: (mbufs, n, from) => {
        left.push(...mbufs.toArray().slice(from, from + n));
        throw new Error("on purpose");
      },
    });
    numbered(pool, all, ROOM);
    assert.equal(tx.txBurst(all), ROOM);
    numbered(pool, all, 4);
    for (let i = 0; i < 3; i++) throwing.add(all, i);
    assert.throws(() => throwing.add(all, 3), /on purpose/);
    assert.deepEqual([throwing.length, left], [0, all.toArray(4)]);
    new MbufCursor().freeBulk(all, 4);
    assert.equal(drain(dev), ROOM);
    full(pool);
  },
);
