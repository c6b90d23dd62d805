import {
  EthernetHeader,
  IPPROTO_AH,
  IPPROTO_DSTOPTS,
  IPPROTO_FRAGMENT,
  IPPROTO_HOPOPTS,
  IPPROTO_ROUTING,
  IPPROTO_TCP,
  IPPROTO_UDP,
  Ipv4Header,
  Ipv6Header,
  TcpHeader,
  UdpHeader,
  VlanHeader,
} from "../../ffi/net/mod.ts";
import { assert, test } from "../kit.ts";
import { randomIntegers } from "../ring/modes.ts";
import { askC, hex, printed, randomBytes, TestPacket, unhex } from "./packets.ts";

const MACS = "020000000001 020000000002";

test("Ethernet's payload is past its VLAN tags, as far as they are there", () => {
  const packet = new TestPacket();
  const ether = new EthernetHeader(packet);
  for (
    const [rest, offset, type] of [
      ["0800", 14, 0x0800],
      ["0806 0001", 14, 0x0806],
      ["8100 6007 86dd", 18, 0x86dd],
      ["88a8 0001 8100 0002 0800 45", 22, 0x0800],
      ["9100 0001 0800", 14, 0x9100],
      // Cut off inside the tag, and after the first.
      ["8100", 14, 0x8100],
      ["8100 0001 08", 14, 0x8100],
      ["88a8 0001 8100 00", 18, 0x8100],
      // One more than are skipped.
      ["8100 0001".repeat(5) + "0800", 30, 0x8100],
      ["8100 0001".repeat(4) + "0800", 30, 0x0800],
    ] as const
  ) {
    packet.set(unhex(MACS + rest));
    assert.deepEqual([ether.payloadOffset, ether.payloadType], [offset, type], rest);
    // The same inside another packet.
    packet.set(unhex(`ffffff ${MACS} ${rest}`));
    assert.equal(ether.at(3), true);
    assert.deepEqual([ether.payloadOffset, ether.payloadType], [offset + 3, type], rest);
    ether.at(0);
  }
});

test("VLAN tags can be walked one by one", () => {
  const packet = new TestPacket(unhex(`${MACS} 88a8 a001 8100 1fff 0800`));
  const vlan = new VlanHeader(packet);
  assert.equal(vlan.at(14), true);
  assert.deepEqual([vlan.pcp, vlan.dei, vlan.vid, vlan.ethProto], [5, false, 1, 0x8100]);
  assert.equal(vlan.at(vlan.payloadOffset), true);
  assert.deepEqual([vlan.pcp, vlan.dei, vlan.vid, vlan.ethProto], [0, true, 4095, 0x0800]);
  assert.equal(vlan.at(vlan.payloadOffset), false);
});

test("IPv4's payload is what it says, but no more than there is", () => {
  const packet = new TestPacket();
  const ip4 = new Ipv4Header(packet);
  for (
    const [ihl, total, bytes, offset, length] of [
      [5, 28, 60, 20, 8],
      [5, 60, 60, 20, 40],
      [5, 61, 60, 20, 40],
      [5, 65535, 20, 20, 0],
      [15, 70, 80, 60, 10],
      [6, 23, 80, 24, 0],
      [5, 0, 80, 20, 0],
    ] as const
  ) {
    packet.set([0x40 | ihl, 0, total >>> 8, total & 0xff, ...new Uint8Array(bytes - 4)]);
    assert.equal(ip4.at(0), true);
    assert.deepEqual([ip4.payloadOffset, ip4.payloadLength], [offset, length]);
  }
});

test("a header is there when all of it is, with its options", () => {
  const packet = new TestPacket();
  for (
    const [header, byte, at] of [
      [new Ipv4Header(packet), 0, (words: number) => 0x40 | words],
      [new TcpHeader(packet), 12, (words: number) => words << 4],
    ] as const
  ) {
    for (let words = 0; words < 16; words++) {
      for (let length = 0; length < 70; length++) {
        packet.set(new Uint8Array(length + 5));
        if (byte < length) packet.bytes[5 + byte] = at(words);
        const whole = words >= 5 && words * 4 <= length;
        assert.equal(header.at(5), whole, `${words} words in ${length} bytes`);
        assert.equal(header.offset, whole ? 5 : -1);
        if (whole) assert.equal(header.payloadOffset, 5 + words * 4);
      }
    }
  }
});

