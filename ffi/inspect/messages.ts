/**
 * Looks at what is queued in a ring, and takes nothing.
 *
 * @module
 */

import { readPointer } from "../core/mod.ts";
import type { GroupMemory } from "../eal/mod.ts";
import { rte_mbuf } from "../mbuf/mod.ts";
import { rte_mempool_objhdr } from "../mempool/mod.ts";
import { rte_ring } from "../ring/mod.ts";
import type { QueuedMessage } from "./message.ts";
import { packetSummary, textIn } from "./packet.ts";
import type { MempoolState, RingState } from "./snapshot.ts";

const M = rte_mbuf.fields;

/** From an object back to the pool in its header. */
const TO_POOL = rte_mempool_objhdr.size - rte_mempool_objhdr.fields.mp.offset;

/** What of a message is looked at. */
export interface MessageOptions {
  /** How many, from the oldest on; default 16. */
  readonly limit?: number;
  /** How many bytes of each; default 64. */
  readonly bytes?: number;
}

/** Bytes of the group's memory, none when they are not there. */
function bytesAt(memory: GroupMemory, address: number, length: number): Uint8Array {
  const view = memory.copy(address, length);
  return view === undefined ? new Uint8Array() : new Uint8Array(view.buffer);
}

function windowOver(bytes: Uint8Array) {
  const copy = new Uint8Array(bytes); // in a buffer of its own
  return { view: new DataView(copy.buffer), dataStart: 0, dataLen: copy.length };
}

type Described = Pick<QueuedMessage, "mempool" | "packet" | "length" | "bytes" | "summary">;

/** The packet at an address; `undefined` when it is none: an mbuf names its pool and its own buffer. */
function packetAt(
  memory: GroupMemory,
  address: number,
  pool: MempoolState,
  most: number,
): Described | undefined {
  if (pool.elementSize < rte_mbuf.size || !memory.load(address, rte_mbuf.size)) return undefined;
  const { view } = memory;
  const buffer = readPointer(view, M.buf_addr.offset);
  const offset = view.getUint16(M.data_off.offset, true);
  const room = view.getUint16(M.buf_len.offset, true);
  const here = view.getUint16(M.data_len.offset, true);
  const whole = view.getUint32(M.pkt_len.offset, true);
  const segments = view.getUint16(M.nb_segs.offset, true);
  const own = readPointer(view, M.pool.offset) === pool.address;
  if (!own || segments === 0 || offset + here > room || here > whole) return undefined;
  // Enough for the headers, even where fewer bytes are wanted.
  const bytes = bytesAt(memory, buffer + offset, Math.min(here, Math.max(most, 128)));
  const parts = segments === 1 ? "" : `, ${segments} segments`;
  return {
    mempool: pool.name,
    packet: true,
    length: whole,
    bytes: bytes.subarray(0, most),
    summary: `${packetSummary(windowOver(bytes))}, ${whole} bytes${parts}`,
  };
}

function objectAt(
  memory: GroupMemory,
  address: number,
  pools: readonly MempoolState[],
  most: number,
): Described {
  const owner = memory.load(address - TO_POOL, 8) ? readPointer(memory.view, 0) : 0;
  const pool = pools.find((one) => one.address === owner);
  const packet = pool && packetAt(memory, address, pool, most);
  if (packet !== undefined) return packet;
  const length = pool?.elementSize ?? most;
  const bytes = bytesAt(memory, address, Math.min(length, most));
  const text = textIn(bytes);
  return {
    mempool: pool?.name,
    packet: false,
    length: pool === undefined ? bytes.length : length,
    bytes,
    summary: text === "" ? "" : JSON.stringify(text),
  };
}

/** Bytes of a ring's elements from a position on, which may begin anew at the ring's start. */
function slots(memory: GroupMemory, ring: RingState, count: number, size: number): Uint8Array {
  const first = ring.cons.tail & (ring.size - 1);
  const elements = ring.address + rte_ring.size;
  const ahead = Math.min(count, ring.size - first);
  const all = new Uint8Array(count * size);
  all.set(bytesAt(memory, elements + first * size, ahead * size));
  if (count > ahead) all.set(bytesAt(memory, elements, (count - ahead) * size), ahead * size);
  return all;
}

/**
 * Reads what is queued, from the oldest on. The ring must be looked at again afterwards: what was taken
 * out meanwhile may have been anything by then.
 *
 * @param ring as it was just read
 */
export function readMessages(
  memory: GroupMemory,
  ring: RingState,
  pools: readonly MempoolState[],
  { limit = 16, bytes: most = 64 }: MessageOptions,
): QueuedMessage[] {
  const size = ring.elementSize ?? 8;
  const count = Math.min(limit, ring.count);
  const all = slots(memory, ring, count, size);
  const view = new DataView(all.buffer);
  return Array.from({ length: count }, (_, i): QueuedMessage => {
    const position = (ring.cons.tail + i) >>> 0;
    if (size === 8) {
      const address = readPointer(view, i * 8);
      return { position, address, ...objectAt(memory, address, pools, most) };
    }
    const bytes = all.slice(i * size, i * size + Math.min(size, most));
    const element = { mempool: undefined, packet: false, length: size, bytes, summary: "" };
    return { position, address: undefined, ...element };
  });
}
