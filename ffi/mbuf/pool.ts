/**
 * Pools of packets: mempools of mbufs.
 *
 * @module
 */

import {
  checkInteger,
  checkKeys,
  checkMaker,
  checkName,
  DpdkError,
  Errno,
  failed,
  type Maker,
  maker,
  PointerBuffer,
} from "../core/mod.ts";
import { captureLog, noMemory, requireEal, rteErrno } from "../eal/mod.ts";
import {
  freePool,
  Mempool,
  type MempoolCache,
  mempoolLibrary,
  RTE_MEMPOOL_CACHE_MAX_SIZE,
  RTE_MEMPOOL_NAMESIZE,
} from "../mempool/mod.ts";
import { SOCKET_ID_ANY } from "../memzone/mod.ts";
import { RTE_MEMPOOL_OPS_NAMESIZE } from "../ring/mod.ts";
import { type Pointer, runtime } from "../runtime/mod.ts";
import { freshen } from "./alloc.ts";
import { RTE_MBUF_DEFAULT_BUF_SIZE, RTE_MBUF_PRIV_ALIGN } from "./layout.ts";
import { borrowersOf } from "./lent.ts";
import { mbufLibrary } from "./library.ts";
import { poolShape } from "./memory.ts";

/** How a pool of mbufs is created. */
export interface PktmbufPoolOptions {
  /**
   * Mbufs that each lcore keeps at hand, 0 to 512 and at most two thirds of the pool; default 256,
   * or what a smaller pool allows.
   */
  readonly cacheSize?: number;
  /** Bytes of the application's own between mbuf and buffer, a multiple of 8; default 0. */
  readonly privSize?: number;
  /** Bytes of each buffer, headroom included, at most 65,535; default 2,176. */
  readonly dataRoomSize?: number;
  /** NUMA socket; default any. */
  readonly socketId?: number;
  /** The mempool driver: `ring_mp_mc`, `stack`, ...; default what DPDK finds best. */
  readonly opsName?: string;
}

const KEYS = ["cacheSize", "privSize", "dataRoomSize", "socketId", "opsName"];

const ADVICE = (name: string, socketId: number) => ({
  EEXIST: `a mempool of that name exists; use PktmbufPool.lookup("${name}")`,
  ENOMEM: noMemory("make a smaller pool", socketId),
  ENOSPC: "all memzones of this group are in use",
  EINVAL:
    "DPDK refused a size, there is no mempool driver of that name, or this host has no such " +
    "socketId",
  ENOENT: "there is none of that name in this group; create it first, in any process",
});

/**
 * A pool of packets that somebody created: a mempool of `struct rte_mbuf`.
 *
 * @example
 * ```ts
 * import { Eal, MbufCursor, PktmbufPool, PointerBuffer } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = PktmbufPool.create("packets", 1023);
 * const packets = new MbufCursor();
 * const burst = new PointerBuffer(32);
 * const n = pool.allocBulk(burst);
 * for (let i = 0; i < n; i++) packets.at(burst, i).append(64);
 * packets.freeBulk(burst, n);
 * ```
 */
export class PktmbufPool {
  /** The pool as a mempool: its counts, its objects, its dump. */
  readonly mempool: Mempool;
  /** Bytes of the application's own between mbuf and buffer: `rte_pktmbuf_priv_size`. */
  readonly privSize: number;
  /** Bytes of each buffer, headroom included: `rte_pktmbuf_data_room_size`. */
  readonly dataRoomSize: number;
  /** `RTE_PKTMBUF_POOL_F_*`. */
  readonly flags: number;
  readonly #one: PointerBuffer = new PointerBuffer(1);

