/**
 * Mempools, read from outside while others use them.
 *
 * @module
 */

import { readPointer } from "../core/mod.ts";
import type { GroupMemory } from "../eal/mod.ts";
import { rte_mempool, rte_mempool_cache } from "../mempool/mod.ts";
import { stackCount } from "./stacks.ts";
import type { CacheState, MempoolState, RingState } from "./snapshot.ts";
import { nameIn } from "./text.ts";

const F = rte_mempool.fields;
const C = rte_mempool_cache.fields;

/** Objects that a cache has room for. */
const CACHE_SLOTS = C.objs.size / 8;

/** How often a pool that changes is looked at again. */
const TRIES = 4;

/** What a pool's driver keeps its objects in. */
export interface Drivers {
  /** The group's rings by address, read anew. */
  readonly ring: (address: number) => RingState | undefined;
  /** Whether the tailq of stacks has an address. */
  readonly isStack: (address: number) => boolean;
}

/** A pool, and where its driver's own data is: its ring or stack. */
export interface ReadMempool {
  readonly pool: MempoolState;
  readonly data: number;
}

/** The driver's part of a pool. */
interface Common {
  readonly driver: "ring" | "stack" | undefined;
  readonly count: number | undefined;
  /** Changes when anything went in or out; empty where that cannot be told. */
  readonly mark: string;
}

function readCommon(memory: GroupMemory, data: number, { ring, isStack }: Drivers): Common {
  const found = ring(data);
  if (found !== undefined) {
    const { prod, cons, count } = found;
    return { driver: "ring", count, mark: `${prod.head} ${prod.tail} ${cons.head} ${cons.tail}` };
  }
  if (isStack(data)) return { driver: "stack", count: stackCount(memory, data), mark: "" };
  return { driver: undefined, count: undefined, mark: "" };
}

/** The caches that hold any; `undefined` when the memory is not there, or holds none. */
function readCaches(
  memory: GroupMemory,
  caches: number,
  lcores: readonly number[],
): CacheState[] | undefined {
  const held: CacheState[] = [];
  for (const lcoreId of lcores) {
    const at = caches + lcoreId * rte_mempool_cache.size;
    if (!memory.load(at, C.len.offset + C.len.size)) return undefined;
    const length = memory.view.getUint32(C.len.offset, true);
    if (length > CACHE_SLOTS) return undefined;
    if (length > 0) held.push({ lcoreId, length });
  }
  return held;
}

/** What does not change in a pool, but for its populated size. */
function readHeader(memory: GroupMemory, address: number) {
  if (!memory.load(address, rte_mempool.size)) return undefined;
  const { view } = memory;
  const u32 = ({ offset }: { readonly offset: number }) => view.getUint32(offset, true);
  const name = nameIn(view, F.name.offset, F.name.size);
  if (name === undefined || u32(F.populated_size) > u32(F.mempoolSize)) return undefined;
  return {
    state: {
      name,
      address,
      flags: u32(F.flags),
      socketId: view.getInt32(F.socket_id.offset, true),
      size: u32(F.mempoolSize),
      populatedSize: u32(F.populated_size),
      elementSize: u32(F.elt_size),
      headerSize: u32(F.header_size),
      trailerSize: u32(F.trailer_size),
      privateSize: u32(F.private_data_size),
      cacheSize: u32(F.cache_size),
      chunks: u32(F.nb_mem_chunks),
      opsIndex: view.getInt32(F.ops_index.offset, true),
    },
    data: readPointer(view, F.pool_data.offset),
    caches: readPointer(view, F.local_cache.offset),
  };
}

/**
 * Reads the pool at an address: its driver before and after its caches, until nothing went through it
 * meanwhile. In a pool that never rests the sum is right within what went through.
 *
 * @param lcores those whose caches are looked at
 * @returns `undefined` when there is none
 */
export function readMempool(
  memory: GroupMemory,
  address: number,
  drivers: Drivers,
  lcores: readonly number[],
): ReadMempool | undefined {
  const header = readHeader(memory, address);
  if (header === undefined) return undefined;
  const { state, data } = header;
  let common = readCommon(memory, data, drivers);
  let caches: CacheState[] = [];
  if (state.cacheSize > 0) {
    for (let i = 0; i < TRIES; i++) {
      const read = readCaches(memory, header.caches, lcores);
      if (read === undefined) return undefined;
      caches = read;
      const after = readCommon(memory, data, drivers);
      const rests = after.mark === common.mark;
      common = after;
      if (rests) break;
    }
  }
  const cached = caches.reduce((sum, { length }) => sum + length, 0);
  const available = common.count === undefined
    ? undefined
    : Math.min(common.count + cached, state.populatedSize);
  const pool: MempoolState = {
    ...state,
    driver: common.driver,
    common: common.count,
    caches,
    available,
    inUse: available === undefined ? undefined : state.populatedSize - available,
  };
  return { pool, data };
}
