import {
  ArpHeader,
  EthernetHeader,
  type Header,
  IcmpHeader,
  Ipv4Header,
  Ipv6Header,
  TcpHeader,
  UdpHeader,
  VlanHeader,
} from "../../ffi/net/mod.ts";
import { assert, test } from "../kit.ts";
import { randomIntegers } from "../ring/modes.ts";
import { askC, hex, printed, randomBytes, TestPacket } from "./packets.ts";

/** A field's value. */
type Value = number | boolean | string;

/** The fields of a class in the order in which C prints them, with the bits that a number has. */
interface Fields {
  readonly command: string;
  readonly make: (packet: TestPacket) => Header;
  readonly length: number;
  /** Bits, or `flag`, or `text` of an address; what begins with `=` is only read. */
  readonly fields: Readonly<Record<string, number | "flag" | "address" | "read">>;
}

const ALL: readonly Fields[] = [
  {
    command: "ether",
    make: (packet) => new EthernetHeader(packet),
    length: 14,
    fields: { dstAddr: 48, srcAddr: 48, etherType: 16 },
  },
  {
    command: "vlan",
    make: (packet) => new VlanHeader(packet),
    length: 4,
    fields: { vlanTci: 16, pcp: 3, dei: "flag", vid: 12, ethProto: 16 },
  },
  {
    command: "arp",
    make: (packet) => new ArpHeader(packet),
    length: 28,
    fields: {
      ...{ hardware: 16, protocol: 16, hlen: 8, plen: 8, opcode: 16 },
      ...{ senderMac: 48, senderIpv4: 32, targetMac: 48, targetIpv4: 32 },
    },
  },
  {
    command: "ipv4",
    make: (packet) => new Ipv4Header(packet),
    length: 20,
    fields: {
      ...{ versionIhl: 8, version: 4, ihl: 4, headerLength: "read" },
      ...{ typeOfService: 8, dscp: 6, ecn: 2, totalLength: 16, packetId: 16 },
      ...{ fragmentOffset: -13, dontFragment: "flag", moreFragments: "flag", isFragment: "read" },
      ...{ timeToLive: 8, nextProtoId: 8, hdrChecksum: 16, srcAddr: 32, dstAddr: 32 },
    },
  },
  {
    command: "ipv6",
    make: (packet) => new Ipv6Header(packet),
    length: 40,
    fields: {
      ...{ vtcFlow: 32, version: 4, trafficClass: 8, dscp: 6, ecn: 2, flowLabel: 20 },
      ...{ payloadLen: 16, proto: 8, hopLimits: 8, srcAddr: "address", dstAddr: "address" },
    },
  },
  {
    command: "udp",
    make: (packet) => new UdpHeader(packet),
    length: 8,
    fields: { srcPort: 16, dstPort: 16, dgramLen: 16, dgramCksum: 16 },
  },
  {
    command: "tcp",
    make: (packet) => new TcpHeader(packet),
    length: 20,
    fields: {
      ...{ srcPort: 16, dstPort: 16, sentSeq: 32, recvAck: 32, dataOff: 8, headerLength: "read" },
      ...{ tcpFlags: 8, rxWin: 16, cksum: 16, tcpUrp: 16 },
    },
  },
  {
    command: "icmp",
    make: (packet) => new IcmpHeader(packet),
    length: 8,
    fields: { type: 8, code: 8, cksum: 16, ident: 16, seqNb: 16 },
  },
];

/** What a header's fields are, by name. */
const valuesOf = (header: Header): Record<string, Value> =>
  header as unknown as Record<string, Value>;

function randomValue(random: (limit: number) => number, kind: number | string): Value {
  if (kind === "flag") return random(2) === 1;
  if (kind === "address") {
    return Array.from({ length: 8 }, () => random(0x10000).toString(16)).join(":");
  }
  // Negative are those that count by 8.
  const bits = Math.abs(Number(kind));
  const edge = random(8);
  const value = edge === 0
    ? 0
    : edge === 1
    ? 2 ** bits - 1
    : bits > 32
    ? random(2 ** (bits - 32)) * 2 ** 32 + random(2 ** 32)
    : random(2 ** bits);
  return Number(kind) < 0 ? value * 8 : value;
}

