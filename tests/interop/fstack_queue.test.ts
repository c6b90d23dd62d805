// What examples/fstack does with a packet: queues of a net_ring port, whose ends this process has all.

import {
  Eal,
  EthDev,
  MbufCursor,
  type OwnedPktmbufPool,
  PktmbufPool,
  PointerBuffer,
  Ring,
  RING_F_SC_DEQ,
} from "../../mod.ts";
import { makeRings } from "../../examples/fstack/group.ts";
import { dispatchRing, mbufPool, RING_SIZE } from "../../examples/fstack/names.ts";
import { type Dispatcher, FREE, PortQueue, TRANSMIT } from "../../examples/fstack/queue.ts";
import { assert, type CaseContext, ealCase } from "../kit.ts";
import { ethernet, filled, sameFrames } from "../packets/frames.ts";

const QUEUES = 3;
const MACS = { to: { mac: "02:00:00:00:00:01" }, from: { mac: "02:00:00:00:00:02" } };
const ARP = 0x0806, IPV6 = 0x86dd, EXPERIMENT = 0x88b5;

/** ICMPv6 of a type, after no or one extension header. */
function icmp6(type: number, extended: boolean): Uint8Array {
  const options = extended ? [58, 0, 1, 4, 0, 0, 0, 0] : [];
  const fixed = [0x60, 0, 0, 0, 0, options.length + 8, extended ? 0 : 58, 255];
  const addresses = new Array<number>(32).fill(1);
  const bytes = [...fixed, ...addresses, ...options, type, 0, 0, 0, 0, 0, 0, 0];
  return ethernet(MACS, IPV6, new Uint8Array(bytes));
}

/** A stack that keeps what it is given. */
class Kept {
  readonly frames: Uint8Array[] = [];
  readonly fromRing: boolean[] = [];
  readonly pools: number[] = [];
  readonly packets: MbufCursor = new MbufCursor();
  readonly input = (burst: PointerBuffer, index: number, fromRing: boolean): void => {
    const packet = this.packets.at(burst, index);
    this.frames.push(packet.read());
    this.pools.push(packet.pool);
    this.fromRing.push(fromRing);
    packet.free();
  };
}

/** A port, all processes' queues of it in this one, and what sends to them. */
function scene(context: CaseContext, dispatcher: Dispatcher, shared = 1023) {
  const eal = Eal.init(context.args);
  const dev = EthDev.get(0);
  const wire = PktmbufPool.create("wire", 8191);
  const pool = PktmbufPool.create(mbufPool(eal.socketId), shared, { cacheSize: 0 });
  dev.configure({ rxQueues: QUEUES, txQueues: QUEUES });
  for (let q = 0; q < QUEUES; q++) {
    dev.rxQueueSetup(q, 256, wire);
    dev.txQueueSetup(q, 256);
  }
  dev.start();
  makeRings([dev], Array<number>(QUEUES).fill(eal.socketId));
  const stacks = Array.from({ length: QUEUES }, () => new Kept());
  const queues = stacks.map(({ packets, input }, queue) =>
    new PortQueue({ dev, packets, dispatcher, input, queue, queues: QUEUES })
  );
  const burst = new PointerBuffer(1);
  const packets = new MbufCursor();
  /** What is sent on a queue of net_ring comes in by that of the same number. */
  const send = (queue: number, frame: Uint8Array): void => {
    burst.set(0, packets.moveTo(wire.alloc()!).fill(frame).address);
    assert.equal(dev.txQueue(queue).txBurst(burst), 1);
  };
  const end = (...pools: readonly OwnedPktmbufPool[]): void => {
    for (const { size, availCount } of [wire, pool, ...pools]) assert.equal(availCount, size);
    dev.stop();
    dev.close();
    eal.cleanup();
  };
  return { dev, wire, pool, stacks, queues, send, end };
}

const ON_RING = { args: ["--vdev=net_ring0"] };

ealCase("rings have F-Stack's names, sizes and flags", ON_RING, (context) => {
  const { end } = scene(context, (queue) => queue);
  for (let q = 0; q < QUEUES; q++) {
    const ring = Ring.lookup(`dispatch_ring_p0_q${q}`);
    assert.deepEqual([ring.size, ring.flags], [2048, RING_F_SC_DEQ]);
  }
  end();
});

