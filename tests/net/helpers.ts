/**
 * Every helper of every header class, to be called on any packet.
 *
 * @module
 */

import type { ByteWindow } from "../../ffi/core/mod.ts";
import {
  ArpHeader,
  EthernetHeader,
  type Header,
  IcmpHeader,
  Ipv4Header,
  Ipv6Header,
  rawChecksum,
  TcpHeader,
  UdpHeader,
  VlanHeader,
} from "../../ffi/net/mod.ts";

type Random = (limit: number) => number;

/** A helper: it may throw a RangeError. */
export interface Helper {
  readonly name: string;
  readonly call: (random: Random) => unknown;
  /** Whether it makes or takes a text, which takes long. */
  readonly text: boolean;
}

/** A header and what can be done with it. */
export interface Subject {
  readonly header: Header;
  readonly helpers: readonly Helper[];
}

/** What a method is called with. Every method of every class has a line. */
function methods(
  ip4: Ipv4Header,
  ip6: Ipv6Header,
): Readonly<Record<string, (random: Random) => readonly unknown[]>> {
  const bytes = new Uint8Array(16);
  // Rarely one that is nowhere, or a length that the packet does not have.
  const ip = (random: Random) => {
    if (random(32) === 0) return [random(2) === 0 ? ip4 : ip6];
    return [ip6.offset < 0 || (ip4.offset >= 0 && random(2) === 0) ? ip4 : ip6];
  };
  const length = (random: Random) => [random(16) === 0 ? random(70_000) : 8 + random(16)];
  const nothing: readonly unknown[] = [];
  const none = () => nothing;
  return {
    "EthernetHeader.swapAddresses": none,
    "Ipv4Header.computeChecksum": none,
    "Ipv4Header.updateChecksum": none,
    "Ipv4Header.pseudoHeaderChecksum": (random) => [random(2) === 0],
    "Ipv4Header.udpTcpChecksum": none,
    "Ipv6Header.readSrcAddr": () => [bytes],
    "Ipv6Header.readDstAddr": () => [bytes],
    "Ipv6Header.writeSrcAddr": () => [bytes],
    "Ipv6Header.writeDstAddr": () => [bytes],
    "Ipv6Header.swapAddresses": none,
    "Ipv6Header.pseudoHeaderChecksum": (random) => [random(2) === 0],
    "Ipv6Header.udpTcpChecksum": none,
    "UdpHeader.updateChecksum": ip,
    "UdpHeader.checksumValid": ip,
    "TcpHeader.updateChecksum": ip,
    "TcpHeader.checksumValid": ip,
    "IcmpHeader.computeChecksum": length,
    "IcmpHeader.updateChecksum": length,
    "IcmpHeader.checksumValid": length,
  };
}

/** Fields that others go by: what they are set to lets those work, too. */
const NUMBERS: Readonly<Record<string, (random: Random) => number>> = {
  versionIhl: (random) => 0x45 + random(2),
  ihl: (random) => 5 + random(2),
  dataOff: (random) => 0x50 + 0x10 * random(2),
  fragmentOffset: (random) => 8 * random(2),
  totalLength: (random) => random(100),
  payloadLen: (random) => random(100),
  nextProtoId: (random) => random(2) === 0 ? 6 : 17,
  proto: (random) => random(2) === 0 ? 6 : 17,
};

/** What a setter is handed: something that the field takes, by what it holds now. */
function setting(header: Header, name: string, set: (value: unknown) => void): Helper["call"] {
  const kind = typeof (header as unknown as Record<string, unknown>)[name];
  if (kind === "boolean") return (random) => set.call(header, random(2) === 0);
  if (kind === "string") return () => set.call(header, "2001:db8::1");
  const number = NUMBERS[name] ?? ((random) => random(2));
  return (random) => set.call(header, number(random));
}

/** Moves a header, mostly to where it is: others go by it. */
function moved(header: Header, random: Random): boolean {
  const at = random(8) === 0 ? random(80) : header.offset;
  return header.at(at < 0 ? random(80) : at);
}

/** Every getter, setter and method of a header's class, as the class has them. */
function helpersOf(header: Header, calls: ReturnType<typeof methods>): Helper[] {
  const prototype: object = Object.getPrototypeOf(header);
  const kind = header.constructor.name;
  const found: Helper[] = [];
  const setters: Helper[] = [];
  for (
    const [name, { get, set, value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))
  ) {
    const full = `${kind}.${name}`;
    const text = header instanceof Ipv6Header && /^(src|dst)Addr$/.test(name);
    if (get !== undefined) found.push({ name: full, text, call: () => get.call(header) });
    if (set !== undefined) {
      setters.push({ name: `${full}=`, text, call: setting(header, name, set) });
    }
    if (typeof value !== "function" || name === "constructor" || name === "at") continue;
    const args = calls[full];
    if (args === undefined) throw new Error(`Cannot try ${full}: nothing says what it takes`);
    found.push({ name: full, text, call: (random) => value.apply(header, args(random)) });
  }
  // What may move the header or change what it says comes last.
  return [
    ...found,
    ...setters,
    { name: `${kind}.at`, text: false, call: (random) => moved(header, random) },
  ];
}

/** All headers over a packet, which must hold any of them now. */
export function subjects(packet: ByteWindow): Subject[] {
  const [ip4, ip6] = [new Ipv4Header(packet), new Ipv6Header(packet)];
  const calls = methods(ip4, ip6);
  // In the order of a packet; those that would write over the others are last.
  const headers = [
    ...[new EthernetHeader(packet), ip4, ip6, new UdpHeader(packet), new TcpHeader(packet)],
    ...[new IcmpHeader(packet), new VlanHeader(packet), new ArpHeader(packet)],
  ];
  return headers.map((header) => ({ header, helpers: helpersOf(header, calls) }));
}

/** The helper that is no header's. */
export function summing(packet: ByteWindow): Helper {
  return {
    name: "rawChecksum",
    text: false,
    call: (random) =>
      rawChecksum(packet, random(30), random(16) === 0 ? random(70_000) : random(20)),
  };
}
