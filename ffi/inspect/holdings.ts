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

  #count(memory: GroupMemory, ring: RingState): HeldObjects[] | undefined {
    const counts = new Map<string, number>();
    const first = ring.cons.tail & (ring.size - 1);
    const ahead = Math.min(ring.count, ring.size - first);
    const elements = ring.address + rte_ring.size;
    for (const [from, count] of [[first, ahead], [0, ring.count - ahead]] as const) {
      const view = count === 0 ? undefined : memory.copy(elements + 8 * from, 8 * count);
      if (count > 0 && view === undefined) return undefined;
      for (let i = 0; i < count; i++) {
        const chunk = find(this.#chunks, readPointer(view!, 8 * i));
        if (chunk === undefined) continue;
        counts.set(chunk.mempool, (counts.get(chunk.mempool) ?? 0) + 1);
      }
    }
    // As soon as anything is taken out, what comes in may lie where it lay.
    const tail = rte_ring.fields.consTail;
    const unchanged = memory.load(ring.address + tail.offset, tail.size) &&
      memory.view.getUint32(0, true) === ring.cons.tail;
    if (!unchanged) return undefined;
    return [...counts].map(([mempool, count]) => ({ mempool, count }));
  }

  /**
   * Rings with what they hold, but those of pools' drivers, those of elements that are no pointers,
   * those that move too fast to be seen still, and those that are too full to be counted in a look.
   */
  tell(
    memory: GroupMemory,
    rings: readonly RingState[],
    pools: readonly MempoolState[],
  ): RingState[] {
    this.#learn(memory, pools);
    let left = BUDGET;
    return rings.map((ring) => {
      const pointers = ring.elementSize === undefined || ring.elementSize === 8;
      if (ring.mempool !== undefined || !pointers || !ring.still || ring.count > left) return ring;
      left -= ring.count;
      const holds = ring.count === 0 ? [] : this.#count(memory, ring);
      return holds === undefined ? ring : { ...ring, holds };
    });
  }
}
