import {
  IcmpHeader,
  IPPROTO_ICMPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  Ipv4Header,
  Ipv6Header,
  rawChecksum,
  TcpHeader,
  UdpHeader,
} from "../../ffi/net/mod.ts";
import { assert, test } from "../kit.ts";
import { randomIntegers } from "../ring/modes.ts";
import { askC, hex, printed, randomBytes, TestPacket } from "./packets.ts";

type Random = (limit: number) => number;

/** Bytes of all kinds: random, zeros, ones. */
function someBytes(random: Random, length: number): Uint8Array {
  const kind = random(10);
  if (kind === 0) return new Uint8Array(length);
  if (kind === 1) return new Uint8Array(length).fill(0xff);
  return randomBytes(random, length);
}

test("sums bytes as rte_raw_cksum does, odd lengths and 64 KiB too", async () => {
  const random = randomIntegers(1);
  const packets = Array.from(
    { length: 3000 },
    (_, i) => someBytes(random, i < 200 ? i : random(400)),
  );
  for (const length of [32767, 32768, 32769, 65535, 65536, 65537, 120_001]) {
    packets.push(randomBytes(random, length), new Uint8Array(length).fill(0xff));
  }
  const packet = new TestPacket();
  const ours = packets.map((bytes, i) => {
    const before = i % 5;
    packet.set([...randomBytes(random, before), ...bytes, ...randomBytes(random, i % 3)]);
    return String(rawChecksum(packet, before, bytes.length));
  });
  assert.deepEqual(ours, await askC(packets.map((bytes) => `raw ${hex(bytes)}`)));
});

/** An IPv4 packet whose lengths are right: header, options and payload. */
function packet4(random: Random): Uint8Array {
  const ihl = 5 + (random(2) === 0 ? 0 : random(11));
  const bytes = someBytes(random, 4 * ihl + random(200));
  bytes[0] = (bytes[0]! & 0xf0) | ihl;
  bytes[2] = bytes.length >>> 8;
  bytes[3] = bytes.length & 0xff;
  if (random(4) > 0) bytes[9] = random(2) === 0 ? IPPROTO_UDP : IPPROTO_TCP;
  return bytes;
}

/** An IPv6 packet without extension headers whose length is right. */
function packet6(random: Random): Uint8Array {
  const bytes = someBytes(random, 40 + random(200));
  bytes[4] = (bytes.length - 40) >>> 8;
  bytes[5] = (bytes.length - 40) & 0xff;
  bytes[6] = [IPPROTO_UDP, IPPROTO_TCP, IPPROTO_ICMPV6, 100 + random(30)][random(4)]!;
  return bytes;
}

test("IPv4 checksums are those of C, of the header, the pseudo-header and the payload", async () => {
  const random = randomIntegers(2);
  const packet = new TestPacket();
  const ip4 = new Ipv4Header(packet);
  const questions: string[] = [];
  const ours: string[] = [];
  let valid = 0;
  for (let i = 0; i < 4000; i++) {
    packet.set([...packet4(random), ...randomBytes(random, random(20))]);
    assert.equal(ip4.at(0), true);
    if (i % 2 === 0) {
      // Right in the packet, by its own field.
      const at = ip4.nextProtoId === IPPROTO_UDP ? 6 : ip4.nextProtoId === IPPROTO_TCP ? 16 : 999;
      if (at + 2 <= ip4.payloadLength) {
        packet.view.setUint16(packet.dataStart + ip4.payloadOffset + at, ip4.udpTcpChecksum());
        valid++;
        assert.equal(ip4.udpTcpChecksumValid, true);
      }
      ip4.updateChecksum();
      assert.equal(ip4.checksumValid, true);
    }
    questions.push(`sums4 ${hex(packet.bytes)}`);
    ours.push(printed([
      ...[ip4.checksumValid, ip4.udpTcpChecksumValid],
      ...[ip4.pseudoHeaderChecksum(), ip4.pseudoHeaderChecksum(true)],
      ...[ip4.computeChecksum(), ip4.udpTcpChecksum()],
    ]));
  }
  assert.deepEqual(ours, await askC(questions));
  assert.equal(valid > 1000, true);
});

