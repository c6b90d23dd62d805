// Bursts where there is nothing to send to or receive from, and packets that are none.

import {
  Eal,
  EthDev,
  MbufCursor,
  PktmbufPool,
  PointerBuffer,
  type RxQueue,
  TxBuffer,
  type TxQueue,
} from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { bringUp, COPY_FREES, Forwarder, rest, until } from "./ports.ts";
import { openStub } from "./stub.ts";

const LONE = ["--no-huge", "--no-shconf"];
const RING = { args: [...LONE, "--vdev=net_ring0"] };

/** All that moves packets, or asks how many there are, on a port. */
function refused(rx: RxQueue, tx: TxQueue, message: RegExp | object): void {
  const burst = new PointerBuffer(4);
  for (
    const call of [
      () => rx.rxBurst(burst),
      () => rx.rxBurst(burst, 0),
      () => rx.count,
      () => rx.descriptorStatus(0),
      () => tx.txBurst(burst, 1),
      () => tx.txBurst(burst, 0),
      () => tx.txPrepare(burst, 1),
      () => tx.descriptorStatus(0),
    ]
  ) assert.throws(call, message, String(call));
}

/** Sends a packet from a port that sends to itself, and takes it back. */
function loops(pool: PktmbufPool, rx: RxQueue, tx: TxQueue): void {
  const burst = new PointerBuffer(2);
  burst.set(0, pool.alloc()!);
  assert.equal(tx.txBurst(burst, 1), 1);
  const sent = burst.get(0);
  assert.equal(rx.rxBurst(burst), 1);
  assert.equal(burst.get(0), sent);
  new MbufCursor().freeBulk(burst, 1);
}

ealCase(
  "a queue's handle works whenever its port is started, and says so when it is not",
  RING,
  ({ args }) => {
    const eal = Eal.init(args);
    const pool = PktmbufPool.create("packets", 1023);
    const dev = EthDev.get(0);
    assert.throws(() => dev.rxQueue(0), /not configured/);
    dev.configure();
    dev.rxQueueSetup(0, 128, pool);
    dev.txQueueSetup(0, 128);
    const [rx, tx] = [dev.rxQueue(0), dev.txQueue(0)];
    assert.deepEqual([rx.portId, rx.queueId, tx.portId, tx.queueId], [0, 0, 0, 0]);
    refused(rx, tx, /port 0 \(net_ring0\): it is not started; set it up in the primary/);
    for (let round = 0; round < 3; round++) {
      dev.start();
      for (let i = 0; i < 10; i++) loops(pool, rx, tx);
      dev.stop();
      refused(rx, tx, /not started/);
    }
    // Set up anew, with the same handles.
    dev.rxQueueSetup(0, 256, pool);
    dev.txQueueSetup(0, 64);
    refused(rx, tx, /not started/);
    dev.start();
    loops(pool, rx, tx);
    dev.stop();
    dev.close();
    refused(rx, tx, { name: "DpdkError", code: "ENODEV", message: /closed/ });
    assert.equal(pool.availCount, pool.size);
    eal.cleanup();
    refused(rx, tx, { name: "DpdkError", message: /clean/ });
  },
);

ealCase("queues that there are not", { args: [...LONE, "--vdev=net_null0"] }, ({ args }) => {
  using _eal = Eal.init(args);
  const pool = PktmbufPool.create("packets", 1023);
  const dev = bringUp(EthDev.get(0), pool, { rxQueues: 3, txQueues: 2 });
  const burst = new PointerBuffer(4);
  const packets = new MbufCursor();
  for (const queue of [-1, 1.5, 1024, NaN, "0" as unknown as number]) {
    assert.throws(() => dev.rxQueue(queue), /RangeError|TypeError/);
    assert.throws(() => dev.txQueue(queue), /RangeError|TypeError/);
  }
  assert.throws(() => dev.rxQueue(3), RangeError);
  assert.throws(() => dev.txQueue(2), RangeError);
  const [rx, tx] = [dev.rxQueue(2), dev.txQueue(1)];
  assert.equal(rx.rxBurst(burst), 4);
  assert.equal(tx.txBurst(burst), 4);

  // With fewer queues than the handles are of; then with more again.
  dev.stop();
  bringUp(dev, pool);
  assert.throws(() => rx.rxBurst(burst), /rx queue 2 of port 0 \(net_null0\) is not set up/);
  assert.throws(() => tx.txBurst(burst, 0), /tx queue 1 of port 0 \(net_null0\) is not set up/);
  assert.equal(dev.rxQueue(0).rxBurst(burst), 4);
  assert.equal(dev.txQueue(0).txBurst(burst), 4);
  dev.stop();
  bringUp(dev, pool, { rxQueues: 4, txQueues: 4 });
  assert.equal(rx.rxBurst(burst), 4);
  assert.equal(tx.txBurst(burst), 4);
  assert.equal(dev.rxQueue(3).rxBurst(burst), 4);
  packets.freeBulk(burst);
  assert.equal(pool.availCount, pool.size);
});

