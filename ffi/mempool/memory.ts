/**
 * The memory that a pool's objects lie in.
 *
 * @module
 */

import { peek, type PointerBuffer, readPointer, Region } from "../core/mod.ts";
import { type Pointer, runtime } from "../runtime/mod.ts";
import { mempoolLibrary } from "./library.ts";
import { rte_mempool_memhdr, rte_mempool_objhdr } from "./layout.ts";

const TWO_32 = 2 ** 32;
const F = rte_mempool_memhdr.fields;

/** From an object back to the `mp` of its header. */
const OBJECT_TO_MP = rte_mempool_objhdr.size - rte_mempool_objhdr.fields.mp.offset;

/** A chunk of memory of a pool: `struct rte_mempool_memhdr`. */
export interface Chunk {
  /** Where it starts. */
  readonly address: number;
  /** Its bytes. */
  readonly length: number;
  /** The bytes, not copied: headers, objects and what lies between. */
  readonly view: DataView<ArrayBuffer>;
  readonly words: Int32Array<ArrayBuffer>;
  readonly region: Region;
}

function chunksOf(pool: Pointer<"struct rte_mempool">): Chunk[] {
  const chunks: Chunk[] = [];
  const collect = runtime.callback(
    "void (struct rte_mempool *mp, void *arg, struct rte_mempool_memhdr *chunk, unsigned int index)",
    (_mp, _arg, header) => {
      const at = peek(runtime.address(header), rte_mempool_memhdr.size);
      const address = readPointer(at, F.addr.offset);
      const length = readPointer(at, F.len.offset);
      const region = new Region(address, length);
      const view = new DataView(region.buffer);
      // A chunk may start anywhere: words are counted from its first multiple of 4 on.
      const words = new Int32Array(region.buffer, -address & 3, (length - (-address & 3)) >>> 2);
      chunks.push({ address, length, view, words, region });
    },
  );
  try {
    mempoolLibrary().rte_mempool_mem_iter(pool, collect.pointer, null);
  } finally {
    collect.close();
  }
  return chunks;
}

/** The double that has the bits of an address. */
function asDouble(address: number): number {
  const bits = new BigUint64Array([BigInt(address)]);
  return new Float64Array(bits.buffer)[0]!;
}

/** A pool's chunks, and the question whether an address is one of its objects. */
export class PoolMemory {
  /** The chunks, usually one. */
  readonly chunks: readonly Chunk[];
  readonly #lowest: number;
  readonly #highest: number;
  readonly #mpLow: number;
  readonly #mpHigh: number;

  /** @param pool the pool, populated */
  constructor(pool: Pointer<"struct rte_mempool">) {
    const address = runtime.address(pool);
    this.chunks = chunksOf(pool);
    this.#lowest = asDouble(Math.min(...this.chunks.map((chunk) => chunk.address)));
    this.#highest = asDouble(Math.max(...this.chunks.map((chunk) => chunk.address + chunk.length)));
    this.#mpLow = address | 0;
    this.#mpHigh = Math.floor(address / TWO_32);
  }

  /**
   * The chunk that holds an object of this pool at an address; `undefined` when what is there is
   * none: outside the chunks, or without this pool's header before it.
   */
  chunkOf(address: number): Chunk | undefined {
    for (const chunk of this.chunks) {
      const offset = address - chunk.address;
      if (offset < rte_mempool_objhdr.size || offset >= chunk.length) continue;
      if (address % 8 !== 0) return undefined;
      const word = (offset - OBJECT_TO_MP - (-chunk.address & 3)) / 4;
      const ours = chunk.words[word] === this.#mpLow && chunk.words[word + 1] === this.#mpHigh;
      return ours ? chunk : undefined;
    }
    return undefined;
  }

  /** Whether an address is an object of this pool. */
  holds(address: number): boolean {
    return this.chunkOf(address) !== undefined;
  }

  /**
   * The first of `n` pointers from an index on that is no object of this pool.
   *
   * @returns its index, -1 when all are objects of this pool
   */
  firstForeign(table: PointerBuffer, n: number, from: number): number {
    for (let i = from; i < from + n; i++) if (!this.holds(table.get(i))) return i;
    return -1;
  }

  /**
   * Whether a pointer of a buffer lies between the pool's first and last byte. Pointers are compared
   * as doubles: their top bits are 0, so they order as their bits do, and it takes no time at all.
   */
  spans(table: PointerBuffer, index: number): boolean {
    const pointer = table.doubles[index]!;
    return pointer >= this.#lowest && pointer < this.#highest;
  }

  /** Detaches the views from the memory. */
  release(): void {
    for (const chunk of this.chunks) chunk.region.release();
  }
}
