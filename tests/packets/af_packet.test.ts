// TypeScript between two wires: net_af_packet ports on veth pairs, the kernel or raw sockets behind.

import {
  Eal,
  EthDev,
  EthernetHeader,
  Ipv4Header,
  MbufCursor,
  parseIpv4,
  parseMac,
  PktmbufPool,
  PointerBuffer,
  RTE_ETHER_TYPE_IPV4,
  TcpHeader,
  UdpHeader,
} from "../../mod.ts";
import {
  afPacket,
  assert,
  type CaseContext,
  ealCase,
  type End,
  type Namespace,
  network,
  pings,
} from "../kit.ts";
import { rawPackets } from "../peers/raw_packets.ts";
import { randomIntegers } from "../ring/modes.ts";
import {
  type Addresses,
  counter,
  ethernet,
  filled,
  hex,
  ipBytes,
  macBytes,
  rightChecksums,
  sameFrames,
  tcpSyn,
  udp,
} from "./frames.ts";
import { host } from "./host.ts";
import { bringUp, type Change, Forwarder, Lane } from "./ports.ts";

type Far = End & { readonly namespace: Namespace };

/** Two wires: the ends that ports are put on, and those behind. */
function wires(context: CaseContext, ...addresses: readonly (string | undefined)[]) {
  const net = network(context);
  const pairs = [0, 1].map((i) => net.port({ address: addresses[i] }));
  const near = pairs.map(([end]) => end) as [End, End];
  const far = pairs.map(([, end]) => end) as [Far, Far];
  const args = near.map((end, i) => afPacket(i, end, "framecnt=4096", "blocksz=65536"));
  return { net, near, far, args: [...context.args, "--no-huge", "--no-shconf", ...args] };
}

/**
 * Brings a port up without what it heard too early: the driver opens its socket on all interfaces, and
 * binds it to its own only after its ring is there. What came in between is of other tests' wires.
 */
function bringUpBound(dev: EthDev, pool: PktmbufPool): EthDev {
  bringUp(dev, pool);
  const rx = dev.rxQueue(0);
  const burst = new PointerBuffer(32);
  const packets = new MbufCursor();
  for (let n = rx.rxBurst(burst); n > 0; n = rx.rxBurst(burst)) packets.freeBulk(burst, n);
  dev.resetStats();
  return dev;
}

/** Has all packets of a burst changed by a function; those for which it gives false are dropped. */
function each(change: (packet: MbufCursor) => boolean): Change {
  const packets = new MbufCursor();
  return (burst, n) => {
    let kept = 0;
    for (let i = 0; i < n; i++) {
      if (!change(packets.at(burst, i))) packets.free();
      else burst.set(kept++, burst.get(i));
    }
    return kept;
  };
}

ealCase("pings of all sizes pass from port to port, and none is lost", async (context) => {
  const { far, args } = wires(context, "10.9.20.1/24", "10.9.20.2/24");
  using _eal = Eal.init(args);
  const pool = PktmbufPool.create("packets", 2047);
  const [one, other] = EthDev.all().map((dev) => bringUpBound(dev, pool)) as [EthDev, EthDev];
  {
    await using forwarder = Forwarder.between(one, other);
    for (const bytes of [1, 57, 1000, 1472]) {
      const text = await far[0].namespace.run(pings("10.9.20.2", 30, bytes));
      assert.match(text, /30 sent, 30 received, 0 wrong/);
    }
    // Fragments would not pass: the driver has the kernel put them together (PACKET_FANOUT_FLAG_DEFRAG).
    await forwarder.stop();
    const [there, back] = forwarder.lanes as [Lane, Lane];
    assert.deepEqual([there.dropped, back.dropped], [0, 0]);
    assert.deepEqual([there.sent, back.sent], [there.received, back.received]);
    // Requests and ARP.
    assert.ok(there.sent >= 121, `${there.sent}`);
    for (const [dev, rx, tx] of [[one, there, back], [other, back, there]] as const) {
      const { ipackets, opackets, oerrors, imissed } = dev.stats();
      assert.deepEqual(
        [ipackets, opackets, oerrors, imissed],
        [BigInt(rx.received), BigInt(tx.sent), 0n, 0n],
      );
    }
  }
  assert.equal(pool.availCount, pool.size);
});

