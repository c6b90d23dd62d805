import {
  EthernetHeader,
  Header,
  IPPROTO_TCP,
  IPPROTO_UDP,
  Ipv4Header,
  Ipv6Header,
  rawChecksum,
  UdpHeader,
} from "../../ffi/net/mod.ts";
import { assert, test } from "../kit.ts";
import { randomIntegers } from "../ring/modes.ts";
import { GuardedPacket, Outside } from "./guard.ts";
import { randomBytes } from "./packets.ts";
import { type Helper, type Subject, subjects, summing } from "./helpers.ts";

type Random = (limit: number) => number;

const PACKETS = 1_000_000;
/** The longest packet: all headers fit one after another. */
const CAPACITY = 160;
/** Of so many packets one is tried where the headers were at the last packet. */
const MOVED = 128;

/** What packets are filled with, from somewhere on. */
const NOISE = randomBytes(randomIntegers(7), 2 ** 18);

const TAGS = [0x8100, 0x88a8];
const EXTENSIONS = [0, 43, 44, 51, 60];

/** Random bytes that look like a packet more often than not, cut off anywhere. */
function fill(packet: GuardedPacket, random: Random): void {
  const { bytes } = packet;
  packet.resize(CAPACITY);
  const from = random(NOISE.length - CAPACITY);
  bytes.set(NOISE.subarray(from, from + CAPACITY));
  if (random(8) !== 0) {
    let at = 12;
    for (let tags = random(4); tags > 0; tags--, at += 4) {
      const type = TAGS[random(2)]!;
      bytes[at] = type >>> 8;
      bytes[at + 1] = type & 0xff;
    }
    bytes[at] = random(2) === 0 ? 0x08 : 0x86;
    bytes[at + 1] = bytes[at] === 0x08 ? 0x00 : 0xdd;
    at += 2;
    if (bytes[at - 1] === 0) {
      bytes[at] = 0x40 | (random(4) === 0 ? random(16) : 5);
      bytes[at + 2] = 0;
      bytes[at + 3] = random(CAPACITY);
      bytes[at + 9] = random(2) === 0 ? IPPROTO_UDP : IPPROTO_TCP;
    } else {
      bytes[at] = 0x60;
      bytes[at + 4] = 0;
      bytes[at + 5] = random(CAPACITY);
      bytes[at + 6] = random(2) === 0 ? IPPROTO_UDP : EXTENSIONS[random(EXTENSIONS.length)]!;
      for (let next = at + 40; next + 2 < CAPACITY; next += 8) {
        bytes[next] = random(3) === 0 ? IPPROTO_TCP : EXTENSIONS[random(EXTENSIONS.length)]!;
        bytes[next + 1] = random(3);
      }
    }
  }
  packet.resize(random(4) === 0 ? random(24) : random(CAPACITY + 1));
}

/** Stands in for RangeError, as an error with a stack takes long to make, and millions are made. */
class Refusal {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }

  toString(): string {
    return this.message;
  }
}

/** As a function, since Bun leaves `new` away where RangeError does not need it. */
function refuse(message: string): Refusal {
  return new Refusal(message);
}

/** What is wrong with a call, if anything. */
function fault(helper: Helper, random: Random): string | undefined {
  try {
    helper.call(random);
  } catch (error) {
    if (error instanceof Outside) return `${helper.name}: ${error.message}`;
    if (!(error instanceof Refusal)) return `${helper.name} threw ${String(error)}`;
  }
  return undefined;
}

/** How often something was done. */
interface Counts {
  packets: number;
  calls: number;
}

/** Where the header after a header is, when that one is what it seems. */
function nextHeader(header: Header): number | undefined {
  if (header instanceof EthernetHeader) return header.payloadOffset;
  if (header instanceof Ipv4Header && header.version === 4) return header.payloadOffset;
  if (header instanceof Ipv6Header && header.version === 6) return header.payloadOffset;
  return undefined;
}

/** Tries all helpers on packets; throws at the first fault. */
function fuzz(packets: number, seed: number, choose: (packet: GuardedPacket) => Subject[]): Counts {
  const random = randomIntegers(seed);
  const packet = new GuardedPacket(CAPACITY);
  packet.resize(CAPACITY);
  packet.bytes[0] = 0x45;
  packet.bytes[12] = 0x50;
  const all = choose(packet);
  const sum = summing(packet);
  const counts = { packets: 0, calls: 0 };
  const attempt = (helper: Helper): void => {
    counts.calls++;
    const found = fault(helper, random);
    if (found !== undefined) throw new Error(`Packet ${counts.packets}: ${found}`);
  };
  const real = globalThis.RangeError;
  globalThis.RangeError = refuse as unknown as RangeErrorConstructor;
  try {
    for (; counts.packets < packets; counts.packets++) {
      fill(packet, random);
      attempt(sum);
      // Where the header before says that the next one is.
      let next = 0;
      for (const { header, helpers } of all) {
        const moves = counts.packets % MOVED !== 0;
        if (moves && !header.at(random(2) === 0 ? next : random(1 + (packet.dataLen >>> 1)))) {
          // All accesses are refused alike: one is tried, another one each time.
          attempt(helpers[random(helpers.length)]!);
          continue;
        }
        if (moves && header.offset === next) next = nextHeader(header) ?? next;
        const texts = random(8) === 0;
        for (const helper of helpers) if (texts || !helper.text) attempt(helper);
      }
      if (!packet.intact) throw new Error(`Packet ${counts.packets}: the guard bytes have changed`);
    }
  } finally {
    globalThis.RangeError = real;
  }
  return counts;
}