for (const { command, make, length, fields } of ALL) {
  const names = Object.keys(fields);

  test(`${command}: reads every field as C does`, async () => {
    const random = randomIntegers(length);
    const packets = Array.from({ length: 500 }, () => randomBytes(random, length));
    const answers = await askC(packets.map((bytes) => `${command} ${hex(bytes)}`));
    const packet = new TestPacket();
    const header = make(packet);
    for (const [i, bytes] of packets.entries()) {
      // The header is the packet, or is somewhere in it.
      const before = i % 2 === 0 ? 0 : random(30);
      packet.set([...randomBytes(random, before), ...bytes, ...randomBytes(random, 60)]);
      const whole = header.at(before);
      // A header that says that it is shorter than it can be is nowhere.
      if (!whole) continue;
      assert.equal(header.offset, before);
      assert.equal(printed(names.map((name) => valuesOf(header)[name]!)), answers[i], hex(bytes));
    }
  });

  test(`${command}: C reads every field that was written, and no other byte changes`, async () => {
    const random = randomIntegers(length + 1);
    const packet = new TestPacket();
    const header = make(packet);
    const questions: string[] = [];
    const expected: string[] = [];
    for (let i = 0; i < 500; i++) {
      const bytes = randomBytes(random, length + 60);
      packet.set(bytes);
      const values = valuesOf(header);
      // One after another in random order: those that share a byte must leave the others' bits.
      const order = names.filter((name) => fields[name] !== "read").sort(() => random(2) - 0.5);
      for (const name of order) {
        const value = randomValue(random, fields[name]!);
        const others = new Map(names.map((other) => [other, values[other]!]));
        values[name] = value;
        if (fields[name] !== "address") assert.equal(values[name], value, name);
        for (const [other, was] of others) {
          if (!related(name, other)) assert.equal(values[other], was, `${other} after ${name}`);
        }
      }
      assert.deepEqual(packet.bytes.subarray(length), bytes.subarray(length));
      questions.push(`${command} ${hex(packet.bytes.subarray(0, length))}`);
      expected.push(printed(names.map((name) => values[name]!)));
    }
    assert.deepEqual(await askC(questions), expected);
  });
}

/** Fields that are parts of one another. */
const RELATED: readonly (readonly string[])[] = [
  ["vlanTci", "pcp"],
  ["vlanTci", "dei"],
  ["vlanTci", "vid"],
  ["versionIhl", "version"],
  ["versionIhl", "ihl", "headerLength"],
  ["dataOff", "headerLength"],
  ["typeOfService", "dscp"],
  ["typeOfService", "ecn"],
  ["isFragment", "fragmentOffset"],
  ["isFragment", "moreFragments"],
  ["vtcFlow", "version"],
  ["vtcFlow", "trafficClass", "dscp"],
  ["vtcFlow", "trafficClass", "ecn"],
  ["vtcFlow", "flowLabel"],
];

function related(name: string, other: string): boolean {
  return name === other || RELATED.some((row) => row.includes(name) && row.includes(other));
}

test("addresses are exchanged in place", () => {
  const random = randomIntegers(3);
  const packet = new TestPacket();
  const ether = new EthernetHeader(packet);
  const ip6 = new Ipv6Header(packet);
  for (let i = 0; i < 200; i++) {
    const bytes = randomBytes(random, 70);
    packet.set(bytes);
    const before = random(20);
    ether.at(before);
    const [src, dst] = [ether.srcAddr, ether.dstAddr];
    ether.swapAddresses();
    assert.deepEqual([ether.srcAddr, ether.dstAddr], [dst, src]);
    const expected = Uint8Array.from(bytes);
    expected.set(bytes.subarray(before, before + 6), before + 6);
    expected.set(bytes.subarray(before + 6, before + 12), before);
    assert.deepEqual(packet.bytes, expected);

    const [src6, dst6] = [ip6.srcAddr, ip6.dstAddr];
    ip6.swapAddresses();
    assert.deepEqual([ip6.srcAddr, ip6.dstAddr], [dst6, src6]);
    ip6.swapAddresses();
    assert.deepEqual(packet.bytes, expected);
  }
});

test("IPv6 addresses are copied as bytes", () => {
  const random = randomIntegers(4);
  const packet = new TestPacket(randomBytes(random, 40));
  const ip6 = new Ipv6Header(packet);
  const bytes = new Uint8Array(16);
  assert.equal(ip6.readSrcAddr(bytes), bytes);
  assert.deepEqual(bytes, packet.bytes.slice(8, 24));
  ip6.writeDstAddr(bytes);
  assert.deepEqual(packet.bytes.subarray(24), bytes);
  assert.equal(ip6.srcAddr, ip6.dstAddr);
  ip6.dstAddr = "::1";
  ip6.writeSrcAddr(ip6.readDstAddr(bytes));
  assert.equal(ip6.srcAddr, "::1");
});
