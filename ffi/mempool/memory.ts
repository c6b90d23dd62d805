/**
 * The memory that a pool's objects lie in.
 *
 * @module
 */

import {
  bury,
  DpdkError,
  peek,
  type PointerBuffer,
  readPointer,
  Region,
  releaseRange,
} from "../core/mod.ts";
import { rte_memzone } from "../memzone/mod.ts";
import { type Pointer, runtime } from "../runtime/mod.ts";
import { mempoolLibrary } from "./library.ts";
import { rte_mempool, rte_mempool_memhdr, rte_mempool_objhdr } from "./layout.ts";

const TWO_32 = 2 ** 32;
const F = rte_mempool_memhdr.fields;

/** Index of the pool's 32-bit word that says how many chunks it has. */
const CHUNKS = rte_mempool.fields.nb_mem_chunks.offset / 4;

/** From an object back to the `mp` of its header. */
const OBJECT_TO_MP = rte_mempool_objhdr.size - rte_mempool_objhdr.fields.mp.offset;

/** A chunk of memory of a pool: `struct rte_mempool_memhdr`. */
interface Chunk {
  /** Where it starts. */
  readonly address: number;
  /** The two halves of the address, unsigned. */
  readonly low: number;
  readonly high: number;
  /** Its bytes. */
  readonly length: number;
  /** Whether the lower halves tell the distance from the start: it crosses no multiple of 4 GiB. */
  readonly near: boolean;
  /** The bytes, not copied: headers, objects and what lies between. */
  readonly view: DataView<ArrayBuffer>;
  readonly words: Int32Array<ArrayBuffer>;
  readonly region: Region;
}

function chunkAt(address: number, length: number): Chunk {
  if (address % 8 !== 0) {
    throw new DpdkError({ what: "use this mempool", advice: "a chunk of it is not aligned" });
  }
  const low = address % TWO_32;
  const region = new Region(address, length);
  return {
    address,
    low,
    high: Math.floor(address / TWO_32),
    length,
    near: length < 2 ** 31 && low + length <= TWO_32,
    view: new DataView(region.buffer),
    words: new Int32Array(region.buffer, 0, Math.floor(length / 4)),
    region,
  };
}

/** Where a pool's objects lie: `rte_mempool_mem_iter`. */
export function chunkPlaces(
  pool: Pointer<"struct rte_mempool">,
): { readonly address: number; readonly length: number }[] {
  const places: { address: number; length: number }[] = [];
  const collect = runtime.callback(
    "void (struct rte_mempool *mp, void *arg, struct rte_mempool_memhdr *chunk, unsigned int index)",
    (_mp, _arg, header) => {
      const at = peek(runtime.address(header), rte_mempool_memhdr.size);
      places.push({
        address: readPointer(at, F.addr.offset),
        length: readPointer(at, F.len.offset),
      });
    },
  );
  try {
    mempoolLibrary().rte_mempool_mem_iter(pool, collect.pointer, null);
  } finally {
    collect.close();
  }
  return places;
}

/**
 * Frees a pool: `rte_mempool_free`. Every handle of this thread to it refuses to work from then on, and
 * views of its memory are detached, those of handles that are gone, too.
 *
 * @param what it, for the errors of its handles: `mempool "a"`
 */
export function freePool(pool: Pointer<"struct rte_mempool">, what: string): void {
  const address = runtime.address(pool);
  const { mz } = rte_mempool.fields;
  const zone = peek(readPointer(peek(address, rte_mempool.size), mz.offset), rte_memzone.size);
  bury(address, what);
  for (const chunk of chunkPlaces(pool)) releaseRange(chunk.address, chunk.length);
  releaseRange(address, readPointer(zone, rte_memzone.fields.len.offset));
  mempoolLibrary().rte_mempool_free(pool);
}

/** All pools of the group: `rte_mempool_walk`. */
export function allPools(): Pointer<"struct rte_mempool">[] {
  const pools: Pointer<"struct rte_mempool">[] = [];
  const collect = runtime.callback("void (struct rte_mempool *mp, void *arg)", (pool) => {
    pools.push(pool!);
  });
  try {
    mempoolLibrary().rte_mempool_walk(collect.pointer, null);
  } finally {
    collect.close();
  }
  return pools;
}

/** The double that has the bits of an address. */
function asDouble(address: number): number {
  const bits = new BigUint64Array([BigInt(address)]);
  return new Float64Array(bits.buffer)[0]!;
}

