/**
 * Capture files as DPDK's programs write them: of libpcap with times in micro- or nanoseconds, and
 * pcapng.
 *
 * @module
 */

import { readFileSync } from "node:fs";

/** A packet of a capture. */
export interface Capture {
  /** As many of its bytes as were captured. */
  readonly bytes: Uint8Array;
  /** How many it had. */
  readonly length: number;
  /** The interface that the file knows it by: of pcapng; else 0. */
  readonly at: number;
  /** Whether it came in or went out, as the file says; else neither. */
  readonly way: "in" | "out" | undefined;
}

const MICRO = 0xa1b2c3d4;
const NANO = 0xa1b23c4d;
const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const PACKET = 6;

/** Reads a capture file of either format. */
export function readCapture(path: string): Capture[] {
  const file = readFileSync(path);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const magic = view.getUint32(0, true);
  if (magic === SECTION) return readBlocks(view);
  if (magic !== MICRO && magic !== NANO) throw new Error(`Cannot read "${path}": ${magic}`);
  const packets: Capture[] = [];
  for (let at = 24; at < view.byteLength;) {
    const size = view.getUint32(at + 8, true);
    const length = view.getUint32(at + 12, true);
    packets.push({ bytes: bytesAt(view, at + 16, size), length, at: 0, way: undefined });
    at += 16 + size;
  }
  return packets;
}

/** How many interfaces a pcapng file tells of. */
export function countInterfaces(path: string): number {
  const file = readFileSync(path);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let count = 0;
  for (let at = 0; at < view.byteLength; at += view.getUint32(at + 4, true)) {
    if (view.getUint32(at, true) === INTERFACE) count++;
  }
  return count;
}

function bytesAt(view: DataView, at: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, length).slice();
}

function readBlocks(view: DataView): Capture[] {
  const packets: Capture[] = [];
  for (let at = 0; at < view.byteLength;) {
    const total = view.getUint32(at + 4, true);
    if (total < 12 || view.getUint32(at + total - 4, true) !== total) {
      throw new Error(`Cannot read a pcapng file: a broken block at ${at}`);
    }
    if (view.getUint32(at, true) === PACKET) {
      const size = view.getUint32(at + 20, true);
      packets.push({
        bytes: bytesAt(view, at + 28, size),
        length: view.getUint32(at + 24, true),
        at: view.getUint32(at + 8, true),
        way: wayOf(view, at + 28 + 4 * Math.ceil(size / 4), at + total - 4),
      });
    }
    at += total;
  }
  return packets;
}

/** The direction in a packet's options: `epb_flags`, option 2. */
function wayOf(view: DataView, from: number, end: number): "in" | "out" | undefined {
  for (let at = from; at + 4 <= end;) {
    const length = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === 2) {
      return ([undefined, "in", "out"] as const)[view.getUint32(at + 4, true) & 3];
    }
    at += 4 + 4 * Math.ceil(length / 4);
  }
  return undefined;
}
