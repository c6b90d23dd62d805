/**
 * Gets and puts of this process, with everything that they leave behind, as the C peer
 * tests/peers/view_mempool.c says it.
 *
 * @module
 */

import { RTE_MAX_LCORE, rte_mempool, rte_mempool_cache } from "../../ffi/mempool/layout.ts";
import { runtime } from "../../ffi/runtime/mod.ts";
import { lcoreId, type Mempool, type MempoolCache, PointerBuffer } from "../../mod.ts";

const F = rte_mempool_cache.fields;

/** A cache as it lies in memory: one's own, or the lcore's. */
function cacheOf(pool: Mempool, own: MempoolCache | undefined): DataView | undefined {
  if (own !== undefined) {
    const { buffer, byteOffset } = own.memory.header;
    return new DataView(buffer, byteOffset);
  }
  if (pool.cacheSize === 0 || lcoreId() >= RTE_MAX_LCORE) return undefined;
  const at = pool.address + rte_mempool.size + lcoreId() * rte_mempool_cache.size;
  return new DataView(runtime.memory(at, rte_mempool_cache.size));
}

/** Takes objects of a pool, holds them and gives them back. */
export class Hands {
  readonly #pool: Mempool;
  readonly #own: MempoolCache | undefined;
  readonly #places: ReadonlyMap<number, number>;
  readonly #held: number[] = [];
  readonly #cache: DataView | undefined;
  readonly #buffer = new PointerBuffer(2048);

  constructor(pool: Mempool, own?: MempoolCache) {
    this.#pool = pool;
    this.#own = own;
    this.#cache = cacheOf(pool, own);
    this.#places = new Map(pool.objects().map((address, i) => [address, i]));
  }

  /** How many objects are held. */
  get holding(): number {
    return this.#held.length;
  }

  /** How many objects the cache holds. */
  get #cached(): number {
    return this.#cache?.getUint32(F.len.offset, true) ?? 0;
  }

  /**
   * Takes `n` objects, and holds them in the order in which C gives them. C copies the top of the
   * cache in reverse, before and after it was filled anew; the library copies it as it lies there.
   */
  get(n: number): string {
    const at = n % 7;
    const hot = Math.min(n, this.#cached);
    const done = this.#pool.getBulk(this.#buffer, n, at, this.#own);
    const got = Array.from({ length: done }, (_, i) => this.#buffer.get(at + i));
    const [top, rest] = [got.slice(0, hot).reverse(), got.slice(hot)];
    // What the driver gave directly, because it was too much for the cache, left the cache empty.
    if (rest.length > 0 && this.#cached > 0) rest.reverse();
    this.#held.push(...top, ...rest);
    return this.state(done === n ? 0 : -1);
  }

  /** Gives the `n` that were taken last back. */
  put(n: number): string {
    const from = n % 5;
    this.#held.splice(this.#held.length - n, n).forEach((address, i) => {
      this.#buffer.set(from + i, address);
    });
    this.#pool.putBulk(this.#buffer, n, from, this.#own);
    return this.state(0);
  }

  /** Flushes the cache. */
  flush(): string {
    this.#pool.flush(this.#own);
    return this.state(0);
  }

  /** How it went, the driver's count, the cache and what is held: places in the pool. */
  state(result: number): string {
    const place = (address: number): number => this.#places.get(address) ?? -1;
    const cache = this.#cache;
    const cached = this.#cached;
    const words: (number | string)[] = [result];
    words.push(this.#pool.availCount - (this.#own === undefined ? cached : 0));
    if (cache !== undefined) {
      words.push("cache");
      for (const field of [F.cacheSize, F.flushthresh, F.len]) {
        words.push(cache.getUint32(field.offset, true));
      }
      for (let i = 0; i < cached; i++) {
        words.push(place(Number(cache.getBigUint64(F.objs.offset + 8 * i, true))));
      }
    }
    return [...words, "held", ...this.#held.map(place)].join(" ");
  }
}
