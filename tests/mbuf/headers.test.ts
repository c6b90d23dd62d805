// Headers over the packets of a pool: they see the segment that the cursor is at, as it is now.

import {
  Eal,
  EthernetHeader,
  IcmpHeader,
  Ipv4Header,
  Ipv6Header,
  MbufCursor,
  PktmbufPool,
  RTE_ETHER_TYPE_IPV4,
  TcpHeader,
  UdpHeader,
} from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";

const ONE = { args: ["--no-huge", "--no-shconf"] };

/** A UDP packet of 60 bytes. */
function udpBytes(): Uint8Array {
  const bytes = Uint8Array.from({ length: 60 }, (_, i) => i);
  bytes.set([8, 0, 0x45, 0, 0, 46, 0, 0, 0, 0, 64, 17], 12);
  bytes.set([0, 26], 38);
  return bytes;
}

/** What an access is refused with that the bytes do not reach. */
const refused = (at: number, bytes: number) => ({
  name: "RangeError",
  message: new RegExp(`it is at ${at}, and the packet has ${bytes} bytes$`),
});

ealCase("in a chain of 10 and 50 bytes they end where the first segment does", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using pool = PktmbufPool.create("pool", 15, { cacheSize: 0 });
  const bytes = udpBytes();
  // What is behind the data of a segment would do for a header.
  const [head, tail] = [bytes, bytes.subarray(10)].map((part) =>
    new MbufCursor().moveTo(pool.alloc()!).fill(part)
  ) as [MbufCursor, MbufCursor];
  head.trim(50);
  const m = new MbufCursor().moveTo(head.address);
  m.chain(tail.address);
  assert.deepEqual([m.pktLen, m.dataLen, m.nbSegs], [60, 10, 2]);
  assert.deepEqual(m.read(), bytes);
  const ether = new EthernetHeader(m);
  const ip4 = new Ipv4Header(m);
  const udp = new UdpHeader(m);
  assert.equal(ether.dstAddr, 0x000102030405, "its bytes are there");
  for (
    const access of [
      () => ether.srcAddr,
      () => ether.etherType,
      () => ether.payloadType,
      () => ether.payloadOffset,
      () => ether.swapAddresses(),
      () => (ether.srcAddr = 1),
      () => (ether.etherType = 1),
    ]
  ) assert.throws(access, refused(0, 10));
  for (const header of [ip4, new Ipv6Header(m), udp, new TcpHeader(m), new IcmpHeader(m)]) {
    for (const offset of [3, 10, 14, 34, 60]) assert.equal(header.at(offset), false, `${offset}`);
  }
  assert.equal(udp.at(2), true, "8 bytes are");
  assert.equal(ether.at(0), false);
  // In the second segment offsets start anew, and the end is its own.
  assert.equal(m.nextSegment(), true);
  assert.deepEqual([ip4.at(4), udp.at(24)], [true, true]);
  assert.deepEqual([ip4.nextProtoId, udp.dgramLen, udp.payloadLength], [17, 26, 18]);
  assert.deepEqual([udp.at(43), ip4.at(31), udp.at(42)], [false, false, true]);
  m.moveTo(head.address);
  assert.deepEqual(m.read(), bytes, "nothing was written");
  // In one segment all is there.
  assert.equal(m.linearize(), true);
  assert.equal(ether.at(0), true);
  assert.deepEqual([ether.payloadType, ip4.at(ether.payloadOffset)], [RTE_ETHER_TYPE_IPV4, true]);
  m.free();
  assert.equal(pool.mempool.full, true);
});

ealCase("what is cut off through the same cursor is not there any more", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using pool = PktmbufPool.create("pool", 15, { cacheSize: 0 });
  const m = new MbufCursor().moveTo(pool.alloc()!).fill(udpBytes());
  const ip4 = new Ipv4Header(m);
  const udp = new UdpHeader(m);
  assert.deepEqual([ip4.at(14), udp.at(34)], [true, true]);
  udp.dgramCksum = 0x1234;
  assert.equal(m.trim(19), true); // 41: the checksum's last byte is cut off
  assert.throws(() => udp.dgramCksum, refused(34, 41));
  assert.throws(() => (udp.dgramCksum = 0), refused(34, 41));
  assert.equal(udp.dgramLen, 26);
  assert.equal(m.trim(8), true); // 33: all of UDP, and of the IPv4 address
  assert.throws(() => udp.srcPort, refused(34, 33));
  assert.throws(() => ip4.dstAddr, refused(14, 33));
  assert.throws(() => ip4.updateChecksum(), refused(14, 33));
  assert.equal(ip4.nextProtoId, 17);
  assert.equal(m.append(27), true);
  assert.equal(udp.dgramCksum, 0x1234, "as it was");
  // The same from the front: offsets are from the first byte that is left.
  assert.equal(m.adj(14), true);
  assert.deepEqual([ip4.at(0), ip4.nextProtoId], [true, 17]);
  assert.throws(() => m.moveTo(m.address).adj(30) && ip4.dstAddr, refused(0, 16));
  m.free();
  assert.throws(() => ip4.dstAddr, /the packet has 0 bytes/, "and nothing of what was freed");
  assert.equal(pool.mempool.full, true);
});

ealCase("a packet of a byte less than its header has none", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using pool = PktmbufPool.create("pool", 15, { cacheSize: 0 });
  const m = new MbufCursor();
  const lengths = [
    ...[[EthernetHeader, 14], [Ipv4Header, 20], [Ipv6Header, 40]] as const,
    ...[[UdpHeader, 8], [TcpHeader, 20], [IcmpHeader, 8]] as const,
  ];
  for (const [Class, length] of lengths) {
    // The options' length, of IPv4 and of TCP; the rest of the buffer has it, too.
    m.moveTo(pool.alloc()!).fill(new Uint8Array(60).fill(0x55));
    const header = new Class(m);
    m.trim(60 - length);
    assert.equal(header.at(0), true, Class.name);
    m.trim(1);
    assert.equal(header.at(0), false, Class.name);
    assert.equal(header.offset, -1);
    m.free();
  }
  m.moveTo(pool.alloc()!).fill(udpBytes().subarray(0, 13));
  const ether = new EthernetHeader(m);
  assert.equal(ether.srcAddr, 0x060708090a0b);
  ether.swapAddresses();
  assert.equal(ether.dstAddr, 0x060708090a0b);
  for (const access of [() => ether.etherType, () => ether.payloadType]) {
    assert.throws(access, refused(0, 13));
  }
  assert.equal(ether.at(0), false);
  m.append(1);
  assert.equal(ether.at(0), true);
  m.free();
  assert.equal(pool.mempool.full, true);
});