test("a million packets: no helper touches a byte outside", { timeoutMs: 120_000 }, () => {
  const counts = fuzz(PACKETS, 1, subjects);
  assert.equal(counts.packets, PACKETS);
  assert.equal(counts.calls > 20 * PACKETS, true, `${counts.calls} calls`);
});

test("each helper does its work in many of the packets", () => {
  const done = new Map<string, number>();
  fuzz(20_000, 2, (packet) =>
    subjects(packet).map(({ header, helpers }) => ({
      header,
      helpers: helpers.map(({ name, call, text }) => ({
        name,
        text,
        call: (random) => {
          call(random);
          done.set(name, (done.get(name) ?? 0) + 1);
        },
      })),
    })));
  const all = subjects(new GuardedPacket(CAPACITY).whole()).flatMap(({ helpers }) => helpers);
  assert.equal(all.length > 130, true, `${all.length} helpers`);
  for (const { name } of all) {
    const times = done.get(name) ?? 0;
    assert.equal(times > 30, true, `${name} did its work ${times} times`);
  }
});

/** A header class with a fault of its own. */
class Faulty extends EthernetHeader {
  readonly #packet: GuardedPacket;

  constructor(packet: GuardedPacket) {
    super(packet);
    this.#packet = packet;
  }

  /** Reads the byte after the packet. */
  readAfter(): number {
    return this.view.getUint8(this.#packet.dataStart + this.#packet.dataLen);
  }

  /** Checks two bytes and reads four. */
  readWide(): number {
    return this.view.getUint32(this.place(12, 2));
  }

  /** Writes the byte before the packet. */
  writeBefore(): void {
    this.view.setUint8(this.#packet.dataStart - 1, 0);
  }

  /** Writes past the view. */
  writeRaw(): void {
    const { bytes, dataLen } = this.#packet;
    new Uint8Array(bytes.buffer)[bytes.byteOffset + dataLen] = 0;
  }

  /** Takes the memory. */
  takeMemory(): void {
    new Uint8Array(this.view.buffer)[0]!++;
  }

  /** Reads in a way that is not guarded. */
  readOtherwise(): number {
    return this.view.getInt16(0);
  }
}

test("a helper that reads or writes outside is found", () => {
  for (
    const [name, message] of [
      ["readAfter", /readAfter: 1 bytes at \d+: the packet is from 64 to \d+/],
      ["readWide", /readWide: 4 bytes at/],
      ["writeBefore", /writeBefore: 1 bytes at 63/],
      ["writeRaw", /the guard bytes have changed/],
      ["takeMemory", /takeMemory: the memory itself/],
      ["readOtherwise", /readOtherwise: getInt16 is not guarded/],
    ] as const
  ) {
    const faulty = (packet: GuardedPacket): Subject[] => {
      const header = new Faulty(packet);
      return [{ header, helpers: [{ name, call: () => header[name](), text: false }] }];
    };
    assert.throws(() => fuzz(5000, 3, faulty), message);
  }
});

/** A method of a class that is changed while something runs. */
function withChanged(name: string, change: (real: never) => unknown, body: () => void): void {
  const real = Object.getOwnPropertyDescriptor(Header.prototype, name)!;
  Object.defineProperty(Header.prototype, name, { ...real, value: change(real.value as never) });
  try {
    body();
  } finally {
    Object.defineProperty(Header.prototype, name, real);
  }
}

test("the checks of the real helpers are what keeps them inside: each is missed", () => {
  // Without its comparison.
  const unchecked = (real: (at: number, width: number) => number) =>
    function (this: Header, at: number, width: number): number {
      try {
        return real.call(this, at, width);
      } catch {
        return 64 + this.offset + at;
      }
    };
  withChanged("place", unchecked as never, () => {
    assert.throws(() => fuzz(5000, 4, subjects), /^Error: Packet \d+: .* the packet is from 64/);
  });
  // One byte too generous.
  const generous = (real: (at: number, width: number) => number) =>
    function (this: Header, at: number, width: number): number {
      return real.call(this, at, width - 1);
    };
  withChanged("place", generous as never, () => {
    assert.throws(() => fuzz(50_000, 5, subjects), /^Error: Packet \d+: .* the packet is from 64/);
  });
});

test("a received frame, cut off at every length, is walked to where it ends", () => {
  const random = randomIntegers(6);
  const packet = new GuardedPacket(CAPACITY);
  const ether = new EthernetHeader(packet);
  const ip4 = new Ipv4Header(packet);
  const udp = new UdpHeader(packet);
  let reached = 0;
  for (let length = 0; length <= 60; length++) {
    packet.resize(CAPACITY);
    for (let i = 0; i < CAPACITY; i++) packet.bytes[i] = random(256);
    packet.bytes.set([0x81, 0, 0, 7, 8, 0, 0x45, 0, 0, 42], 12);
    packet.bytes[18 + 9] = IPPROTO_UDP;
    packet.resize(length);
    if (!ether.at(0) || ether.payloadType !== 0x0800 || !ip4.at(ether.payloadOffset)) continue;
    if (!udp.at(ip4.payloadOffset)) continue;
    reached++;
    assert.equal(udp.offset, 38);
    rawChecksum(packet, ip4.payloadOffset, ip4.payloadLength);
    assert.equal(packet.intact, true);
  }
  assert.equal(reached, 60 - 46 + 1);
});