ealCase(
  "a packet goes where the dispatcher says, and is never dispatched again",
  ON_RING,
  (context) => {
    let asked = 0;
    const { stacks, queues, send, end } = scene(context, (queue, all) => {
      asked++;
      return (queue + 1) % all;
    });
    const frames = Array.from({ length: 20 }, (_, i) => filled(MACS, 60 + i));
    for (const frame of frames) send(0, frame);
    assert.equal(queues[0]!.turn(), 20);
    for (let round = 0; round < 3; round++) for (const queue of queues) queue.turn();
    assert.equal(asked, 20);
    sameFrames(stacks[1]!.frames, frames);
    assert.deepEqual(stacks[1]!.fromRing, frames.map(() => true));
    assert.deepEqual([stacks[0]!.frames, stacks[2]!.frames], [[], []]);
    assert.deepEqual(
      queues.map(({ received, fromRing, dispatched }) => {
        return { received, fromRing, dispatched };
      }),
      [
        { received: 20, fromRing: 0, dispatched: 20 },
        { received: 0, fromRing: 20, dispatched: 0 },
        { received: 0, fromRing: 0, dispatched: 0 },
      ],
    );
    end();
  },
);

ealCase("what the dispatcher frees is free, what it transmits is sent", ON_RING, (context) => {
  const words = [FREE, TRANSMIT, QUEUES, -3, NaN, 0.5, 1];
  const { dev, stacks, queues, send, end } = scene(context, () => words[at++]!);
  let at = 0;
  words.forEach((_, i) => send(1, filled(MACS, 100 + i)));
  queues[1]!.turn();
  const [, { freed, transmitted, dispatched, tx }] = queues as [PortQueue, PortQueue];
  assert.deepEqual([freed, transmitted, dispatched, tx.sent], [5, 1, 0, 1]);
  assert.equal(stacks[1]!.frames.length, 1);
  const back = new PointerBuffer(4);
  assert.equal(dev.rxQueue(1).rxBurst(back), 1);
  const packets = new MbufCursor();
  assert.equal(packets.at(back, 0).pktLen, 101);
  packets.free();
  end();
});

ealCase("ARP and NDP are copied for all, from the pool of their socket", ON_RING, (context) => {
  const { wire, pool, stacks, queues, send, end } = scene(context, (queue) => queue);
  const payload = crypto.getRandomValues(new Uint8Array(46));
  const forAll = [
    ethernet(MACS, ARP, payload),
    ethernet(MACS, 0x8100, new Uint8Array([0, 7, 8, 6, ...payload])),
    ...[133, 134, 135, 136, 137].map((type) => icmp6(type, false)),
    icmp6(135, true),
  ];
  const forOne = [
    ethernet(MACS, EXPERIMENT, payload),
    icmp6(128, false),
    icmp6(132, false),
    icmp6(138, false),
    icmp6(135, false).subarray(0, 54), // cut off
    ethernet(MACS, ARP, payload).subarray(0, 13),
  ];
  for (const frame of [...forAll, ...forOne]) send(2, frame);
  for (const queue of queues.toReversed()) queue.turn();
  sameFrames(stacks[2]!.frames, [...forAll, ...forOne]);
  assert.deepEqual(new Set(stacks[2]!.pools), new Set([wire.address]));
  for (const stack of [stacks[0]!, stacks[1]!]) {
    sameFrames(stack.frames, forAll);
    assert.deepEqual(new Set(stack.pools), new Set([pool.address]));
    assert.ok(stack.fromRing.every(Boolean));
  }
  assert.equal(queues[2]!.copied, 2 * forAll.length);
  // What came by a ring is told to nobody.
  for (const queue of queues) assert.equal(queue.turn(), 0);
  assert.deepEqual(queues.map(({ copied, notCopied, dropped }) => copied + notCopied + dropped), [
    ...[0, 0],
    2 * forAll.length,
  ]);
  end();
});

ealCase("a full ring and an empty pool cost copies, and these are counted", ON_RING, (context) => {
  const { pool, queues, send, end } = scene(context, (queue) => queue);
  const arp = ethernet(MACS, ARP, new Uint8Array(46));
  const held = new PointerBuffer(pool.size);
  assert.equal(pool.allocBulk(held, pool.size - 1), pool.size - 1);
  for (let i = 0; i < 2; i++) send(0, arp);
  queues[0]!.turn();
  const [{ copied, notCopied }] = queues as [PortQueue];
  assert.deepEqual([copied, notCopied], [1, 3]);
  const packets = new MbufCursor();
  packets.freeBulk(held, pool.size - 1);
  for (const queue of queues) queue.turn();

  // Somebody has filled the ring of queue 1.
  const ring = Ring.lookup(dispatchRing(0, 1));
  const full = PktmbufPool.create("full", RING_SIZE - 1, { cacheSize: 0 });
  const many = new PointerBuffer(RING_SIZE - 1);
  full.allocBulk(many);
  assert.equal(ring.enqueueBurst(many), RING_SIZE - 1);
  for (let i = 0; i < 5; i++) send(0, arp);
  queues[0]!.turn();
  assert.deepEqual([queues[0]!.copied, queues[0]!.dropped], [11, 5]);
  assert.equal(queues[1]!.drain(), RING_SIZE - 1);
  assert.equal(queues[2]!.turn(), 5);
  end(full);
});