ealCase(
  "a port that was pulled out, and another in its place",
  { args: LONE },
  async ({ args }) => {
    using _eal = Eal.init(args);
    const pool = PktmbufPool.create("packets", 1023);
    const [dev] = EthDev.probe("net_ring3");
    bringUp(dev!, pool);
    const [rx, tx] = [dev!.rxQueue(0), dev!.txQueue(0)];
    const buffer = new TxBuffer(tx);
    loops(pool, rx, tx);
    buffer.addAddress(pool.alloc()!);
    EthDev.hotplugRemove("vdev", "net_ring3");
    refused(rx, tx, { name: "DpdkError", code: "ENODEV" });
    assert.throws(() => buffer.flush(), { code: "ENODEV" });
    const [next] = EthDev.probe("net_null3");
    assert.equal(next!.portId, 0);
    bringUp(next!, pool);
    // A handle is of a port, not of its number.
    refused(rx, tx, { name: "DpdkError", code: "ENODEV" });
    assert.throws(() => buffer.flush(), { code: "ENODEV" });
    assert.equal(buffer.length, 1);
    buffer.clear();
    const burst = new PointerBuffer(4);
    assert.equal(next!.rxQueue(0).rxBurst(burst), 4);
    assert.equal(next!.txQueue(0).txBurst(burst), 4);
    const again = bringUp(EthDev.probe("net_ring3")[0]!, pool);
    assert.equal(again.portId, 1);
    loops(pool, again.rxQueue(0), again.txQueue(0));
    await until(() => pool.availCount === pool.size, "all are back");
  },
);

ealCase(
  "a burst with what is no packet at an end is refused, and nothing is sent",
  RING,
  ({ args }) => {
    using _eal = Eal.init(args);
    const pool = PktmbufPool.create("packets", 1023);
    const dev = bringUp(EthDev.get(0), pool);
    const tx = dev.txQueue(0);
    const burst = new PointerBuffer(32);
    const packets = new MbufCursor();
    const some = pool.mempool.objects();
    for (
      const wrong of [
        ...[0, 8, 0x1000, 0x7fff_ffff_f000, 2 ** 47, Number.MAX_SAFE_INTEGER],
        ...[Math.min(...some) - 64, pool.address, Math.max(...some) + 2 ** 22],
      ]
    ) {
      for (const index of [0, 31]) {
        assert.equal(pool.allocBulk(burst), 32);
        const right = burst.get(index);
        burst.set(index, wrong);
        assert.throws(() => tx.txBurst(burst), { name: "DpdkError" }, `0x${wrong.toString(16)}`);
        burst.set(index, right);
        packets.freeBulk(burst);
      }
    }
    // Packets that this script freed.
    for (const index of [0, 31]) {
      assert.equal(pool.allocBulk(burst), 32);
      packets.freeBulk(burst, 1, index);
      assert.throws(() => tx.txBurst(burst), /freed/, `freed at ${index}`);
      packets.freeBulk(burst, 31, index === 0 ? 1 : 0);
    }
    // Of a pool that is gone.
    const other = PktmbufPool.create("other", 63);
    burst.set(0, other.alloc()!);
    other.free();
    assert.throws(() => tx.txBurst(burst, 1), { name: "DpdkError" });
    assert.equal(dev.stats().opackets, 0n);
    assert.equal(pool.availCount, pool.size);
  },
);