/** Frames of protocols that a forwarder is not to care about. */
function strange(addresses: Addresses): Uint8Array[] {
  const tagged = (...tags: number[]) => (bytes: Uint8Array) =>
    Uint8Array.from([...bytes.subarray(0, 12), ...tags, ...bytes.subarray(12)]);
  const ip = (type: number, payload: Iterable<number>) => ethernet(addresses, type, payload);
  const data = Array.from({ length: 700 }, (_, i) => i & 0xff);
  const arp = [
    ...[0, 1, 8, 0, 6, 4, 0, 1, ...macBytes(addresses.from.mac), 10, 1, 1, 1],
    ...[0, 0, 0, 0, 0, 0, 10, 1, 1, 2, ...new Uint8Array(18)],
  ];
  const ipv6 = [0x60, 0, 0, 0, 0, 60, 59, 64, ...data.slice(0, 32), ...data.slice(0, 60)];
  const broadcast = { to: { mac: "ff:ff:ff:ff:ff:ff" }, from: addresses.from };
  const group = { to: { mac: "01:00:5e:00:00:fb" }, from: addresses.from };
  return [
    tagged(0x81, 0x00, 0xa0, 0x64)(filled(addresses, 60)),
    tagged(0x81, 0x00, 0x0f, 0xfe)(filled(addresses, 1514)),
    tagged(0x88, 0xa8, 0x00, 0x0a, 0x81, 0x00, 0x20, 0x14)(filled(addresses, 200)),
    ethernet(broadcast, 0x0806, arp),
    ethernet(group, 0x0800, udp("10.1.1.1", "224.0.0.251", [5353, 5353], data)),
    ip(0x86dd, ipv6),
    ip(0x0800, udp("10.1.1.1", "10.1.1.2", [1000, 2000], data)),
    ip(0x0800, tcpSyn("10.1.1.1", "10.1.1.2", [1000, 2000])),
    ip(0x0000, data.slice(0, 60)),
    ip(0x0040, data.slice(0, 64)),
  ];
}

/**
 * A frame behind a port of net_af_packet: the kernel takes the outer tag out, and the driver puts
 * one of 802.1Q back, whichever it was.
 */
function carried(frame: Uint8Array): Uint8Array {
  return hex(frame.subarray(12, 14)) === "88a8" ? frame.with(12, 0x81).with(13, 0) : frame;
}

ealCase("frames of all sizes and kinds come through byte for byte", async (context) => {
  const { far, args } = wires(context);
  const ends = [await rawPackets(context, far[0]), await rawPackets(context, far[1])] as const;
  using _eal = Eal.init(args);
  const pool = PktmbufPool.create("packets", 2047);
  const [one, other] = EthDev.all().map((dev) => bringUpBound(dev, pool)) as [EthDev, EthDev];
  await using forwarder = Forwarder.between(one, other);
  // Every size goes one of the two ways; every kind both.
  const sent: Uint8Array[][] = [[], []];
  for (const way of [0, 1] as const) {
    const addresses = { from: far[way], to: far[1 - way]! };
    for (let length = 60; length <= 1514; length++) {
      if (length % 2 === way) sent[way]!.push(filled(addresses, length));
    }
    sent[way]!.push(...strange(addresses));
  }
  await Promise.all(([0, 1] as const).map(async (way) => {
    for (const frame of sent[way]!) await ends[way].send(frame);
  }));
  for (const way of [0, 1] as const) {
    const { length } = sent[way]!;
    assert.equal(await ends[1 - way]!.wait(length), length);
    sameFrames(await ends[1 - way]!.frames(), sent[way]!.map(carried));
  }
  await forwarder.stop();
  for (const [way, dev] of [one, other].entries()) {
    const [there, back] = [forwarder.lanes[way]!, forwarder.lanes[1 - way]!];
    const { ipackets, opackets, oerrors } = dev.stats();
    assert.deepEqual([ipackets, opackets], [BigInt(there.received), BigInt(back.sent)]);
    assert.deepEqual([oerrors, there.dropped, there.received], [0n, 0, sent[way]!.length]);
  }
  assert.equal(pool.availCount, pool.size);
});

