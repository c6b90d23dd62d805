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
import { TestPacket } from "./packets.ts";

const CLASSES = [
  ...[EthernetHeader, VlanHeader, ArpHeader, Ipv4Header],
  ...[Ipv6Header, UdpHeader, TcpHeader, IcmpHeader],
] as const;

/** Getters and setters of a class, by name. */
function accessors(header: Header): [name: string, PropertyDescriptor][] {
  const all = Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(header)));
  return all.filter(([, { get }]) => get !== undefined);
}

/** A packet that is whole for any header. */
function whole(): TestPacket {
  const packet = new TestPacket(new Uint8Array(64));
  packet.bytes[0] = 0x45;
  packet.bytes[12] = 0x50;
  return packet;
}

for (const Class of CLASSES) {
  test(`${Class.name}: setters refuse what the field cannot hold, and change nothing`, () => {
    const packet = whole();
    const header = new Class(packet);
    for (const [name, { get, set }] of accessors(header)) {
      if (set === undefined) continue;
      const before = Uint8Array.from(packet.bytes);
      const was = get!.call(header);
      const bad = typeof was === "number"
        ? [-1, 0.5, NaN, Infinity, 2 ** 48, 2 ** 53, 2 ** 64, "1", null, undefined, true, {}]
        : typeof was === "boolean"
        ? [0, 1, "true", null, undefined]
        : ["", "1::2::3", "10.0.0.1", 5, null, undefined];
      for (const value of bad) {
        assert.throws(
          () => set.call(header, value),
          { name: /RangeError|TypeError|SyntaxError/, message: /^Cannot use / },
          `${name} = ${String(value)}`,
        );
      }
      // The engine's own words.
      assert.throws(() => set.call(header, 1n), { name: /RangeError|TypeError|SyntaxError/ });
      assert.deepEqual(packet.bytes, before, name);
    }
  });

  test(`${Class.name}: nowhere, every access throws`, () => {
    const packet = whole();
    const header = new Class(packet);
    assert.deepEqual([header.at(2 ** 32 - 1), header.offset], [false, -1]);
    const list = accessors(header);
    assert.equal(list.length > 4, true);
    for (const [name, { get, set }] of list) {
      assert.throws(() => get!.call(header), {
        name: "RangeError",
        message: /^Cannot read or write .* of the \w+ header: it is nowhere; call at\(\)/,
      }, name);
      const value = name === "dei" || name.endsWith("Fragment") || name.endsWith("Fragments")
        ? true
        : header instanceof Ipv6Header && name.endsWith("Addr")
        ? "::"
        : 0;
      if (set !== undefined) assert.throws(() => set.call(header, value), RangeError, name);
    }
    assert.deepEqual(packet.bytes, whole().bytes);
    assert.equal(header.at(0), true);
    for (const [, { get }] of list) get!.call(header);
  });

  test(`${Class.name}: an access sees the packet as it is now`, () => {
    const packet = whole();
    const header = new Class(packet);
    assert.equal(header.at(0), true);
    const length = [14, 4, 28, 20, 40, 8, 20, 8][CLASSES.indexOf(Class)]!;
    for (let left = length; left >= 0; left--) {
      packet.dataLen = left;
      // At least the field that has the last byte is not there any more, and all are there at first.
      const refused = accessors(header).filter(([, { get }]) => {
        try {
          get!.call(header);
          return false;
        } catch (error) {
          assert.match((error as Error).message, /it is at 0, and the packet has \d+ bytes$/);
          return true;
        }
      });
      assert.equal(refused.length > 0, left < length, `${left} of ${length} bytes`);
      if (left === 0) assert.equal(refused.length, accessors(header).length);
    }
    assert.equal(header.at(0), false);
    packet.dataLen = 64;
    assert.throws(() => accessors(header)[0]![1].get!.call(header), /it is nowhere/);
    assert.equal(header.at(64 - length) || length === 20, true);
    assert.equal(header.at(64 - length + 1), false);
  });

  test(`${Class.name}: an offset is an integer from 0 on`, () => {
    const header = new Class(whole());
    for (const bad of [-1, 0.5, NaN, Infinity, 2 ** 32, -0.5, "0", null, undefined]) {
      assert.throws(() => header.at(bad as number), {
        name: "RangeError",
        message: /^Cannot read the \w+ header at .*: the offset must be an integer from 0 on$/,
      });
      assert.equal(header.offset, 0);
    }
  });

  test(`${Class.name}: wants a packet`, () => {
    for (const bad of [undefined, null, 5, new Uint8Array(20)]) {
      assert.throws(() => new Class(bad as unknown as TestPacket), {
        name: "TypeError",
        message: /^Cannot read \w+ headers: .* is no packet$/,
      });
    }
  });
}

test("what is refused says what would do", () => {
  const packet = whole();
  const ip4 = new Ipv4Header(packet);
  assert.throws(() => ip4.timeToLive = 256, {
    name: "RangeError",
    message: "Cannot use 256 as timeToLive: it must be an integer from 0 to 255",
  });
  assert.throws(() => ip4.fragmentOffset = 12, {
    name: "RangeError",
    message: "Cannot use 12 as fragmentOffset: it must be a multiple of 8 from 0 to 65528",
  });
  assert.throws(() => ip4.dontFragment = 1 as unknown as boolean, {
    name: "TypeError",
    message: "Cannot use 1 as dontFragment: it must be true or false",
  });
  const ip6 = new Ipv6Header(packet);
  for (const length of [0, 15, 17]) {
    const bytes = new Uint8Array(length);
    assert.throws(() => ip6.readSrcAddr(bytes), RangeError);
    assert.throws(() => ip6.writeDstAddr(bytes), RangeError);
  }
  assert.throws(() => ip6.readSrcAddr([] as unknown as Uint8Array), TypeError);
});
