// net_tap: the kernel at the other end of the driver.

import { existsSync, writeFileSync } from "node:fs";
import {
  Eal,
  EthDev,
  MbufCursor,
  OlFlag,
  PktmbufPool,
  PointerBuffer,
  type RxQueue,
} from "../../mod.ts";
import { assert, type CaseContext, ealCase, network, pings } from "../kit.ts";
import { rawPackets } from "../peers/raw_packets.ts";
import { counter, ethernet, filled, sameFrames, udp } from "./frames.ts";
import { host } from "./host.ts";
import { type BringUp, bringUp, Forwarder, Lane, rest } from "./ports.ts";

const FROM = { mac: "02:00:00:00:00:07" };

/** A port of net_tap, started, its interface in a namespace. */
function tap(context: CaseContext, options: BringUp = {}, address?: string, room?: number) {
  const net = network(context);
  const name = net.name();
  const vdev = `--vdev=net_tap0,iface=${name}`;
  const eal = Eal.init([...context.args, "--no-huge", "--no-shconf", vdev]);
  const pool = PktmbufPool.create(
    "packets",
    1023,
    room === undefined ? {} : { dataRoomSize: room },
  );
  const dev = EthDev.get(0);
  const quiet = `/proc/sys/net/ipv6/conf/${name}/disable_ipv6`;
  if (existsSync(quiet)) writeFileSync(quiet, "1");
  bringUp(dev, pool, options);
  const far = net.adopt(name, address === undefined ? {} : { address });
  /** Closes the port, and looks whether all mbufs are back. */
  const end = (): void => {
    dev.stop();
    dev.close();
    assert.equal(pool.availCount, pool.size);
  };
  return { eal, net, pool, dev, far, end };
}

/** Takes packets until there are so many. */
async function take(rx: RxQueue, count: number): Promise<PointerBuffer> {
  const burst = new PointerBuffer(count);
  let got = 0;
  for (let tries = 0; got < count && tries < 2000; tries++) {
    got += rx.rxBurst(burst, count - got, got);
    if (got < count) await rest(1);
  }
  assert.equal(got, count);
  return burst;
}

ealCase("frames of all sizes go both ways through a tap", async (context) => {
  const { eal: _eal, pool, dev, far, end } = tap(context);
  const there = await rawPackets(context, far);
  const m = new MbufCursor();
  const [rx, tx] = [dev.rxQueue(0), dev.txQueue(0)];
  const frames = Array.from(
    { length: 1514 - 59 },
    (_, i) => filled({ to: far, from: FROM }, 60 + i),
  );
  const burst = new PointerBuffer(97);
  for (let at = 0; at < frames.length; at += 97) {
    const some = frames.slice(at, at + 97);
    for (const [i, bytes] of some.entries()) {
      burst.set(i, m.moveTo(pool.alloc()!).fill(bytes).address);
    }
    assert.equal(tx.txBurst(burst, some.length), some.length);
  }
  assert.equal(await there.wait(frames.length), frames.length);
  sameFrames(await there.frames(), frames);

  const back = [60, 61, 64, 512, 1513, 1514].map((n) => filled({ to: FROM, from: far }, n));
  for (const bytes of back) await there.send(bytes);
  const got = await take(rx, back.length);
  sameFrames(back.map((_, i) => m.at(got, i).read()), back);
  assert.equal(m.at(got, 0).port, 0);
  m.freeBulk(got);
  await there.send(filled({ to: FROM, from: far }, 100), { count: 200, at: 20 });
  const many = await take(rx, 200);
  assert.deepEqual(
    many.toArray().map((address) => m.moveTo(address).be32(20)),
    Array.from({ length: 200 }, (_, i) => i),
  );
  m.freeBulk(many);
  const { ipackets, opackets, oerrors } = dev.stats();
  assert.deepEqual([ipackets, opackets, oerrors], [206n, BigInt(frames.length), 0n]);
  end();
});

ealCase("the kernel pings TypeScript through a tap", async (context) => {
  const { eal: _eal, dev, far, end } = tap(context, {}, "10.9.30.1/24");
  const answer = host("02:00:00:00:00:09", "10.9.30.9", []);
  const forwarder = new Forwarder(new Lane(dev.rxQueue(0), dev.txQueue(0), answer));
  const text = await far.namespace.run(pings("10.9.30.9", 30, 1200));
  assert.match(text, /30 sent, 30 received, 0 wrong/);
  await forwarder.stop();
  end();
});