/** A pool's chunks, and the question whether an address is one of its objects. */
export class PoolMemory {
  /** The bytes of the chunk where {@linkcode PoolMemory.locate} found the last object. */
  view: DataView<ArrayBuffer>;
  /**
   * The pool's first byte and the one behind its last, as the doubles that have the bits of these
   * addresses: the top bits of pointers are 0, so they order as their bits do.
   */
  lowest: number = Infinity;
  highest: number = 0;
  readonly #pool: Pointer<"struct rte_mempool">;
  #chunks: readonly Chunk[] = [];
  /** The words of its `struct rte_mempool`. */
  readonly #header: Uint32Array<ArrayBuffer>;
  readonly #region: Region;
  readonly #mpLow: number;
  readonly #mpHigh: number;

  /** @param pool the pool, populated */
  constructor(pool: Pointer<"struct rte_mempool">) {
    const address = runtime.address(pool);
    this.#pool = pool;
    this.#region = new Region(address, rte_mempool.size);
    this.#header = new Uint32Array(this.#region.buffer);
    this.view = new DataView(new ArrayBuffer(0));
    this.#mpLow = address | 0;
    this.#mpHigh = Math.floor(address / TWO_32);
    this.#look();
  }

  /** Looks at which chunks there are. */
  #look(): void {
    const chunks = chunkPlaces(this.#pool).map(({ address, length }) =>
      this.#chunks.find((known) => known.address === address) ?? chunkAt(address, length)
    );
    this.#chunks = chunks;
    this.lowest = asDouble(Math.min(...chunks.map((chunk) => chunk.address)));
    this.highest = asDouble(Math.max(...chunks.map((chunk) => chunk.address + chunk.length)));
  }

  /**
   * Finds the object that a pointer points to. What is there must be one of this pool: inside a
   * chunk, and with this pool's header before it.
   *
   * @param low the pointer's lower half, unsigned
   * @param high its upper half
   * @returns its offset in {@linkcode PoolMemory.view}, -1 when there is no object of this pool
   */
  locate(low: number, high: number): number {
    for (const chunk of this.#chunks) {
      // Whole numbers of 31 bits where it goes: the engines index memory with these fastest.
      const offset = chunk.near
        ? high === chunk.high && low >= chunk.low ? low - chunk.low : -1
        : high * TWO_32 + low - chunk.address;
      if (offset < rte_mempool_objhdr.size || offset >= chunk.length) continue;
      const word = chunk.near ? (offset - OBJECT_TO_MP) >> 2 : (offset - OBJECT_TO_MP) / 4;
      const ours = chunk.words[word] === this.#mpLow && chunk.words[word + 1] === this.#mpHigh;
      if (!ours || (low & 7) !== 0) return -1;
      this.view = chunk.view;
      return chunk.near ? offset | 0 : offset;
    }
    return this.#locateAnew(low, high);
  }

  /**
   * In no chunk that is known. A pool of many gets them one by one, and can be looked up before it has
   * the last.
   */
  #locateAnew(low: number, high: number): number {
    const known = this.#chunks.length;
    const chunks = this.#header[CHUNKS] ?? 0; // none of a pool that is gone
    if (chunks <= known) return -1;
    this.#look();
    return this.#chunks.length > known ? this.locate(low, high) : -1;
  }

  /** Whether an address is an object of this pool. */
  holds(address: number): boolean {
    return this.locate(address % TWO_32, Math.floor(address / TWO_32)) >= 0;
  }

  /**
   * The first of `n` pointers from an index on that is no object of this pool.
   *
   * @returns its index, -1 when all are objects of this pool
   */
  firstForeign(table: PointerBuffer, n: number, from: number): number {
    const { words } = table;
    for (let i = from; i < from + n; i++) {
      if (this.locate(words[2 * i]!, words[2 * i + 1]!) < 0) return i;
    }
    return -1;
  }

  /**
   * Whether a pointer of a buffer lies between the pool's first and last byte. Pointers are compared
   * as doubles, which takes no time at all.
   */
  spans(table: PointerBuffer, index: number): boolean {
    const pointer = table.doubles[index]!;
    return pointer >= this.lowest && pointer < this.highest;
  }

  /** Detaches the views from the memory. */
  release(): void {
    this.#region.release();
    for (const chunk of this.#chunks) chunk.region.release();
  }
}
