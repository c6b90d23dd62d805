/**
 * Rings, read from outside while others use them.
 *
 * @module
 */

import { cacheAligned } from "../abi/mod.ts";
import { readPointer } from "../core/mod.ts";
import type { GroupMemory } from "../eal/mod.ts";
import { rte_ring, SyncType } from "../ring/mod.ts";
import type { RingEndState, RingState, RingSyncName } from "./snapshot.ts";
import { nameIn } from "./text.ts";

const F = rte_ring.fields;

const SYNCS: Readonly<Record<number, RingSyncName>> = {
  [SyncType.RTE_RING_SYNC_MT]: "MT",
  [SyncType.RTE_RING_SYNC_ST]: "ST",
  [SyncType.RTE_RING_SYNC_MT_RTS]: "RTS",
  [SyncType.RTE_RING_SYNC_MT_HTS]: "HTS",
};

/** Both ends: from the producers' line to the last field of the consumers'. */
const ENDS_AT = F.prod.offset;
const ENDS_SIZE = F.consRtsHead.offset + F.consRtsHead.size - ENDS_AT;
/** What of a ring is read at first. */
const HEADER_SIZE = ENDS_AT + ENDS_SIZE;

/** How often a ring that moves is looked at again. */
const TRIES = 32;

function endAt(view: DataView, at: number): RingEndState {
  const sync = SYNCS[view.getUint32(at + 8, true)];
  // In relaxed mode there are counters in front of both.
  const head = sync === "RTS" ? at + F.prodRtsHeadPos.offset - F.prod.offset : at;
  return { head: view.getUint32(head, true), tail: view.getUint32(at + 4, true), sync };
}

function same(a: RingEndState, b: RingEndState): boolean {
  return a.head === b.head && a.tail === b.tail;
}

/** Whether two ends can be of one moment: nobody is ahead of whom he follows. */
function fits(prod: RingEndState, cons: RingEndState, size: number): boolean {
  return (prod.head - prod.tail) >>> 0 <= size && (cons.head - cons.tail) >>> 0 <= size &&
    (prod.head - cons.tail) >>> 0 <= size && (prod.tail - cons.head) >>> 0 <= size;
}

/** Both ends of a ring as they were at one moment, or nearly. */
interface Ends {
  readonly prod: RingEndState;
  readonly cons: RingEndState;
  readonly still: boolean;
}

function countOf({ prod, cons }: Ends): number {
  return (prod.tail - cons.tail) >>> 0;
}

/**
 * Looks at both ends until one of them is twice the same: what was read of the other between the two
 * looks is of a moment at which this one was so. A look reads the producers' end, and the consumers'
 * some nanoseconds later. Where neither end is ever twice the same, the look with the middle count is
 * taken: one that was interrupted between the ends has a count far from the others'.
 *
 * @param memory holds the ring's header
 * @returns `undefined` when the memory goes away, or never holds what a ring can be
 */
function readEnds(memory: GroupMemory, address: number, size: number): Ends | undefined {
  let prod = endAt(memory.view, F.prod.offset);
  let cons = endAt(memory.view, F.cons.offset);
  const nearly: Ends[] = [];
  for (let i = 0; i < TRIES; i++) {
    if (!memory.load(address + ENDS_AT, ENDS_SIZE)) return undefined;
    const nextProd = endAt(memory.view, 0);
    const nextCons = endAt(memory.view, F.cons.offset - ENDS_AT);
    if (same(prod, nextProd) && fits(prod, cons, size)) return { prod, cons, still: true };
    if (same(cons, nextCons) && fits(nextProd, cons, size)) {
      return { prod: nextProd, cons, still: true };
    }
    if (fits(nextProd, nextCons, size)) {
      nearly.push({ prod: nextProd, cons: nextCons, still: false });
    }
    prod = nextProd;
    cons = nextCons;
  }
  nearly.sort((a, b) => countOf(a) - countOf(b));
  return nearly[nearly.length >> 1];
}

/** Names and lengths of memzones by the address of their `struct rte_memzone`. */
export type ZoneOf = (address: number) => { name: string; length: number } | undefined;

/** The longest element that is believed, in bytes. */
const MAX_ELEMENT = 65_536;

/** The bytes of an element that a memzone's length allows: 8 where that is one of several. */
function elementSizeOf(length: number, size: number): number | undefined {
  const fits = (bytes: number) => cacheAligned(rte_ring.size + bytes * size) === length;
  if (fits(8)) return 8;
  const most = Math.floor((length - rte_ring.size) / size / 4) * 4;
  return most > 0 && most <= MAX_ELEMENT && fits(most) && !fits(most - 4) ? most : undefined;
}

/**
 * Reads the ring at an address.
 *
 * @returns `undefined` when there is none
 */
export function readRing(
  memory: GroupMemory,
  address: number,
  zoneOf: ZoneOf,
): RingState | undefined {
  if (!memory.load(address, HEADER_SIZE)) return undefined;
  const { view } = memory;
  const size = view.getUint32(F.size.offset, true);
  const capacity = view.getUint32(F.capacity.offset, true);
  const name = nameIn(view, F.name.offset, F.name.size);
  const powerOfTwo = size >= 2 && (size & (size - 1)) === 0;
  const whole = view.getUint32(F.mask.offset, true) === size - 1 && capacity > 0 && capacity < size;
  if (name === undefined || !powerOfTwo || !whole) return undefined;
  const flags = view.getUint32(F.flags.offset, true);
  const zone = zoneOf(readPointer(view, F.memzone.offset));
  const ends = readEnds(memory, address, size);
  if (ends === undefined) return undefined;
  const { prod, cons, still } = ends;
  return {
    name,
    address,
    flags,
    size,
    capacity,
    prod,
    cons,
    count: Math.min((prod.tail - cons.tail) >>> 0, capacity),
    still,
    memzone: zone?.name,
    elementSize: zone === undefined ? undefined : elementSizeOf(zone.length, size),
    mempool: undefined,
  };
}