ealCase("a stream of 20,000 frames arrives in order, all counted", async (context) => {
  const { far, args } = wires(context);
  const [here, there] = [await rawPackets(context, far[0]), await rawPackets(context, far[1])];
  using _eal = Eal.init(args);
  const pool = PktmbufPool.create("packets", 2047);
  const [one, other] = EthDev.all().map((dev) => bringUpBound(dev, pool)) as [EthDev, EthDev];
  await using forwarder = new Forwarder(new Lane(one.rxQueue(0), other.txQueue(0)));
  const count = 20_000;
  const frame = filled({ from: far[0], to: far[1] }, 200);
  await here.send(frame, { count, at: 20, pauseUs: 2_000 });
  await there.wait(count, 5_000);
  await forwarder.stop();
  const [lane] = forwarder.lanes as [Lane];
  const sequence = await there.sequence(20);
  // What the driver's ring had no room for on a loaded machine never was a packet; all that was one is
  // there, once and in order.
  assert.deepEqual([lane.dropped, lane.received], [0, lane.sent]);
  assert.equal(one.stats().ipackets, BigInt(lane.received));
  assert.equal(other.stats().opackets, BigInt(lane.sent));
  const { got, distinct, disorder, short } = sequence;
  assert.deepEqual([got, distinct, disorder, short], [lane.sent, lane.sent, 0, 0]);
  assert.ok(lane.sent > 0.9 * count, `${lane.sent} of ${count}`);
  assert.equal((await there.count()).bytes, 200 * lane.sent);
  assert.equal(pool.availCount, pool.size);
});

ealCase("the kernel's ARP and pings are answered by TypeScript", async (context) => {
  const [near, far] = network(context).port({ address: "10.9.21.1/24" });
  using _eal = Eal.init([...context.args, "--no-huge", "--no-shconf", afPacket(0, near)]);
  const pool = PktmbufPool.create("packets", 1023);
  const dev = bringUp(EthDev.get(0), pool);
  const seen: string[] = [];
  const lane = new Lane(
    dev.rxQueue(0),
    dev.txQueue(0),
    host("02:00:00:00:00:09", "10.9.21.9", seen),
  );
  await using forwarder = new Forwarder(lane);
  for (const bytes of [1400, 1]) {
    const text = await far.namespace.run(pings("10.9.21.9", 10, bytes));
    assert.match(text, /10 sent, 10 received, 0 wrong/);
    assert.equal([...text.matchAll(/ttl=77$/gm)].length, 10);
  }
  assert.match(
    await far.namespace.run(["ip", "neigh", "show", "10.9.21.9"]),
    /lladdr 02:00:00:00:00:09/,
  );
  const nobody = far.namespace.run(["ping", "-c", "1", "-W", "1", "10.9.21.8"]);
  await assert.rejects(nobody, /100% packet loss/);
  await forwarder.stop();
  const echoes = Array.from({ length: 10 }, (_, i) => `echo ${i + 1}`);
  assert.deepEqual(seen.filter((what) => what.startsWith("echo")), [...echoes, ...echoes]);
  assert.ok(seen.includes("arp 10.9.21.1"));
  assert.equal(pool.availCount, pool.size);
});

/** Routes between two networks: counts down, and sets the MAC addresses of the next hop. */
function router(next: { readonly mac: string; readonly own: string }): Change {
  const packets = new MbufCursor();
  const ether = new EthernetHeader(packets);
  const ip4 = new Ipv4Header(packets);
  return (burst, n) => {
    let kept = 0;
    for (let i = 0; i < n; i++) {
      packets.at(burst, i);
      const isIp = ether.payloadType === RTE_ETHER_TYPE_IPV4 && ip4.at(ether.payloadOffset);
      if (!isIp || ip4.timeToLive <= 1) {
        packets.free();
        continue;
      }
      ip4.timeToLive--;
      ip4.updateChecksum();
      ether.srcAddr = parseMac(next.own);
      ether.dstAddr = parseMac(next.mac);
      burst.set(kept++, burst.get(i));
    }
    return kept;
  };
}

