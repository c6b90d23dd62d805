/**
 * Pools of objects of one size: `rte_mempool`.
 *
 * @module
 */

import {
  checkKeys,
  checkMaker,
  checkOneOf,
  DpdkError,
  enrol,
  type Life,
  type Maker,
  maker,
  type Mortal,
  peek,
  PointerBuffer,
  printed,
  readPointer,
  Region,
} from "../core/mod.ts";
import { lcoreIdVariable, requireEal } from "../eal/mod.ts";
import { rte_memzone } from "../memzone/mod.ts";
import { decodeString, type Pointer, runtime } from "../runtime/mod.ts";
import { backend } from "./backend.ts";
import { CacheMemory } from "./cache.ts";
import {
  checkPoolLength,
  CHECKS,
  createPool,
  lookupPool,
  type MempoolCheck,
  type MempoolHandleOptions,
  type MempoolOptions,
} from "./create.ts";
import { ObjectCursor } from "./cursor.ts";
import { fits, refuse } from "./fits.ts";
import { HotCache } from "./hot.ts";
import { flush, genericGet, genericPut, type Pool } from "./inline.ts";
import { RTE_MAX_LCORE, rte_mempool, rte_mempool_cache } from "./layout.ts";
import { mempoolLibrary } from "./library.ts";
import { freePool, PoolMemory } from "./memory.ts";
import { memoryOf, type MempoolCache } from "./user_cache.ts";

const F = rte_mempool.fields;

/**
 * A pool that somebody created: `struct rte_mempool *`.
 *
 * Get and put go through the cache of the calling lcore, as in C: objects in a cache are not to be
 * had by other lcores. A thread without an lcore id, such as a Worker, goes to the pool itself, or
 * through a {@linkcode MempoolCache} of its own.
 *
 * @example
 * ```ts
 * import { Eal, Mempool, PointerBuffer } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = Mempool.create("MSG_POOL", 1023, 64, { cacheSize: 32 });
 * const burst = new PointerBuffer(32);
 * if (pool.getBulk(burst, 32) === 32) {
 *   pool.cursor().at(burst, 0).setText("hello");
 *   pool.putBulk(burst, 32);
 * }
 * console.log(pool.availCount); // 1023
 * ```
 */
export class Mempool implements Mortal {
  /** The pool's name. */
  readonly name: string;
  /** Where it is, in every process of the group. */
  readonly address: number;
  /** How many objects it has. */
  readonly size: number;
  /** Bytes of one object. */
  readonly elementSize: number;
  /** Objects that each lcore keeps at hand; 0 without caches. */
  readonly cacheSize: number;
  /** Bytes of the user's own behind the pool's header. */
  readonly privateDataSize: number;
  /** `RTE_MEMPOOL_F_*` and DPDK's own flags. */
  readonly flags: number;
  /** The NUMA socket that was asked for; -1 for any. */
  readonly socketId: number;
  /** Its driver: `ring_mp_mc`. */
  readonly opsName: string;
  readonly #pool: Pool;
  readonly #memory: PoolMemory;
  readonly #header: Region;
  readonly #life: Life;
  /** This thread's lcore id, signed: both engines compare such integers fastest. */
  readonly #lcoreId: Int32Array<ArrayBuffer> = new Int32Array(lcoreIdVariable().buffer);
  #lcoreCache: CacheMemory | undefined;
  #hot: HotCache = new HotCache(this.#lcoreId);
  readonly #one: PointerBuffer = new PointerBuffer(1);
  readonly #checkAll: boolean;
  #gone: (() => Error) | undefined;