ealCase("chained packets go out as one frame and come in as a chain", async (context) => {
  const { eal: _eal, pool, dev, far, end } = tap(
    context,
    {
      rxOffloads: ["SCATTER"],
      txOffloads: ["MULTI_SEGS"],
    },
    undefined,
    384,
  );
  const there = await rawPackets(context, far);
  const m = new MbufCursor();
  const burst = new PointerBuffer(3);
  const frame = filled({ to: far, from: FROM }, 1514);
  const chained = (bytes: Uint8Array, parts: number): number => {
    const step = Math.ceil(bytes.length / parts);
    const [head, ...rest] = Array.from({ length: parts }, (_, i) => {
      return m.moveTo(pool.alloc()!).fill(bytes.subarray(i * step, (i + 1) * step)).address;
    });
    for (const tail of rest) m.moveTo(head!).chain(tail);
    return head!;
  };
  burst.set(0, chained(frame, 6));
  burst.set(1, chained(frame, 13));
  burst.set(2, chained(frame.subarray(0, 70), 5));
  assert.equal(m.at(burst, 0).linearize(), false);
  assert.equal(m.at(burst, 2).linearize(), true);
  assert.equal(dev.txQueue(0).txBurst(burst), 3);
  assert.equal(await there.wait(3), 3);
  sameFrames(await there.frames(), [frame, frame, frame.subarray(0, 70)]);

  // One that is too long ends the burst: it and those behind it stay the caller's.
  burst.set(0, chained(frame, 7));
  burst.set(1, chained(filled({ to: far, from: FROM }, 1600), 8));
  burst.set(2, chained(frame, 6));
  assert.equal(dev.txQueue(0).txBurst(burst), 1);
  assert.equal(await there.wait(4), 4);
  m.freeBulk(burst, 2, 1);

  const back = filled({ to: FROM, from: far }, 1514);
  await there.send(back);
  await there.send(back.subarray(0, 256));
  await there.send(back.subarray(0, 257));
  const got = await take(dev.rxQueue(0), 3);
  // 256 bytes behind the headroom of the first, 384 in each other.
  assert.deepEqual(
    [0, 1, 2].map((i) => [m.at(got, i).pktLen, m.nbSegs, m.check()]),
    [[1514, 5, undefined], [256, 1, undefined], [257, 2, undefined]],
  );
  sameFrames([0, 1, 2].map((i) => m.at(got, i).read()), [
    back,
    back.subarray(0, 256),
    back.subarray(0, 257),
  ]);
  m.freeBulk(got);
  end();
});

ealCase("the driver's checksums are what the kernel wants", async (context) => {
  const { eal: _eal, net, pool, dev, far, end } = tap(context, {
    rxOffloads: ["IPV4_CKSUM", "UDP_CKSUM", "TCP_CKSUM"],
    txOffloads: ["IPV4_CKSUM", "UDP_CKSUM", "TCP_CKSUM"],
  }, "10.9.31.1/24");
  net.neighbour(far, "10.9.31.9", FROM.mac);
  const there = await rawPackets(context, far);
  const m = new MbufCursor();
  const burst = new PointerBuffer(2);
  const good = ethernet(
    { to: far, from: FROM },
    0x0800,
    udp("10.9.31.9", "10.9.31.1", [5, 6], [1, 2, 3]),
  );
  const bad = good.with(24, 0).with(25, 0).with(40, 0x12).with(41, 0x34);
  const { RX_IP_CKSUM_BAD, RX_IP_CKSUM_GOOD, RX_L4_CKSUM_BAD, RX_L4_CKSUM_GOOD } = OlFlag;
  const checks = RX_IP_CKSUM_BAD | RX_IP_CKSUM_GOOD | RX_L4_CKSUM_BAD | RX_L4_CKSUM_GOOD;
  const { namespace } = far;
  const ports = () => counter(namespace, "Udp", "NoPorts");

  burst.set(0, m.moveTo(pool.alloc()!).fill(bad).address);
  m.olFlags = OlFlag.TX_IPV4 | OlFlag.TX_IP_CKSUM | OlFlag.TX_UDP_CKSUM;
  m.setTxOffload({ l2Len: 14, l3Len: 20, l4Len: 8 });
  burst.set(1, m.moveTo(pool.alloc()!).fill(bad).address);
  assert.equal(dev.txQueue(0).txPrepare(burst), 2);
  assert.equal(dev.txQueue(0).txBurst(burst), 2);
  assert.equal(await there.wait(2), 2);
  sameFrames(await there.frames(), [good, bad]);
  assert.equal(await ports(), 1);
  assert.equal(await counter(namespace, "Ip", "InHdrErrors"), 1);

  // And what comes in was looked at; the kernel's own answer of an unreachable port, too.
  const before = await take(dev.rxQueue(0), 1);
  assert.equal(m.at(before, 0).olFlags & checks & ~RX_L4_CKSUM_GOOD, RX_IP_CKSUM_GOOD);
  m.free();
  await there.send(good);
  await there.send(bad);
  const got = await take(dev.rxQueue(0), 2);
  assert.equal(m.at(got, 0).olFlags & checks, RX_IP_CKSUM_GOOD | RX_L4_CKSUM_GOOD);
  assert.equal(m.packetTypeName(), "L2_ETHER L3_IPV4 L4_UDP");
  assert.equal(m.at(got, 1).olFlags & checks, RX_IP_CKSUM_BAD | RX_L4_CKSUM_BAD);
  m.freeBulk(got);
  end();
});
