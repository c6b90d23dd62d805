/**
 * Memzones, read from outside.
 *
 * @module
 */

import { readPointer } from "../core/mod.ts";
import { arrayPlace, configLayout, type GroupMemory, readArray } from "../eal/mod.ts";
import { rte_memzone } from "../memzone/mod.ts";
import type { MemzoneState } from "./snapshot.ts";
import { nameIn } from "./text.ts";

const F = rte_memzone.fields;

/** The memzones of a group. */
export interface Memzones {
  readonly zones: readonly MemzoneState[];
  /** By the address of the `struct rte_memzone`. */
  readonly byAddress: ReadonlyMap<number, MemzoneState>;
  /** How many are in use and none: just being made or freed, or broken. */
  readonly broken: number;
}

function zoneAt(view: DataView<ArrayBuffer>, at: number): MemzoneState | undefined {
  const name = nameIn(view, at + F.name.offset, F.name.size);
  const address = readPointer(view, at + F.addr.offset);
  const length = readPointer(view, at + F.len.offset);
  // One that is just being made, or freed.
  if (name === undefined || name === "" || address === 0 || length === 0) return undefined;
  return {
    name,
    address,
    length,
    pageSize: readPointer(view, at + F.hugepage_sz.offset),
    socketId: view.getInt32(at + F.socket_id.offset, true),
    flags: view.getUint32(at + F.flags.offset, true),
  };
}

/**
 * Reads all memzones.
 *
 * @returns `undefined` when their table cannot be read
 */
export function readMemzones({ config, abi, directory }: GroupMemory): Memzones | undefined {
  const place = arrayPlace(config, configLayout(abi).memzones);
  const array = place.elementSize === rte_memzone.size ? readArray(directory, place) : undefined;
  if (array === undefined) return undefined;
  const byAddress = new Map<number, MemzoneState>();
  for (const index of array.used) {
    const zone = zoneAt(array.elements, index * rte_memzone.size);
    if (zone !== undefined) byAddress.set(place.address + index * rte_memzone.size, zone);
  }
  const zones = [...byAddress.values()];
  return { zones, byAddress, broken: array.used.length - zones.length };
}
