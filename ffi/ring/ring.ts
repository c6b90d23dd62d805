/**
 * Rings of object pointers: `rte_ring`.
 *
 * @module
 */

import { checkKeys, checkOneOf, type Maker, maker, PointerBuffer, printed } from "../core/mod.ts";
import { requireEal } from "../eal/mod.ts";
import type { Memzone } from "../memzone/mod.ts";
import type { Pointer } from "../runtime/mod.ts";
import { RingBase, type RingPath } from "./base.ts";
import {
  createRing,
  initRing,
  lookupRing,
  orFree,
  ringIn,
  ringLibrary,
  ringMemsize,
  type RingOptions,
} from "./create.ts";

/** Which code a handle uses; `native` unless said otherwise. */
export interface RingHandleOptions {
  /**
   * `native`: DPDK's own machine code, where this process has it. `inline`: this library's port of
   * the header functions. Both work on the same ring at the same time.
   */
  readonly path?: RingPath;
}

/**
 * A ring of pointers that somebody created: `struct rte_ring *`.
 *
 * @example
 * ```ts
 * import { Eal, Mempool, PointerBuffer, Ring } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = Mempool.create("messages", 255, 64);
 * using ring = Ring.create("to_others", 1024);
 * const burst = new PointerBuffer(32);
 * const n = pool.getBulk(burst, 32); // 32 or 0
 * const sent = ring.enqueueBurst(burst, n); // in another process: Ring.lookup("to_others")
 * const got = ring.dequeueBurst(burst, 32);
 * console.log(sent, got); // 32 32
 * pool.putBulk(burst, got);
 * ```
 */
export class Ring extends RingBase<PointerBuffer> {
  readonly #one: PointerBuffer = new PointerBuffer(1);

  /**
   * For {@linkcode Ring.create}, {@linkcode Ring.lookup} and their like.
   *
   * @internal
   */
  protected constructor(
    key: Maker,
    ring: Pointer<"struct rte_ring">,
    path?: RingPath,
    keep?: unknown,
  ) {
    super(key, ring, 8, checkPath(path), keep);
  }

  /**
   * Creates a ring: `rte_ring_create`.
   *
   * @param name at most 28 bytes
   * @param count slots, a power of two; the ring holds one element less. With `RING_F_EXACT_SZ` it
   *   holds `count` elements, any number
   * @param options sync modes by `RING_F_*` flags, NUMA socket
   * @returns the ring, which this script may free
   * @throws {RangeError} when the count is no power of two, or the name is too long
   * @throws {DpdkError} when the name is taken (`EEXIST`) or the memory is not there (`ENOMEM`)
   */
  static create(
    name: string,
    count: number,
    options: RingOptions & RingHandleOptions = {},
  ): OwnedRing {
    return OwnedRing.make(name, count, options);
  }

  /**
   * Finds a ring that any process of the group created: `rte_ring_lookup`.
   *
   * @param name as it was created
   * @param options whose code moves the elements
   * @returns the ring, which this script cannot free
   * @throws {DpdkError} when there is none of that name (`ENOENT`)
   */
  static lookup(name: string, options: RingHandleOptions = {}): Ring {
    checkKeys(options, ["path"], "Ring.lookup");
    return new Ring(maker, lookupRing(name), options.path);
  }

  /**
   * Makes a ring in memory of your own: `rte_ring_init`. In a memzone, other processes reach it by
   * {@linkcode Ring.at} on the same memzone; it is not on DPDK's list of rings.
   *
   * @param memory a memzone, or a buffer that only this process sees and that is neither resized
   *   nor transferred from then on; the ring starts at its first multiple of 64
   * @param name at most 28 bytes
   * @param count slots, a power of two; the ring holds one element less
   * @param options sync modes by `RING_F_*` flags, whose code moves the elements
   * @returns the ring, as long as its memory is there
   * @throws {RangeError} when it does not fit; `Ring.memsize` tells what is needed
   */
  static init(
    memory: Memzone | ArrayBuffer,
    name: string,
    count: number,
    options: { readonly flags?: number } & RingHandleOptions = {},
  ): Ring {
    requireEal(`make ring "${name}"`);
    checkKeys(options, ["flags", "path"], "Ring.init");
    return new Ring(maker, initRing(memory, name, count, options.flags ?? 0), options.path, memory);
  }

  /**
   * The ring that {@linkcode Ring.init} made in this memory, perhaps in another process.
   *
   * @param memory the memzone or buffer that it was made in
   * @param options whose code moves the elements
   * @returns the ring, as long as its memory is there
   * @throws {DpdkError} when there is none
   */
  static at(memory: Memzone | ArrayBuffer, options: RingHandleOptions = {}): Ring {
    requireEal("use a ring");
    checkKeys(options, ["path"], "Ring.at");
    return new Ring(maker, ringIn(memory), options.path, memory);
  }

  /**
   * The bytes that a ring of pointers with `count` slots needs: `rte_ring_get_memsize`.
   *
   * @param count slots, a power of two
   * @returns bytes
   * @throws {RangeError} when the count is no power of two
   */
  static memsize(count: number): number {
    return ringMemsize(8, count);
  }

  /**
   * What `rte_ring_list_dump` prints: all rings of the group.
   *
   * @returns its text
   */
  static dumpAll(): string {
    requireEal("dump the rings");
    return printed((stream) => ringLibrary().rte_ring_list_dump(stream));
  }

  /**
   * Puts one address into the ring: `rte_ring_enqueue`.
   *
   * @param address an address, usually an object's
   * @returns false when the ring is full
   * @throws {RangeError} when it is no address
   */
  enqueue(address: number): boolean {
    this.#one.set(0, address);
    return this.producer.bulk(this.#one, 1, 0) === 1;
  }

  /**
   * Takes one address out of the ring: `rte_ring_dequeue`.
   *
   * @returns `undefined` when the ring is empty
   */
  dequeue(): number | undefined {
    return this.consumer.bulk(this.#one, 1, 0) === 1 ? this.#one.get(0) : undefined;
  }
}

function checkPath(path: RingPath = "native"): RingPath {
  return checkOneOf(path, ["native", "inline"], "path");
}

/**
 * A ring that this script created, and may free. In C it is the ring of `rte_ring_create`, to be
 * freed by `rte_ring_free`.
 *
 * @example
 * ```ts
 * import { Eal, Ring } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * const ring = Ring.create("mine", 64);
 * const same = Ring.lookup("mine"); // of whoever: has no free()
 * ring.free();
 * console.log(ring.alive, same.alive); // false false
 * ```
 */
export class OwnedRing extends Ring implements Disposable {
  /**
   * For {@linkcode Ring.create}.
   *
   * @internal
   */
  static make(name: string, count: number, options: RingOptions & RingHandleOptions): OwnedRing {
    checkKeys(options, ["flags", "socketId", "path"], "a ring");
    const { path = "native", ...rest } = options;
    checkPath(path); // before there is a ring to leak
    return orFree(createRing(name, 8, count, rest), (ring) => new OwnedRing(maker, ring, path));
  }

  /**
   * Frees the ring: `rte_ring_free`. Every handle of this thread to it refuses to work from then
   * on. Other processes must not use it any more: nothing tells them.
   */
  free(): void {
    this.freeRing();
  }

  /** {@linkcode OwnedRing.free} at the end of a `using` block, unless it was freed before. */
  [Symbol.dispose](): void {
    if (this.alive) this.freeRing();
  }
}