  /**
   * For {@linkcode Mempool.create} and {@linkcode Mempool.lookup}.
   *
   * @internal
   */
  protected constructor(key: Maker, pointer: Pointer<"struct rte_mempool">, check: MempoolCheck) {
    checkMaker(key, "Mempool", "Mempool.create or Mempool.lookup");
    this.#checkAll = checkOneOf(check, CHECKS, "check") === "all";
    const address = runtime.address(pointer);
    const view = peek(address, rte_mempool.size);
    const u32 = (field: { offset: number }) => view.getUint32(field.offset, true);
    this.name = decodeString(new Uint8Array(view.buffer, F.name.offset, F.name.size));
    this.address = address;
    this.size = u32(F.mempoolSize);
    this.elementSize = u32(F.elt_size);
    this.cacheSize = u32(F.cache_size);
    this.privateDataSize = u32(F.private_data_size);
    this.flags = u32(F.flags);
    this.socketId = view.getInt32(F.socket_id.offset, true);
    const zone = peek(readPointer(view, F.mz.offset), rte_memzone.size);
    const length = this.#privateOffset() + this.privateDataSize;
    checkPoolLength(this.name, readPointer(zone, rte_memzone.fields.len.offset), length);
    const driver = backend(u32(F.ops_index), `use mempool "${this.name}"`);
    this.opsName = driver.name;
    this.#pool = { pointer, backend: driver };
    this.#memory = new PoolMemory(pointer);
    this.#header = new Region(address, length);
    this.#life = enrol(address, this);
  }

  /**
   * Creates a pool: `rte_mempool_create`, and with a driver `rte_mempool_create_empty`,
   * `rte_mempool_set_ops_byname` and `rte_mempool_populate_default`.
   *
   * @param name at most 25 bytes
   * @param n objects; a power of two less one uses memory best
   * @param elementSize bytes of one object
   * @param options caches, private bytes, driver, NUMA socket, checks
   * @returns the pool, which this script may free
   * @throws {RangeError} when a number or the name is out of range
   * @throws {DpdkError} when the name is taken (`EEXIST`) or the memory is not there (`ENOMEM`)
   */
  static create(
    name: string,
    n: number,
    elementSize: number,
    options: MempoolOptions & MempoolHandleOptions = {},
  ): OwnedMempool {
    return OwnedMempool.make(name, n, elementSize, options);
  }

  /**
   * Finds a pool that any process of the group created: `rte_mempool_lookup`.
   *
   * @param name as it was created
   * @param options what is checked when objects are given back
   * @returns the pool, which this script cannot free
   * @throws {DpdkError} when there is none of that name (`ENOENT`), or none with objects yet
   */
  static lookup(name: string, options: MempoolHandleOptions = {}): Mempool {
    checkKeys(options, ["check"], "Mempool.lookup");
    return new Mempool(maker, lookupPool(name), options.check ?? "ends");
  }

  /**
   * What `rte_mempool_list_dump` prints: all pools of the group.
   *
   * @returns its text
   */
  static dumpAll(): string {
    requireEal("dump the mempools");
    return printed((stream) => mempoolLibrary().rte_mempool_list_dump(stream));
  }