test("UDP's payload is what it says, but no more than there is", () => {
  const packet = new TestPacket(unhex("0001 0002 000a 0000 11 22 33"));
  const udp = new UdpHeader(packet);
  assert.deepEqual([udp.payloadOffset, udp.payloadLength], [8, 2]);
  for (const [says, length] of [[0, 0], [7, 0], [8, 0], [11, 3], [12, 3], [65535, 3]] as const) {
    udp.dgramLen = says;
    assert.equal(udp.payloadLength, length);
  }
});

const EXTENSIONS = [
  IPPROTO_HOPOPTS,
  IPPROTO_ROUTING,
  IPPROTO_DSTOPTS,
  IPPROTO_FRAGMENT,
  IPPROTO_AH,
];

/** A packet of extension headers, some of them longer than what is there. */
function extended(random: (limit: number) => number): Uint8Array {
  const kinds = Array.from({ length: random(11) }, () => EXTENSIONS[random(EXTENSIONS.length)]!);
  const last = random(2) === 0 ? IPPROTO_UDP : IPPROTO_TCP;
  const headers = kinds.flatMap((kind, i) => {
    const next = kinds[i + 1] ?? last;
    const units = random(4);
    const length = kind === IPPROTO_FRAGMENT
      ? 8
      : kind === IPPROTO_AH
      ? 4 * (units + 2)
      : 8 * (units + 1);
    const bytes = randomBytes(random, Math.max(length, 8));
    bytes[0] = next;
    bytes[1] = units;
    // A third of the fragments are the first, or all of the packet.
    if (kind === IPPROTO_FRAGMENT && random(3) > 0) {
      bytes[2] = 0;
      bytes[3] = random(2);
    }
    return [...bytes.subarray(0, length)];
  });
  const header = [0x60, 0, 0, 0, 0, 0, kinds[0] ?? last, 1, ...randomBytes(random, 32)];
  const all = [...header, ...headers, ...randomBytes(random, random(30))];
  return Uint8Array.from(all.slice(0, random(2) === 0 ? all.length : 40 + random(all.length - 39)));
}

test("IPv6's payload is past its extension headers, as rte_ipv6_get_next_ext goes", async () => {
  const random = randomIntegers(1);
  const packet = new TestPacket();
  const ip6 = new Ipv6Header(packet);
  const packets = Array.from({ length: 4000 }, () => extended(random));
  const ours = packets.map((bytes) => {
    packet.set(bytes);
    assert.equal(ip6.at(0), true);
    return printed([ip6.payloadOffset, ip6.payloadProto, ip6.isFragment]);
  });
  assert.deepEqual(ours, await askC(packets.map((bytes) => `walk6 ${hex(bytes)}`)));
  assert.equal(new Set(ours).size > 200, true);
});

test("IPv6's payload length is without the extension headers, and no more than there is", () => {
  const packet = new TestPacket([0x60, 0, 0, 0, 0, 20, 60, 1, ...new Uint8Array(32), 17, 0]);
  const ip6 = new Ipv6Header(packet);
  assert.deepEqual([ip6.payloadOffset, ip6.payloadProto, ip6.payloadLength], [40, 60, 2]);
  packet.set([...packet.bytes, ...new Uint8Array(38)]);
  assert.deepEqual([ip6.payloadOffset, ip6.payloadProto, ip6.payloadLength], [48, 17, 12]);
  ip6.payloadLen = 4;
  assert.equal(ip6.payloadLength, 0);
  ip6.payloadLen = 9999;
  assert.equal(ip6.payloadLength, 32);
});