  /**
   * For {@linkcode PktmbufPool.create} and {@linkcode PktmbufPool.lookup}.
   *
   * @internal
   */
  protected constructor(key: Maker, mempool: Mempool) {
    checkMaker(key, "PktmbufPool", "PktmbufPool.create or PktmbufPool.lookup");
    const shape = poolShape(runtime.pointer<"struct rte_mempool">(mempool.address)!);
    if (shape === undefined) {
      throw new DpdkError({
        what: `use mempool "${mempool.name}" for packets`,
        advice: "its objects are no mbufs; use Mempool.lookup, or make one by PktmbufPool.create",
      });
    }
    this.mempool = mempool;
    this.privSize = shape.privSize;
    this.dataRoomSize = shape.dataRoomSize;
    this.flags = shape.flags;
  }

  /**
   * Creates a pool: `rte_pktmbuf_pool_create`, and `rte_pktmbuf_pool_create_by_ops` with a driver.
   *
   * @param name at most 25 bytes
   * @param n mbufs; a power of two less one uses memory best
   * @param options caches, sizes in bytes, driver, NUMA socket
   * @returns the pool, which this script may free
   * @throws {RangeError} when a number or the name is out of range
   * @throws {DpdkError} when the name is taken (`EEXIST`) or the memory is not there (`ENOMEM`)
   */
  static create(name: string, n: number, options: PktmbufPoolOptions = {}): OwnedPktmbufPool {
    return OwnedPktmbufPool.make(name, n, options);
  }

  /**
   * Finds a pool that any process of the group created: `rte_mempool_lookup`.
   *
   * @param name as it was created
   * @returns the pool, which this script cannot free
   * @throws {DpdkError} when there is none of that name (`ENOENT`), or it is none of mbufs
   */
  static lookup(name: string): PktmbufPool {
    return new PktmbufPool(maker, Mempool.lookup(name));
  }

  /** The pool's name. */
  get name(): string {
    return this.mempool.name;
  }

  /** Where its `struct rte_mempool` is, in every process of the group. */
  get address(): number {
    return this.mempool.address;
  }

  /** How many mbufs it has. */
  get size(): number {
    return this.mempool.size;
  }

  /** Mbufs to be had, those in the caches of all lcores too: `rte_mempool_avail_count`. */
  get availCount(): number {
    return this.mempool.availCount;
  }

  /** Mbufs in use: `rte_mempool_in_use_count`. */
  get inUseCount(): number {
    return this.mempool.inUseCount;
  }

  /**
   * Takes one mbuf, without data: `rte_pktmbuf_alloc`.
   *
   * @returns its address, `undefined` when the pool is empty
   */
  alloc(): number | undefined {
    return this.allocBulk(this.#one, 1) === 1 ? this.#one.get(0) : undefined;
  }

  /**
   * Takes `n` mbufs, each without data, or none: `rte_pktmbuf_alloc_bulk`.
   *
   * @param mbufs gets their addresses
   * @param n how many; default the buffer's capacity
   * @param at where the first goes
   * @param cache a cache of your own, as for a Worker; default the calling lcore's
   * @returns `n`, or 0 when the pool has fewer
   * @throws {RangeError} when the buffer is too small
   */
  allocBulk(
    mbufs: PointerBuffer,
    n: number = mbufs.capacity,
    at: number = 0,
    cache?: MempoolCache,
  ): number {
    const got = this.mempool.getBulk(mbufs, n, at, cache);
    const wrong = got === 0 ? -1 : freshen(mbufs, got, at);
    if (wrong >= 0) this.#refuse(mbufs.get(wrong));
    return got;
  }

  #refuse(address: number): never {
    throw new DpdkError({
      what: `take an mbuf out of "${this.name}"`,
      advice: `what came out, 0x${address.toString(16)}, is no mbuf: somebody wrote over the ` +
        "pool's memory",
    });
  }
}

