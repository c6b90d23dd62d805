/**
 * Counters in shared memory, for several processes at once.
 *
 * Every operation is sequentially consistent and answers to C's `__atomic_*` on the same variable
 * with `__ATOMIC_SEQ_CST`.
 *
 * @module
 */

/**
 * A `uint32_t` that processes share. In C it is what `rte_atomic32_add_return` (rte_atomic.h) and
 * `__atomic_fetch_add` work on.
 *
 * @example
 * ```ts
 * import { Counter32, Eal, Memzone } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using zone = Memzone.reserve("flags", 64);
 * const stop = new Counter32(zone.buffer, 0); // or zone.counter32(0)
 * console.log(stop.compareExchange(0, 1)); // 0
 * console.log(stop.load()); // 1
 * ```
 */
export class Counter32 {
  readonly #words: Int32Array<ArrayBuffer>;

  /**
   * Makes a counter of what is there; the value stays.
   *
   * @param buffer the shared memory
   * @param offset the variable's place in it, in bytes: a multiple of 4
   * @throws {RangeError} when it does not lie inside
   */
  constructor(buffer: ArrayBuffer, offset: number) {
    this.#words = new Int32Array(buffer, offset, 1);
  }

  /**
   * The value.
   *
   * @returns the value
   */
  load(): number {
    return Atomics.load(this.#words, 0) >>> 0;
  }

  /**
   * Sets the value.
   *
   * @param value from 0 on, taken modulo 2^32
   */
  store(value: number): void {
    Atomics.store(this.#words, 0, value);
  }

  /**
   * Adds, modulo 2^32, and gives the value from before.
   *
   * @param value what to add; a negative one takes away
   * @returns the value from before
   */
  add(value: number): number {
    return Atomics.add(this.#words, 0, value) >>> 0;
  }

  /**
   * Sets the value if it is the expected one, and gives the value from before.
   *
   * @param expected what it must be to be replaced
   * @param value what replaces it
   * @returns the value from before: the expected one if it was replaced
   */
  compareExchange(expected: number, value: number): number {
    return Atomics.compareExchange(this.#words, 0, expected, value) >>> 0;
  }
}

/**
 * A `uint64_t` that processes share. In C it is what `rte_atomic64_add_return` (rte_atomic.h) and
 * `__atomic_fetch_add` work on.
 *
 * @example
 * ```ts
 * import { Counter64, Eal, Memzone } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using zone = Memzone.reserve("counts", 64);
 * const packets = new Counter64(zone.buffer, 8); // or zone.counter64(8)
 * packets.add(32n);
 * console.log(packets.load()); // 32
 * ```
 */
export class Counter64 {
  readonly #words: BigUint64Array<ArrayBuffer>;

  /**
   * Makes a counter of what is there; the value stays.
   *
   * @param buffer the shared memory
   * @param offset the variable's place in it, in bytes: a multiple of 8
   * @throws {RangeError} when it does not lie inside
   */
  constructor(buffer: ArrayBuffer, offset: number) {
    this.#words = new BigUint64Array(buffer, offset, 1);
  }

  /**
   * The value.
   *
   * @returns the value
   */
  load(): bigint {
    return Atomics.load(this.#words, 0);
  }

  /**
   * Sets the value.
   *
   * @param value from 0 on, taken modulo 2^64
   */
  store(value: bigint): void {
    Atomics.store(this.#words, 0, value);
  }

  /**
   * Adds, modulo 2^64, and gives the value from before.
   *
   * @param value what to add; a negative one takes away
   * @returns the value from before
   */
  add(value: bigint): bigint {
    return Atomics.add(this.#words, 0, value);
  }

  /**
   * Sets the value if it is the expected one, and gives the value from before.
   *
   * @param expected what it must be to be replaced
   * @param value what replaces it
   * @returns the value from before: the expected one if it was replaced
   */
  compareExchange(expected: bigint, value: bigint): bigint {
    return Atomics.compareExchange(this.#words, 0, expected, value);
  }
}
