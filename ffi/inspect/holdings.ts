/**
 * Of which pools the objects in rings are, told by where they lie.
 *
 * @module
 */

import { readPointer } from "../core/mod.ts";
import type { GroupMemory } from "../eal/mod.ts";
import { rte_mempool, rte_mempool_memhdr } from "../mempool/mod.ts";
import { rte_ring } from "../ring/mod.ts";
import type { HeldObjects, MempoolState, RingState } from "./snapshot.ts";

const P = rte_mempool.fields;
const C = rte_mempool_memhdr.fields;

/** How many elements are looked at in one look; rings beyond that are not told. */
const BUDGET = 16_384;
/** How many of them are read at once. */
const PIECE = 4096;
/** The most chunks of a pool that are followed. */
const MAX_CHUNKS = 10_000;

/** A chunk of memory that a pool's objects lie in. */
interface Chunk {
  readonly from: number;
  readonly to: number;
  readonly mempool: string;
}

function chunksOf(memory: GroupMemory, { address, name }: MempoolState): Chunk[] {
  const chunks: Chunk[] = [];
  if (!memory.load(address, rte_mempool.size)) return chunks;
  let at = readPointer(memory.view, P.mem_list.offset);
  while (at !== 0 && chunks.length < MAX_CHUNKS && memory.load(at, rte_mempool_memhdr.size)) {
    const from = readPointer(memory.view, C.addr.offset);
    chunks.push({ from, to: from + readPointer(memory.view, C.len.offset), mempool: name });
    at = readPointer(memory.view, C.next.offset);
  }
  return chunks;
}

/** The chunk that an address is in, of chunks in order. */
function find(chunks: readonly Chunk[], address: number): Chunk | undefined {
  let [low, high] = [0, chunks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (chunks[middle]!.to <= address) low = middle + 1;
    else high = middle;
  }
  const chunk = chunks[low];
  return chunk !== undefined && chunk.from <= address ? chunk : undefined;
}

/** Tells rings' objects apart; keeps what it knows of pools from look to look. */
export class Holdings {
  #known: ReadonlyMap<string, readonly Chunk[]> = new Map();
  #chunks: readonly Chunk[] = [];

  #learn(memory: GroupMemory, pools: readonly MempoolState[]): void {
    const key = ({ address, name, chunks }: MempoolState) => `${address} ${chunks} ${name}`;
    const same = pools.length === this.#known.size &&
      pools.every((pool) => this.#known.has(key(pool)));
    if (same) return;
    this.#known = new Map(
      pools.map((pool) => [key(pool), this.#known.get(key(pool)) ?? chunksOf(memory, pool)]),
    );
    this.#chunks = [...this.#known.values()].flat().sort((a, b) => a.from - b.from);
  }

  /** Counts the elements of a part of a ring, a piece at a time. */
  #countPart(
    memory: GroupMemory,
    from: number,
    count: number,
    counts: Map<string, number>,
  ): boolean {
    for (let at = 0; at < count; at += PIECE) {
      const piece = Math.min(PIECE, count - at);
      if (!memory.load(from + 8 * at, 8 * piece)) return false;
      for (let i = 0; i < piece; i++) {
        const chunk = find(this.#chunks, readPointer(memory.view, 8 * i));
        if (chunk === undefined) continue;
        counts.set(chunk.mempool, (counts.get(chunk.mempool) ?? 0) + 1);
      }
    }
    return true;
  }

  #count(memory: GroupMemory, ring: RingState): HeldObjects[] | undefined {
    const counts = new Map<string, number>();
    const first = ring.cons.tail & (ring.size - 1);
    const ahead = Math.min(ring.count, ring.size - first);
    const elements = ring.address + rte_ring.size;
    const read = this.#countPart(memory, elements + 8 * first, ahead, counts) &&
      this.#countPart(memory, elements, ring.count - ahead, counts);
    if (!read) return undefined;
    // As soon as anything is taken out, what comes in may lie where it lay.
    const tail = rte_ring.fields.consTail;
    const unchanged = memory.load(ring.address + tail.offset, tail.size) &&
      memory.view.getUint32(0, true) === ring.cons.tail;
    if (!unchanged) return undefined;
    return [...counts].map(([mempool, count]) => ({ mempool, count }));
  }

  /**
   * Rings with the pools that keep their objects in them, and with what they hold, but those of pools' drivers, those of elements that are no pointers,
   * those that move too fast to be seen still, and those that are too full to be counted in a look.
   *
   * @param owners names of pools by the addresses of their drivers' rings
   */
  tell(
    memory: GroupMemory,
    rings: readonly RingState[],
    pools: readonly MempoolState[],
    owners: ReadonlyMap<number, string>,
  ): RingState[] {
    this.#learn(memory, pools);
    let left = BUDGET;
    return rings.map((ring) => {
      const mempool = owners.get(ring.address);
      if (mempool !== undefined) return { ...ring, mempool };
      const pointers = ring.elementSize === undefined || ring.elementSize === 8;
      if (!pointers || !ring.still || ring.count > left) return ring;
      left -= ring.count;
      const holds = ring.count === 0 ? [] : this.#count(memory, ring);
      return holds === undefined ? ring : { ...ring, holds };
    });
  }
}