function check(name: string, n: number, options: PktmbufPoolOptions): void {
  checkKeys(options, KEYS, "PktmbufPool.create");
  checkName(name, "mempool", RTE_MEMPOOL_NAMESIZE - 1);
  checkInteger(n, "a pool's number of mbufs", 1, 2 ** 31 - 1);
  const { cacheSize = 0, privSize = 0, dataRoomSize = 0, socketId = SOCKET_ID_ANY } = options;
  checkInteger(cacheSize, "cacheSize", 0, RTE_MEMPOOL_CACHE_MAX_SIZE);
  if (cacheSize * 1.5 > n) {
    throw new RangeError(
      `Cannot use ${cacheSize} as cacheSize: one and a half times as many must be in the pool, ` +
        `and it has ${n}`,
    );
  }
  checkInteger(privSize, "privSize", 0, 65528);
  if (privSize % RTE_MBUF_PRIV_ALIGN !== 0) {
    throw new RangeError(`Cannot use ${privSize} as privSize: not a multiple of 8`);
  }
  checkInteger(dataRoomSize, "dataRoomSize", 0, 65535);
  checkInteger(socketId, "socketId", -1, 1023);
  if (options.opsName !== undefined) {
    checkName(options.opsName, "mempool driver", RTE_MEMPOOL_OPS_NAMESIZE - 1);
  }
}

/** The usual size of a cache, where the pool is large enough. */
function usualCache(n: number): number {
  return Math.min(256, Math.floor(n / 1.5));
}

function createPool(
  name: string,
  n: number,
  options: PktmbufPoolOptions,
): Pointer<"struct rte_mempool"> {
  check(name, n, options);
  const {
    cacheSize = usualCache(n),
    privSize = 0,
    dataRoomSize = RTE_MBUF_DEFAULT_BUF_SIZE,
    socketId = SOCKET_ID_ANY,
    opsName = null,
  } = options;
  const what = `create pool "${name}" of ${n} mbufs with ${dataRoomSize} bytes each`;
  requireEal(what);
  const { value, log } = captureLog(
    () =>
      mbufLibrary().rte_pktmbuf_pool_create_by_ops(
        name,
        n,
        cacheSize,
        privSize,
        dataRoomSize,
        socketId,
        opsName,
      ),
    (pool) => pool === null,
  );
  if (value !== null) return value;
  throw failed(what, "rte_pktmbuf_pool_create", rteErrno(), ADVICE(name, socketId), log);
}

/**
 * A pool that this script created, and may free. In C it is the `struct rte_mempool *` of
 * `rte_pktmbuf_pool_create`, to be freed by `rte_mempool_free`.
 *
 * @example
 * ```ts
 * import { Eal, PktmbufPool } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * const pool = PktmbufPool.create("packets", 255);
 * console.log(pool.availCount); // 255
 * pool.free(); // whoever looked it up cannot do that
 * ```
 */
export class OwnedPktmbufPool extends PktmbufPool implements Disposable {
  /**
   * For {@linkcode PktmbufPool.create}.
   *
   * @internal
   */
  static make(name: string, n: number, options: PktmbufPoolOptions): OwnedPktmbufPool {
    const pool = createPool(name, n, options);
    try {
      return new OwnedPktmbufPool(maker, Mempool.lookup(name));
    } catch (error) {
      mempoolLibrary().rte_mempool_free(pool);
      throw error;
    }
  }

  /**
   * Frees the pool and all its mbufs: `rte_mempool_free`. Every handle of this thread to it refuses
   * to work from then on. No other process must use it any more: nothing tells them.
   *
   * @throws {DpdkError} when a port of this process takes its packets from it (`EBUSY`), whichever
   *   of its threads set that up
   */
  free(): void {
    const pool = runtime.pointer<"struct rte_mempool">(this.address)!;
    if (!this.mempool.alive) this.mempool.flush(); // throws, and says why
    const ports = borrowersOf(this.address);
    if (ports.length > 0) {
      throw new DpdkError({
        what: `free pool "${this.name}"`,
        errno: Errno.EBUSY,
        advice: `${ports.join(", ")} takes its packets from it; stop and close the port first`,
      });
    }
    freePool(pool, `pool "${this.name}"`);
  }

  /**
   * {@linkcode OwnedPktmbufPool.free} at the end of a `using` block, unless it was freed before. A
   * pool that a port still takes packets from is left to the end of EAL.
   */
  [Symbol.dispose](): void {
    if (this.mempool.alive && borrowersOf(this.address).length === 0) this.free();
  }
}