ealCase(
  "a TypeScript router counts TTLs down, and the kernel takes its packets",
  async (context) => {
    const { net, near, far, args } = wires(context, "10.9.22.2/24", "10.9.23.2/24");
    for (const [i, gateway] of ["10.9.22.1", "10.9.23.1"].entries()) {
      net.neighbour(far[i]!, gateway, near[i]!.mac);
      await far[i]!.namespace.run(["ip", "route", "add", "default", "via", gateway]);
    }
    const ends = [await rawPackets(context, far[0]), await rawPackets(context, far[1])] as const;
    using _eal = Eal.init(args);
    const pool = PktmbufPool.create("packets", 2047);
    const [one, other] = EthDev.all().map((dev) => bringUpBound(dev, pool)) as [EthDev, EthDev];
    const hop = (to: 0 | 1): Change => router({ own: near[to].mac, mac: far[to].mac });
    await using forwarder = Forwarder.between(one, other, hop(1), hop(0));
    const text = await far[0].namespace.run(pings("10.9.23.2", 20, 600));
    assert.match(text, /20 sent, 20 received, 0 wrong/);
    assert.equal([...text.matchAll(/ttl=63$/gm)].length, 20);
    const ping = (...words: string[]) =>
      far[0].namespace.run(["ping", "-c", "1", ...words, "10.9.23.2"]);
    await assert.rejects(ping("-t", "1", "-W", "1"), /100% packet loss/);
    assert.match(await ping("-t", "2"), /1 received/);
    for (const [i, source] of ["10.9.23.2", "10.9.22.2"].entries()) {
      const frames = (await ends[i]!.frames()).map((bytes) => [...bytes]);
      assert.equal(frames.length, 21);
      for (const bytes of frames) {
        assert.equal(
          hex(bytes.slice(0, 12)),
          hex([...macBytes(far[i]!.mac), ...macBytes(near[i]!.mac)]),
        );
        assert.deepEqual(bytes.slice(26, 30), ipBytes(source));
        // 64 or, of the last ping's request, 2; less one.
        assert.ok([63, 1].includes(bytes[22]!), `${bytes[22]}`);
      }
      assert.equal(frames.filter((bytes) => bytes[22] === 63).length, 20 + (i === 0 ? 1 : 0));
    }
    await forwarder.stop();
    assert.equal(pool.availCount, pool.size);
  },
);