ealCase("a queue that is told to looks at every packet", RING, ({ args }) => {
  using _eal = Eal.init(args);
  const pool = PktmbufPool.create("packets", 1023);
  const dev = bringUp(EthDev.get(0), pool);
  const tx = dev.txQueue(0, { check: "all" });
  const burst = new PointerBuffer(32);
  const packets = new MbufCursor();
  for (let index = 0; index < 32; index++) {
    assert.equal(pool.allocBulk(burst), 32);
    const right = burst.get(index);
    burst.set(index, 0x1234_5600);
    assert.throws(() => tx.txBurst(burst), { name: "DpdkError" });
    burst.set(index, right);
    packets.freeBulk(burst, 1, index);
    assert.throws(() => tx.txBurst(burst), /freed/);
    packets.freeBulk(burst, index);
    packets.freeBulk(burst, 31 - index, index + 1);
  }
  assert.equal(dev.stats().opackets, 0n);
  assert.equal(pool.availCount, pool.size);
  for (let i = 0; i < 10; i++) loops(pool, dev.rxQueue(0), tx);
});

ealCase("ports of three drivers in one loop", {
  args: [
    ...LONE,
    "--vdev=net_ring0",
    "--vdev=net_null0,size=99",
    `--vdev=net_null1,copy=${Number(COPY_FREES)},size=50`,
  ],
}, ({ args }) => {
  using _eal = Eal.init(args);
  const pool = PktmbufPool.create("packets", 2047);
  const [ring, plain, copy] = ["net_ring0", "net_null0", "net_null1"].map((name) =>
    bringUp(EthDev.find(name), pool)
  ) as [EthDev, EthDev, EthDev];
  const queues = [plain, copy, ring].map((dev) => [dev.rxQueue(0), dev.txQueue(0)] as const);
  const burst = new PointerBuffer(32);
  const packets = new MbufCursor();
  const lengths = [99, 50];
  for (let round = 0; round < 3000; round++) {
    const which = round % 2;
    const n = 1 + round % 32;
    assert.equal(queues[which]![0].rxBurst(burst, n), n);
    const before = burst.toArray(n);
    assert.equal(queues[2]![1].txBurst(burst, n), n);
    assert.equal(queues[2]![0].rxBurst(burst), n);
    assert.deepEqual(burst.toArray(n), before);
    assert.equal(packets.at(burst, n - 1).pktLen, lengths[which]);
    assert.equal(queues[1 - which]![1].txBurst(burst, n), n);
  }
  const [a, b, c] = [plain, copy, ring].map((dev) => dev.stats());
  assert.equal(a!.ipackets + b!.ipackets, c!.opackets);
  assert.deepEqual([a!.ipackets, a!.opackets], [b!.opackets, b!.ipackets]);
  assert.equal(pool.availCount, pool.size);
});

ealCase("what a driver tells of its descriptors, C hears alike", {
  args: [...LONE, "--vdev=net_null0"],
}, ({ args }) => {
  using _eal = Eal.init(args);
  const c = openStub();
  const pool = PktmbufPool.create("packets", 1023);
  const dev = bringUp(EthDev.get(0), pool);
  const [rx, tx] = [dev.rxQueue(0), dev.txQueue(0)];
  const unable = { name: "DpdkError", code: "ENOTSUP" };
  // ENOTSUP is 95.
  assert.deepEqual([c.c_rx_status(0, 0, 0), c.c_tx_status(0, 0, 0)], [-95, -95]);
  // net_null of 25.11 can count, and has nothing that waits.
  if (c.c_queue_count(0, 0) === 0) assert.equal(rx.count, 0);
  else {
    assert.equal(c.c_queue_count(0, 0), -95);
    assert.throws(() => rx.count, unable);
  }
  assert.throws(() => rx.descriptorStatus(0), unable);
  assert.throws(() => tx.descriptorStatus(0), unable);
  const burst = new PointerBuffer(8);
  assert.equal(pool.allocBulk(burst, 8), 8);
  assert.equal(tx.txPrepare(burst), 8); // there is nothing to prepare
  new MbufCursor().freeBulk(burst, 8);

  c.stub_install(0);
  assert.deepEqual([rx.count, c.c_queue_count(0, 0)], [4321, 4321]);
  const rxNames = ["available", "done", "unavailable"];
  const txNames = ["full", "done", "unavailable"];
  for (const offset of [0, 1, 99, 100, 199, 200, 299]) {
    assert.equal(rx.descriptorStatus(offset), rxNames[c.c_rx_status(0, 0, offset)]);
  }
  for (const offset of [0, 199, 200, 399, 400, 599]) {
    assert.equal(tx.descriptorStatus(offset), txNames[c.c_tx_status(0, 0, offset)]);
  }
  for (const offset of [300, 600, 65_535]) {
    assert.equal(c.c_rx_status(0, 0, offset), -22);
    assert.throws(() => rx.descriptorStatus(offset), { code: "EINVAL" });
  }
  assert.throws(() => tx.descriptorStatus(600), { code: "EINVAL" });
  for (const offset of [-1, 65_536, 0.5, NaN]) {
    assert.throws(() => rx.descriptorStatus(offset), RangeError);
    assert.throws(() => tx.descriptorStatus(offset), RangeError);
  }

  // Prepares up to the first that is too long, and says why.
  const packets = new MbufCursor();
  assert.equal(pool.allocBulk(burst), 8);
  for (let i = 0; i < 8; i++) packets.at(burst, i).append(i === 5 ? 101 : 100);
  assert.equal(tx.txPrepare(burst), 5);
  assert.equal(tx.prepareErrno, 90); // EMSGSIZE
  assert.equal(tx.txPrepare(burst, 2, 6), 2);
  assert.equal(tx.txPrepare(burst, 3, 5), 0);
  assert.equal(tx.txPrepare(burst, 0, 8), 0);
  const last = burst.get(7);
  burst.set(7, 4096);
  assert.throws(() => tx.txPrepare(burst), { name: "DpdkError" });
  burst.set(7, last);
  packets.freeBulk(burst);
  dev.stop();
  dev.close();
  assert.equal(pool.availCount, pool.size);
});