test("IPv6 checksums are those of C, of the pseudo-header and the payload", async () => {
  const random = randomIntegers(3);
  const packet = new TestPacket();
  const ip6 = new Ipv6Header(packet);
  const questions: string[] = [];
  const ours: string[] = [];
  for (let i = 0; i < 4000; i++) {
    packet.set([...packet6(random), ...randomBytes(random, random(20))]);
    assert.equal(ip6.at(0), true);
    const at = ip6.proto === IPPROTO_UDP ? 6 : ip6.proto === IPPROTO_TCP ? 16 : 999;
    if (i % 2 === 0 && at + 2 <= ip6.payloadLength) {
      packet.view.setUint16(packet.dataStart + 40 + at, ip6.udpTcpChecksum());
      assert.equal(ip6.udpTcpChecksumValid, true);
    }
    questions.push(`sums6 ${hex(packet.bytes)}`);
    ours.push(printed([
      ip6.udpTcpChecksumValid,
      ...[ip6.pseudoHeaderChecksum(), ip6.pseudoHeaderChecksum(true), ip6.udpTcpChecksum()],
    ]));
  }
  assert.deepEqual(ours, await askC(questions));
});

test("a UDP checksum of 0 is stored as 0xffff, and a TCP checksum of 0 as it is", async () => {
  const random = randomIntegers(4);
  const packet = new TestPacket();
  const ip4 = new Ipv4Header(packet);
  const questions: string[] = [];
  for (const proto of [IPPROTO_UDP, IPPROTO_TCP]) {
    packet.set([0x45, 0, 0, 44, 0, 0, 0, 0, 64, proto, 0, 0, ...randomBytes(random, 32)]);
    const { view, dataStart } = packet;
    // A word of the payload that makes up what is missing to 0xffff.
    const word = dataStart + 42;
    view.setUint16(word, 0);
    view.setUint16(word, ip4.udpTcpChecksum());
    assert.equal(ip4.udpTcpChecksum(), proto === IPPROTO_UDP ? 0xffff : 0);
    questions.push(`sums4 ${hex(packet.bytes)}`);
  }
  assert.deepEqual((await askC(questions)).map((answer) => answer.split(" ")[5]), ["65535", "0"]);
});

test("headers store their checksum and know whether it is right", () => {
  const random = randomIntegers(5);
  const packet = new TestPacket();
  const ip4 = new Ipv4Header(packet);
  const ip6 = new Ipv6Header(packet);
  const udp = new UdpHeader(packet);
  const tcp = new TcpHeader(packet);
  for (let i = 0; i < 500; i++) {
    const length = 20 + random(100);
    for (
      const [ip, header, bytes] of [
        [ip4, udp, [0x45, 0, 0, 20 + length, ...randomBytes(random, 5), IPPROTO_UDP]],
        [ip4, tcp, [0x45, 0, 0, 20 + length, ...randomBytes(random, 5), IPPROTO_TCP]],
        [ip6, udp, [0x60, 0, 0, 0, 0, length, IPPROTO_UDP]],
        [ip6, tcp, [0x60, 0, 0, 0, 0, length, IPPROTO_TCP]],
      ] as const
    ) {
      const start = ip === ip4 ? 20 : 40;
      packet.set([...bytes, ...randomBytes(random, start + length - bytes.length)]);
      packet.bytes[start + 12] = 0x50;
      assert.equal(ip.at(0) && header.at(ip.payloadOffset), true);
      header.updateChecksum(ip);
      assert.equal(header.checksumValid(ip), true);
      packet.bytes[start + random(length)]! ^= 1 << random(8);
      // A bit of the other fields of TCP may make its header longer than the packet.
      assert.equal(header.checksumValid(ip), false);
    }
  }
});

test("a UDP checksum of 0 is none over IPv4, and wrong over IPv6", () => {
  const packet = new TestPacket([
    0x45,
    0,
    0,
    28,
    0,
    0,
    0,
    0,
    64,
    17,
    ...new Uint8Array(18).fill(1),
  ]);
  const [ip4, ip6, udp] = [new Ipv4Header(packet), new Ipv6Header(packet), new UdpHeader(packet)];
  assert.equal(ip4.at(0) && udp.at(20), true);
  udp.dgramCksum = 0;
  assert.deepEqual([udp.checksumValid(ip4), ip4.udpTcpChecksumValid], [true, false]);
  packet.set([0x60, 0, 0, 0, 0, 8, 17, ...new Uint8Array(41).fill(1)]);
  assert.equal(ip6.at(0) && udp.at(40), true);
  udp.dgramCksum = 0;
  assert.equal(udp.checksumValid(ip6), false);
});

