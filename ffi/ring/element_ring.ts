/**
 * Rings of elements that are not pointers.
 *
 * @module
 */

import { type ElementBuffer, type Maker, maker } from "../core/mod.ts";
import type { Pointer } from "../runtime/mod.ts";
import { RingBase } from "./base.ts";
import { createRing, lookupRing, orFree, ringMemsize, type RingOptions } from "./create.ts";

/**
 * A ring whose elements are of any multiple of 4 bytes and lie in the ring itself:
 * `rte_ring_create_elem` and the `_elem` functions.
 *
 * The ring does not store the element size: everybody who looks it up must know it.
 *
 * @example
 * ```ts
 * import { Eal, ElementBuffer, ElementRing } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using ring = ElementRing.create("samples", 16, 1024);
 * const burst = new ElementBuffer(16, 32);
 * burst.words[0] = 42;
 * ring.enqueueBurst(burst, 1);
 * console.log(ring.count); // 1
 * ```
 */
export class ElementRing extends RingBase<ElementBuffer> {
  /**
   * For {@linkcode ElementRing.create} and {@linkcode ElementRing.lookup}.
   *
   * @internal
   */
  protected constructor(key: Maker, ring: Pointer<"struct rte_ring">, elementSize: number) {
    super(key, ring, elementSize, "native");
  }

  /**
   * Creates a ring: `rte_ring_create_elem`.
   *
   * @param name at most 28 bytes
   * @param elementSize bytes of one element, a multiple of 4
   * @param count slots, a power of two; the ring holds one element less
   * @param options sync modes by `RING_F_*` flags, NUMA socket
   * @returns the ring, which this script may free
   * @throws {RangeError} on a bad name, size or count
   * @throws {DpdkError} when the name is taken (`EEXIST`) or the memory is not there (`ENOMEM`)
   */
  static create(
    name: string,
    elementSize: number,
    count: number,
    options: RingOptions = {},
  ): OwnedElementRing {
    return OwnedElementRing.make(name, elementSize, count, options);
  }

  /**
   * Finds a ring that any process of the group created: `rte_ring_lookup`.
   *
   * @param name as it was created
   * @param elementSize the element size that it was created with
   * @returns the ring, which this script cannot free
   * @throws {DpdkError} when there is none of that name (`ENOENT`), or its memory does not fit
   *   elements of that size
   */
  static lookup(name: string, elementSize: number): ElementRing {
    checkSize(elementSize);
    return new ElementRing(maker, lookupRing(name), elementSize);
  }

  /**
   * The bytes that such a ring needs: `rte_ring_get_memsize_elem`.
   *
   * @param elementSize bytes of one element, a multiple of 4
   * @param count slots, a power of two
   * @returns bytes
   * @throws {RangeError} when the element size is no multiple of 4 or the count no power of two
   */
  static memsize(elementSize: number, count: number): number {
    return ringMemsize(elementSize, count);
  }
}

function checkSize(elementSize: number): void {
  const whole = Number.isInteger(elementSize) && elementSize % 4 === 0;
  if (whole && elementSize >= 4 && elementSize <= 2 ** 20) return;
  throw new RangeError(
    `Cannot use ${elementSize} as an element size: it must be a multiple of 4 bytes, at most 1 MiB`,
  );
}

/**
 * A ring of elements that this script created, and may free. In C it is the ring of
 * `rte_ring_create_elem`, to be freed by `rte_ring_free`.
 *
 * @example
 * ```ts
 * import { Eal, ElementRing } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * const ring = ElementRing.create("samples", 16, 64);
 * ring.free(); // whoever looked it up cannot do that
 * console.log(ring.alive); // false
 * ```
 */
export class OwnedElementRing extends ElementRing implements Disposable {
  /**
   * For {@linkcode ElementRing.create}.
   *
   * @internal
   */
  static make(
    name: string,
    elementSize: number,
    count: number,
    options: RingOptions,
  ): OwnedElementRing {
    checkSize(elementSize);
    return orFree(
      createRing(name, elementSize, count, options),
      (ring) => new OwnedElementRing(maker, ring, elementSize),
    );
  }

  /** Frees the ring: `rte_ring_free`; see {@linkcode OwnedRing.free}. */
  free(): void {
    this.freeRing();
  }

  /** {@linkcode OwnedElementRing.free} at the end of a `using` block, unless freed before. */
  [Symbol.dispose](): void {
    if (this.alive) this.freeRing();
  }
}