ealCase(
  "addresses and ports are rewritten, and the kernel finds the checksums right",
  async (context) => {
    const { net, near, far, args } = wires(context, undefined, "10.9.25.2/24");
    net.neighbour(far[1], "10.9.25.1", near[1].mac);
    const [here, back] = [await rawPackets(context, far[0]), await rawPackets(context, far[1])];
    using _eal = Eal.init(args);
    const pool = PktmbufPool.create("packets", 2047);
    const [one, other] = EthDev.all().map((dev) => bringUpBound(dev, pool)) as [EthDev, EthDev];
    const packets = new MbufCursor();
    const [ether, ip4] = [new EthernetHeader(packets), new Ipv4Header(packets)];
    const [u, t] = [new UdpHeader(packets), new TcpHeader(packets)];
    let repair = true;
    // From 10.9.24.2 to 10.9.24.9 here, from 10.9.25.1 to 10.9.25.2 there; answers the other way.
    const rewrite = (
      source: string,
      destination: string,
      mac: readonly [string, string],
    ): Change => {
      return each((packet) => {
        packets.moveTo(packet.address);
        if (ether.etherType !== RTE_ETHER_TYPE_IPV4 || !ip4.at(14)) return false;
        ether.dstAddr = parseMac(mac[0]);
        ether.srcAddr = parseMac(mac[1]);
        ip4.srcAddr = parseIpv4(source);
        ip4.dstAddr = parseIpv4(destination);
        ip4.updateChecksum();
        if (u.at(34) && ip4.nextProtoId === 17) {
          u.dstPort++;
          if (repair) u.updateChecksum(ip4);
          assert.equal(u.checksumValid(ip4), repair);
        } else if (ip4.nextProtoId === 6 && t.at(34)) {
          t.updateChecksum(ip4);
          assert.equal(t.checksumValid(ip4), true);
        }
        return true;
      });
    };
    await using forwarder = Forwarder.between(
      one,
      other,
      rewrite("10.9.25.1", "10.9.25.2", [far[1].mac, near[1].mac]),
      rewrite("10.9.24.9", "10.9.24.2", [far[0].mac, near[0].mac]),
    );
    const addresses = { from: far[0], to: near[0] };
    const random = randomIntegers(31);
    const home = far[1].namespace;
    const send = async (count: number) => {
      const first = (await back.count()).got;
      for (let i = 0; i < count; i++) {
        const data = Array.from({ length: random(1400) }, () => random(256));
        await here.send(
          ethernet(addresses, 0x0800, udp("10.9.24.2", "10.9.24.9", [1234, 4000 + i], data)),
        );
      }
      assert.equal(await back.wait(first + count), first + count);
    };
    const counts = async () => [
      await counter(home, "Udp", "NoPorts"),
      await counter(home, "Udp", "InErrors"),
      await counter(home, "Udp", "InCsumErrors"),
    ];
    assert.deepEqual(await counts(), [0, 0, 0]);
    await send(200);
    // Nobody listens: the kernel says so after it has found the checksum right.
    assert.deepEqual(await counts(), [200, 0, 0]);
    assert.ok((await back.frames()).every((bytes) => rightChecksums([...bytes.subarray(14)])));
    repair = false;
    await send(7);
    assert.deepEqual(await counts(), [200, 7, 7]);

    // A connection that nobody takes: what refuses it comes back through the rewriting.
    await here.filter(0x0800);
    await here.clear();
    await here.send(ethernet(addresses, 0x0800, tcpSyn("10.9.24.2", "10.9.24.9", [7777, 9])));
    let answer: number[] | undefined;
    for (let tries = 0; tries < 50 && answer === undefined; tries++) {
      await here.wait(tries + 1, 20);
      answer = (await here.frames()).map((bytes) => [...bytes.subarray(14)]).find((ip) =>
        ip[9] === 6
      );
    }
    assert.ok(answer !== undefined);
    assert.deepEqual(answer.slice(12, 20), [...ipBytes("10.9.24.9"), ...ipBytes("10.9.24.2")]);
    assert.deepEqual([answer[33], rightChecksums(answer)], [0x14, true]);
    assert.equal(await counter(home, "Tcp", "InCsumErrors"), 0);
    await forwarder.stop();
    assert.equal(pool.availCount, pool.size);
  },
);

ealCase(
  "packets of several segments go out as one frame, those too long not at all",
  async (context) => {
    const [near, far] = network(context).port();
    const there = await rawPackets(context, far);
    using _eal = Eal.init([...context.args, "--no-huge", "--no-shconf", afPacket(0, near)]);
    const pool = PktmbufPool.create("packets", 1023);
    const dev = bringUp(EthDev.get(0), pool, { txOffloads: ["MULTI_SEGS"] });
    const frame = filled({ to: far, from: near }, 1500);
    const packets = new MbufCursor();
    const burst = new PointerBuffer(4);
    const chained = (bytes: Uint8Array, parts: number): number => {
      const step = Math.ceil(bytes.length / parts);
      const [head, ...rest] = Array.from(
        { length: parts },
        (_, i) =>
          packets.moveTo(pool.alloc()!).fill(bytes.subarray(i * step, (i + 1) * step)).address,
      );
      for (const tail of rest) {
        packets.moveTo(head!).chain(tail);
      }
      assert.deepEqual([packets.moveTo(head!).nbSegs, packets.pktLen], [parts, bytes.length]);
      return head!;
    };
    burst.set(0, chained(frame, 5));
    burst.set(1, chained(frame, 5));
    assert.equal(packets.at(burst, 1).linearize(), true);
    assert.deepEqual([packets.nbSegs, packets.dataLen], [1, 1500]);
    burst.set(2, chained(filled({ to: far, from: near }, 3000), 3)); // more than a frame of its ring
    burst.set(3, chained(frame, 1));
    assert.equal(dev.txQueue(0).txBurst(burst), 4);
    assert.equal(await there.wait(3), 3);
    sameFrames(await there.frames(), [frame, frame, frame]);
    const { opackets, oerrors } = dev.stats();
    assert.deepEqual([opackets, oerrors], [3n, 1n]);
    assert.equal(pool.availCount, pool.size);
  },
);