test("a checksum past extension headers is that of the packet without them", () => {
  const random = randomIntegers(6);
  const addresses = randomBytes(random, 32);
  const payload = randomBytes(random, 41);
  const routing = [IPPROTO_UDP, 0, ...randomBytes(random, 6)];
  const hops = [43, 1, ...randomBytes(random, 14)];
  const plain = new TestPacket([0x60, 0, 0, 0, 0, 41, 17, 9, ...addresses, ...payload]);
  const long = new TestPacket(
    [0x60, 0, 0, 0, 0, 65, 0, 9, ...addresses, ...hops, ...routing, ...payload],
  );
  const [short, ip6] = [new Ipv6Header(plain), new Ipv6Header(long)];
  assert.deepEqual([ip6.payloadOffset, ip6.payloadProto, ip6.payloadLength], [64, 17, 41]);
  assert.equal(ip6.udpTcpChecksum(), short.udpTcpChecksum());
  const udp = new UdpHeader(long);
  udp.at(64);
  udp.updateChecksum(ip6);
  assert.equal(ip6.udpTcpChecksumValid && udp.checksumValid(ip6), true);
});

test("ICMP checksums are those of C", async () => {
  const random = randomIntegers(7);
  const packet = new TestPacket();
  const icmp = new IcmpHeader(packet);
  const questions: string[] = [];
  const ours: string[] = [];
  for (let i = 0; i < 1000; i++) {
    const length = 8 + random(100);
    packet.set(randomBytes(random, length + random(10)));
    questions.push(`icmpsum ${hex(packet.bytes.subarray(0, length))}`);
    ours.push(String(icmp.computeChecksum(length)));
    icmp.updateChecksum(length);
    assert.equal(icmp.checksumValid(length), true);
    packet.bytes[random(length)]! ^= 1 << random(8);
    assert.equal(icmp.checksumValid(length), false);
  }
  assert.deepEqual(ours, await askC(questions));
});

test("what goes past the packet is not summed: it throws, or is not valid", () => {
  const packet = new TestPacket([0x46, 0, 0, 60, ...new Uint8Array(26)]);
  const ip4 = new Ipv4Header(packet);
  const ip6 = new Ipv6Header(packet);
  const icmp = new IcmpHeader(packet);
  const udp = new UdpHeader(packet);
  assert.equal(ip4.at(0), true);
  assert.throws(() => ip4.udpTcpChecksum(), {
    name: "RangeError",
    message: "Cannot read or write 36 bytes at 24 of the IPv4 header: it is at 0, and the packet " +
      "has 30 bytes",
  });
  assert.equal(ip4.udpTcpChecksumValid, false);
  ip4.totalLength = 23;
  assert.throws(() => ip4.udpTcpChecksum(), /says 23 bytes in total/);
  assert.equal(ip4.udpTcpChecksumValid, false);
  packet.dataLen = 23;
  assert.throws(() => ip4.computeChecksum(), RangeError);
  assert.equal(ip4.checksumValid, false);
  ip4.ihl = 4;
  assert.throws(() => ip4.computeChecksum(), /it says that it has 16 bytes/);
  assert.equal(ip4.checksumValid, false);
  for (const length of [24, 7, 2.5, -8, NaN, 2 ** 32, "8" as unknown as number]) {
    assert.throws(() => icmp.computeChecksum(length), RangeError);
    assert.throws(() => icmp.updateChecksum(length), RangeError);
    assert.equal(icmp.checksumValid(length), false);
  }
  for (const [offset, length] of [[0, 24], [24, 0], [-1, 2], [0.5, 2], [2, NaN], [1, 2 ** 32]]) {
    assert.throws(() => rawChecksum(packet, offset!, length!), {
      name: "RangeError",
      message: `Cannot sum ${length} bytes at ${offset}: the packet has 23`,
    });
  }
  assert.equal(rawChecksum(packet, 23, 0), 0);

  packet.set([0x60, 0, 0, 0, 0, 30, 0, 0, ...new Uint8Array(32), 17, 0, ...new Uint8Array(20)]);
  assert.equal(ip6.at(0), true);
  assert.throws(() => ip6.udpTcpChecksum(), RangeError);
  assert.equal(ip6.udpTcpChecksumValid, false);
  ip6.payloadLen = 7;
  assert.throws(() => ip6.udpTcpChecksum(), /says 7 bytes of payload, and the extension/);
  assert.equal(ip6.udpTcpChecksumValid, false);
  assert.equal(udp.at(40), true);
  assert.throws(() => udp.updateChecksum(ip6), {
    name: "RangeError",
    message: "Cannot compute the UDP checksum: the IP header's payload is protocol 17 at 48, and " +
      "this is the UDP header at 40",
  });
  assert.equal(udp.checksumValid(ip6), false);
});