  /** `RTE_MEMPOOL_HEADER_SIZE`: where the private data starts. */
  #privateOffset(): number {
    const caches = this.cacheSize === 0 ? 0 : RTE_MAX_LCORE * rte_mempool_cache.size;
    return rte_mempool.size + caches;
  }

  /** The calling lcore's cache: `rte_mempool_default_cache`. */
  #defaultCache(): CacheMemory | undefined {
    const lcore = this.#lcoreId[0]!;
    return lcore === this.#hot.lcore ? this.#lcoreCache : this.#changeLcore(lcore);
  }

  /** The thread has become an lcore, or was asked for the first time, or the pool is gone. */
  #changeLcore(lcore: number): CacheMemory | undefined {
    this.pointer();
    this.#lcoreCache?.release();
    const cached = this.cacheSize > 0 && lcore >= 0 && lcore < RTE_MAX_LCORE;
    const at = this.address + rte_mempool.size + lcore * rte_mempool_cache.size;
    const cache = cached ? new CacheMemory(at) : undefined;
    const lowest = this.#checkAll ? Infinity : this.#memory.lowest; // or nothing goes unchecked
    this.#hot = new HotCache(this.#lcoreId, lcore, cache, lowest, this.#memory.highest);
    return this.#lcoreCache = cache;
  }

  #cache(own: MempoolCache | undefined): CacheMemory | undefined {
    if (own === undefined) return this.#defaultCache();
    this.pointer();
    return memoryOf(own, this.#life);
  }

  /**
   * Takes one object: `rte_mempool_get`.
   *
   * @param cache a cache of the script's own; default that of the lcore, if the thread is one
   * @returns its address, `undefined` when the pool is empty
   */
  get(cache?: MempoolCache): number | undefined {
    return this.getBulk(this.#one, 1, 0, cache) === 1 ? this.#one.get(0) : undefined;
  }

  /**
   * Takes `n` objects or none: `rte_mempool_get_bulk`, and `rte_mempool_generic_get` with a cache.
   *
   * @param objects gets their addresses
   * @param n how many; default the buffer's capacity
   * @param at where the first goes
   * @param cache a cache of your own; default the calling lcore's
   * @returns `n`, or 0 when the pool has fewer
   * @throws {RangeError} when the buffer is too small
   */
  getBulk(
    objects: PointerBuffer,
    n: number = objects.capacity,
    at: number = 0,
    cache?: MempoolCache,
  ): number {
    if (cache === undefined && at === 0 && this.#hot.get(objects, n)) return n;
    return this.#get(objects, n, at, cache);
  }

  #get(objects: PointerBuffer, n: number, at: number, cache: MempoolCache | undefined): number {
    if (!fits(objects, n, at)) refuse(objects, n, at);
    return genericGet(this.#pool, this.#cache(cache), objects, n, at) < 0 ? 0 : n;
  }

  /**
   * Gives one object back: `rte_mempool_put`.
   *
   * @param address an object of the pool
   * @param cache a cache of the script's own; default that of the lcore, if the thread is one
   * @throws {DpdkError} when it is no object of this pool
   */
  put(address: number, cache?: MempoolCache): void {
    this.#one.set(0, address);
    this.putBulk(this.#one, 1, 0, cache);
  }

  /**
   * Gives `n` objects back: `rte_mempool_put_bulk`, and `rte_mempool_generic_put` with a cache.
   *
   * The first and the last object are checked to lie in this pool's memory before any is given
   * back; a single object, and with `check: "all"` every one, to be an object of this pool. That one
   * was given back already cannot be told, as in C.
   *
   * @param objects their addresses
   * @param n how many; default the buffer's capacity
   * @param from the first
   * @param cache a cache of your own; default the calling lcore's
   * @throws {RangeError} when the buffer has fewer
   * @throws {DpdkError} when one is no object of this pool; none was given back then
   */
  putBulk(
    objects: PointerBuffer,
    n: number = objects.capacity,
    from: number = 0,
    cache?: MempoolCache,
  ): void {
    if (cache === undefined && from === 0 && this.#hot.put(objects, n)) return;
    this.#put(objects, n, from, cache);
  }

  #put(objects: PointerBuffer, n: number, from: number, cache: MempoolCache | undefined): void {
    if (!fits(objects, n, from)) refuse(objects, n, from);
    const own = this.#cache(cache); // throws when the pool is gone
    if (n === 0) return;
    const memory = this.#memory;
    const likely = memory.spans(objects, from) && memory.spans(objects, from + n - 1);
    if (!likely || n === 1 || this.#checkAll) this.#refuseForeign(objects, n, from);
    genericPut(this.#pool, own, objects, n, from);
  }

  #refuseForeign(objects: PointerBuffer, n: number, from: number): void {
    const foreign = this.#memory.firstForeign(objects, n, from);
    if (foreign < 0) return;
    throw new DpdkError({
      what: `put 0x${objects.get(foreign).toString(16)} into mempool "${this.name}"`,
      advice: "it is no object of this pool; nothing was given back",
    });
  }

  /**
   * Whether an address is an object of this pool.
   *
   * @param address any address
   * @returns whether an object begins there
   */
  has(address: number): boolean {
    this.pointer();
    return this.#memory.holds(address);
  }

  /**
   * Gives all that a cache holds back to the pool: `rte_mempool_cache_flush`.
   *
   * @param cache a cache of your own; default the calling lcore's
   */
  flush(cache?: MempoolCache): void {
    this.pointer();
    const memory = this.#cache(cache);
    if (memory !== undefined) flush(this.#pool, memory);
  }

  /** Objects to be had, those in the caches of all lcores too: `rte_mempool_avail_count`. */
  get availCount(): number {
    return mempoolLibrary().rte_mempool_avail_count(this.pointer());
  }

  /** Objects in use: `rte_mempool_in_use_count`. */
  get inUseCount(): number {
    return mempoolLibrary().rte_mempool_in_use_count(this.pointer());
  }

  /** `rte_mempool_full`: all objects are in the pool. */
  get full(): boolean {
    return this.availCount === this.size;
  }

  /** `rte_mempool_empty`: all objects are in use. */
  get empty(): boolean {
    return this.availCount === 0;
  }

  /**
   * The addresses of all objects, in use or not: `rte_mempool_obj_iter`.
   *
   * @returns their addresses
   */
  objects(): number[] {
    const addresses: number[] = [];
    const collect = runtime.callback(
      "void (struct rte_mempool *mp, void *arg, void *object, unsigned int index)",
      (_mp, _arg, object) => {
        addresses.push(runtime.address(object));
      },
    );
    try {
      mempoolLibrary().rte_mempool_obj_iter(this.pointer(), collect.pointer, null);
    } finally {
      collect.close();
    }
    return addresses;
  }

  /**
   * A cursor to read and write objects in place; make one and move it.
   *
   * @returns a cursor at no object yet
   */
  cursor(): ObjectCursor {
    this.pointer();
    return new ObjectCursor(this.#memory, this.elementSize, this.name);
  }

  /** The pool's private data, not copied: `rte_mempool_get_priv`. */
  get privateData(): Uint8Array<ArrayBuffer> {
    this.pointer();
    return new Uint8Array(this.#header.buffer, this.#privateOffset(), this.privateDataSize);
  }

  /**
   * What `rte_mempool_dump` prints of it.
   *
   * @returns its text
   */
  dump(): string {
    return printed((stream) => mempoolLibrary().rte_mempool_dump(stream, this.pointer()));
  }

  /** False once this script freed the pool or EAL was cleaned up. */
  get alive(): boolean {
    return this.#gone === undefined;
  }

  /**
   * For the library: the pool is about to go.
   *
   * @internal
   */
  die(gone: () => Error): void {
    this.#gone = gone;
    this.#memory.release();
    this.#header.release();
    this.#lcoreCache?.release();
    this.#hot = new HotCache(this.#lcoreId);
  }

  /**
   * The pool for a call, as long as it is there.
   *
   * @internal
   */
  protected pointer(): Pointer<"struct rte_mempool"> {
    if (this.#gone !== undefined) throw this.#gone();
    return this.#pool.pointer;
  }
}

/**
 * A pool that this script created, and may free. In C it is the `struct rte_mempool *` of
 * `rte_mempool_create`, to be freed by `rte_mempool_free`.
 *
 * @example
 * ```ts
 * import { Eal, Mempool } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * const pool = Mempool.create("messages", 63, 64);
 * const same = Mempool.lookup("messages"); // of whoever: has no free()
 * pool.free();
 * console.log(pool.alive, same.alive); // false false
 * ```
 */
export class OwnedMempool extends Mempool implements Disposable {
  /**
   * For {@linkcode Mempool.create}.
   *
   * @internal
   */
  static make(
    name: string,
    n: number,
    elementSize: number,
    options: MempoolOptions & MempoolHandleOptions,
  ): OwnedMempool {
    const { check = "ends", ...rest } = options;
    checkOneOf(check, CHECKS, "check"); // before there is a pool to leak
    const pool = createPool(name, n, elementSize, rest);
    try {
      return new OwnedMempool(maker, pool, check);
    } catch (error) {
      mempoolLibrary().rte_mempool_free(pool);
      throw error;
    }
  }

  /**
   * Frees the pool and all its objects: `rte_mempool_free`. Every handle of this thread to it
   * refuses to work from then on. Other processes must not use it any more: nothing tells them.
   */
  free(): void {
    freePool(this.pointer(), `mempool "${this.name}"`);
  }

  /** {@linkcode OwnedMempool.free} at the end of a `using` block, unless it was freed before. */
  [Symbol.dispose](): void {
    if (this.alive) this.free();
  }
}
