/**
 * Mempool caches of a script's own.
 *
 * @module
 */

import {
  checkInteger,
  checkMaker,
  enrol,
  failed,
  type Life,
  type Maker,
  maker,
  type Mortal,
} from "../core/mod.ts";
import { requireEal, rteErrno } from "../eal/mod.ts";
import { SOCKET_ID_ANY } from "../memzone/mod.ts";
import { type Pointer, runtime } from "../runtime/mod.ts";
import { CACHE_LEN, CACHE_SIZE, CacheMemory } from "./cache.ts";
import { RTE_MEMPOOL_CACHE_MAX_SIZE } from "./layout.ts";
import { mempoolLibrary } from "./library.ts";

/** Of no pool yet. */
const NOBODYS: Life = { alive: true };

/**
 * A cache for a thread that has no lcore id, such as a Worker: `rte_mempool_cache_create`. Hand it
 * to every get and put, from one thread only, and flush it to its pool before it is freed. When the
 * pool is freed first, what the cache holds goes with it.
 *
 * @example
 * ```ts
 * import { Eal, Mempool, MempoolCache, PointerBuffer } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = Mempool.create("messages", 255, 64);
 * using cache = MempoolCache.create(32); // for a thread without an lcore id
 * const burst = new PointerBuffer(8);
 * pool.getBulk(burst, 8, 0, cache);
 * pool.putBulk(burst, 8, 0, cache);
 * pool.flush(cache);
 * ```
 */
export class MempoolCache implements Disposable, Mortal {
  readonly #pointer: Pointer<"struct rte_mempool_cache">;
  readonly #memory: CacheMemory;
  #gone: (() => Error) | undefined;
  /** The life of the pool whose objects it holds. */
  #pool: Life = NOBODYS;

  private constructor(key: Maker, cache: Pointer<"struct rte_mempool_cache">) {
    checkMaker(key, "MempoolCache", "MempoolCache.create");
    this.#pointer = cache;
    this.#memory = new CacheMemory(runtime.address(cache));
    enrol(runtime.address(cache), this);
  }

  /**
   * Makes a cache: `rte_mempool_cache_create`.
   *
   * @param size how many objects it keeps, at most 512; above one and a half times as many it is
   *   flushed
   * @param socketId NUMA socket; default any
   * @returns the cache, empty
   * @throws {RangeError} on a bad size
   * @throws {DpdkError} when the memory is not there
   */
  static create(size: number, socketId: number = SOCKET_ID_ANY): MempoolCache {
    checkInteger(size, "a cache's size", 1, RTE_MEMPOOL_CACHE_MAX_SIZE);
    checkInteger(socketId, "socketId", -1, 1023);
    const what = `create a mempool cache of ${size}`;
    requireEal(what);
    const cache = mempoolLibrary().rte_mempool_cache_create(size, socketId);
    if (cache === null) throw failed(what, "rte_mempool_cache_create", rteErrno());
    return new MempoolCache(maker, cache);
  }

  /** How many objects it keeps. */
  get size(): number {
    return this.memory.header[CACHE_SIZE]!;
  }

  /** How many objects it holds. */
  get length(): number {
    return this.memory.header[CACHE_LEN]!;
  }

  /**
   * For the library: the cache as get and put work on it.
   *
   * @internal
   */
  get memory(): CacheMemory {
    if (this.#gone !== undefined) throw this.#gone();
    // What it held went with its pool: another one at that address has these objects itself.
    if (!this.#pool.alive) this.#memory.header[CACHE_LEN] = 0;
    return this.#memory;
  }

  /**
   * For the library: the cache, for the pool of a life.
   *
   * @internal
   * @throws {TypeError} while it holds objects of another pool
   */
  memoryFor(pool: Life): CacheMemory {
    const { memory } = this;
    if (this.#pool !== pool) this.#take(memory, pool);
    return memory;
  }

  #take(memory: CacheMemory, pool: Life): void {
    if (memory.header[CACHE_LEN]! > 0) {
      throw new TypeError(
        "Cannot use this mempool cache: it holds objects of another pool; flush it to that one first",
      );
    }
    this.#pool = pool;
  }

  /**
   * Frees the cache: `rte_mempool_cache_free`.
   *
   * @throws {RangeError} while it holds objects, which would be lost: flush it first
   */
  free(): void {
    if (this.length > 0) {
      throw new RangeError(
        `Cannot free a mempool cache: it holds ${this.length} objects; call pool.flush(cache) first`,
      );
    }
    const gone = () => new TypeError("Cannot use this mempool cache: it was freed");
    this.die(gone);
    mempoolLibrary().rte_mempool_cache_free(this.#pointer);
  }

  /** {@linkcode MempoolCache.free} at the end of a `using` block, unless it was freed before. */
  [Symbol.dispose](): void {
    if (this.#gone === undefined) this.free();
  }

  /**
   * For the library: the cache is about to go.
   *
   * @internal
   */
  die(gone: () => Error): void {
    this.#gone = gone;
    this.#memory.release();
  }
}

/**
 * The memory of a cache that a script hands in, for the pool of a life.
 *
 * @throws {TypeError} when it is no cache, or holds objects of another pool
 */
export function memoryOf(cache: MempoolCache, pool: Life): CacheMemory {
  if (cache instanceof MempoolCache) return cache.memoryFor(pool);
  throw new TypeError(`Cannot use ${String(cache)} as a cache: it must be a MempoolCache`);
}
