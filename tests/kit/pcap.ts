/**
 * Capture files in the classic format of libpcap, as DPDK's net_pcap reads and writes them: of Ethernet
 * frames, with times in microseconds.
 *
 * @module
 */

import { readFileSync, writeFileSync } from "node:fs";

const MAGIC = 0xa1b2c3d4;
const ETHERNET = 1;
const SNAP_LENGTH = 262_144;
const FILE_HEADER = 24;
const PACKET_HEADER = 16;

/** A packet in a capture file. */
export interface Captured {
  /** Its bytes. */
  readonly bytes: Uint8Array;
  /** When it was captured, in microseconds since 1970. */
  readonly time: number;
}

/**
 * Writes a capture file. The packets are a microsecond apart, from the beginning of 1970 on.
 *
 * @param path The file.
 * @param packets Ethernet frames.
 */
export function writePcap(path: string, packets: readonly Uint8Array[]): void {
  const sizes = packets.map(({ length }) => PACKET_HEADER + length);
  const file = new Uint8Array(sizes.reduce((sum, size) => sum + size, FILE_HEADER));
  const view = new DataView(file.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, SNAP_LENGTH, true);
  view.setUint32(20, ETHERNET, true);
  let at = FILE_HEADER;
  for (const [i, bytes] of packets.entries()) {
    view.setUint32(at, Math.floor(i / 1e6), true);
    view.setUint32(at + 4, i % 1e6, true);
    view.setUint32(at + 8, bytes.length, true);
    view.setUint32(at + 12, bytes.length, true);
    file.set(bytes, at + PACKET_HEADER);
    at += PACKET_HEADER + bytes.length;
  }
  writeFileSync(path, file);
}

/**
 * Reads a capture file of Ethernet frames, all of them whole.
 *
 * @param path The file.
 * @returns The packets.
 */
export function readPcap(path: string): Captured[] {
  const file = readFileSync(path);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const refuse = (state: string): never => {
    throw new Error(`Cannot read "${path}": ${state}`);
  };
  if (view.byteLength < FILE_HEADER) refuse("it is too short for a capture file");
  const little = view.getUint32(0, true) === MAGIC;
  if (!little && view.getUint32(0, false) !== MAGIC) {
    refuse("it is no capture file with times in microseconds");
  }
  if (view.getUint32(20, little) !== ETHERNET) refuse("its frames are not Ethernet's");
  const packets: Captured[] = [];
  let at = FILE_HEADER;
  while (at < view.byteLength) {
    if (at + PACKET_HEADER > view.byteLength) refuse(`it ends in the header at ${at}`);
    const [seconds, micros, length, wire] = [0, 4, 8, 12].map((i) =>
      view.getUint32(at + i, little)
    ) as [number, number, number, number];
    if (length !== wire) refuse(`the packet at ${at} was cut from ${wire} to ${length} bytes`);
    at += PACKET_HEADER;
    if (at + length > view.byteLength) refuse(`it ends in the packet at ${at}`);
    packets.push({
      bytes: new Uint8Array(file.subarray(at, at + length)),
      time: seconds * 1e6 + micros,
    });
    at += length;
  }
  return packets;
}