ealCase("callbacks of C on the queues are called, as they come and go", RING, ({ args }) => {
  using _eal = Eal.init(args);
  const c = openStub();
  const pool = PktmbufPool.create("packets", 1023, { cacheSize: 0 });
  const dev = bringUp(EthDev.get(0), pool);
  const [rx, tx] = [dev.rxQueue(0), dev.txQueue(0)];
  const burst = new PointerBuffer(40);
  const packets = new MbufCursor();
  const send = (): number[] => {
    assert.equal(pool.allocBulk(burst, 32, 3), 32);
    return burst.toArray().slice(3, 35);
  };
  for (let round = 0; round < 5; round++) {
    const plain = send();
    assert.equal(tx.txBurst(burst, 32, 3), 32);
    assert.equal(rx.rxBurst(burst, 33, 5), 32);
    assert.deepEqual(burst.toArray().slice(5, 37), plain);
    packets.freeBulk(burst, 32, 5);
    assert.equal(c.stub_callbacks(0, 0, 1), 0);
    // Of 32, the one for transmission leaves 16, the one for reception 8 of those.
    const sent = send();
    assert.equal(tx.txBurst(burst, 32, 3), 16);
    assert.equal(pool.availCount, pool.size - 16);
    assert.equal(rx.rxBurst(burst, 33, 5), 8);
    assert.deepEqual(burst.toArray().slice(5, 13), sent.filter((_, i) => i % 4 === 0));
    assert.deepEqual([c.stub_seen(0), c.stub_seen(1)], [16, 32]);
    packets.freeBulk(burst, 8, 5);
    assert.equal(c.stub_callbacks(0, 0, 0), 0);
    assert.equal(pool.availCount, pool.size);
  }
});

ealCase("a port is stopped and started while a forwarder runs", {
  args: [...LONE, "--vdev=net_null0", "--vdev=net_null1"],
}, async ({ args }) => {
  using _eal = Eal.init(args);
  const pool = PktmbufPool.create("packets", 1023);
  const [one, other] = EthDev.all().map((dev) => bringUp(dev, pool)) as [EthDev, EthDev];
  const forwarder = Forwarder.between(one, other);
  await until(() => forwarder.lanes.every(({ sent }) => sent > 1000), "it forwards");
  other.stop();
  // The forwarder of this test ends then; another goes on with the queues that it has.
  await rest(50);
  await assert.rejects(forwarder.stop(), /not started/);
  other.start();
  const next = new Forwarder(...forwarder.lanes);
  const before = forwarder.lanes.map(({ sent }) => sent);
  await until(() => next.lanes.every(({ sent }, i) => sent > before[i]! + 1000), "it goes on");
  await next.stop();
  for (const dev of [one, other]) {
    dev.stop();
    dev.close();
  }
  assert.equal(pool.availCount, pool.size);
});
