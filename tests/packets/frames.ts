/**
 * Frames, put together byte by byte without the library's help: it is what they examine.
 *
 * @module
 */

import { assert, type End, type Namespace } from "../kit.ts";

/** Bytes of a MAC address. */
export function macBytes(text: string): number[] {
  return text.split(":").map((byte) => parseInt(byte, 16));
}

/** Bytes of an IPv4 address. */
export function ipBytes(text: string): number[] {
  return text.split(".").map(Number);
}

/** A number of 16 bits in network order. */
export function be16(value: number): number[] {
  return [value >>> 8, value & 0xff];
}

/** The Internet checksum of bytes. */
export function checksum(bytes: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i]! << 8) + (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** Who sends to whom. */
export interface Addresses {
  readonly to: Pick<End, "mac">;
  readonly from: Pick<End, "mac">;
}

/** An Ethernet frame: what it says it carries, and that. */
export function ethernet(
  { to, from }: Addresses,
  type: number,
  payload: Iterable<number>,
): Uint8Array {
  return Uint8Array.from([
    ...macBytes(to.mac),
    ...macBytes(from.mac),
    ...be16(type),
    ...payload,
  ]);
}

/** The EtherType that is for experiments. */
export const EXPERIMENT = 0x88b5;

/** A frame of a length with some filling. */
export function filled(addresses: Addresses, length: number, seed: number = length): Uint8Array {
  const payload = Array.from({ length: length - 14 }, (_, i) => (i * 7 + seed * 13) & 0xff);
  return ethernet(addresses, EXPERIMENT, payload);
}

/** The payload of a frame in an IPv4 packet. */
export function ipv4(
  source: string,
  destination: string,
  protocol: number,
  payload: readonly number[],
  ttl: number = 64,
): number[] {
  const header = [
    ...[0x45, 0, ...be16(20 + payload.length), 0x12, 0x34, 0x40, 0, ttl, protocol, 0, 0],
    ...[...ipBytes(source), ...ipBytes(destination)],
  ];
  header.splice(10, 2, ...be16(checksum(header)));
  return [...header, ...payload];
}

/** Stores the checksum of a UDP or TCP message, which counts a header of addresses in. */
function finished(
  source: string,
  destination: string,
  protocol: number,
  at: number,
  message: readonly number[],
): number[] {
  const pseudo = [...ipBytes(source), ...ipBytes(destination), 0, protocol];
  const sum = checksum([...pseudo, ...be16(message.length), ...message]);
  const done = [...message];
  done.splice(at, 2, ...be16(sum === 0 && protocol === 17 ? 0xffff : sum));
  return done;
}

/** An IPv4 packet with a UDP message. */
export function udp(
  source: string,
  destination: string,
  ports: readonly [number, number],
  data: readonly number[],
): number[] {
  const message = [...be16(ports[0]), ...be16(ports[1]), ...be16(8 + data.length), 0, 0, ...data];
  return ipv4(source, destination, 17, finished(source, destination, 17, 6, message));
}

/** An IPv4 packet that asks for a TCP connection. */
export function tcpSyn(
  source: string,
  destination: string,
  ports: readonly [number, number],
): number[] {
  const message = [
    ...[...be16(ports[0]), ...be16(ports[1]), 1, 2, 3, 4, 0, 0, 0, 0],
    ...[0x50, 2, 0xff, 0xff, 0, 0, 0, 0],
  ];
  return ipv4(source, destination, 6, finished(source, destination, 6, 16, message));
}

/** Whether the checksums of an IPv4 packet are right, its own and that of its UDP or TCP message. */
export function rightChecksums(packet: readonly number[]): boolean {
  const length = 4 * (packet[0]! & 15);
  const total = (packet[2]! << 8) + packet[3]!;
  const message = packet.slice(length, total);
  const pseudo = [...packet.slice(12, 20), 0, packet[9]!, ...be16(message.length)];
  return checksum(packet.slice(0, length)) === 0 && checksum([...pseudo, ...message]) === 0;
}

/** Bytes as text, for comparisons. */
export function hex(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Compares frames one by one: the message is about the first that is another. */
export function sameFrames(got: readonly Uint8Array[], sent: readonly Uint8Array[]): void {
  for (let i = 0; i < Math.min(got.length, sent.length); i++) {
    if (hex(got[i]!) !== hex(sent[i]!)) assert.equal(hex(got[i]!), hex(sent[i]!), `frame ${i}`);
  }
  assert.equal(got.length, sent.length);
}

/** A counter of the kernel, of a namespace. */
export async function counter(home: Namespace, protocol: string, name: string): Promise<number> {
  const lines = (await home.run(["cat", "/proc/net/snmp"])).split("\n")
    .filter((line) => line.startsWith(`${protocol}: `)).map((line) => line.split(" "));
  return Number(lines[1]![lines[0]!.indexOf(name)]);
}
