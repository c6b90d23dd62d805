/**
 * What every named piece of shared memory gives a script: views of its bytes, which die with it.
 *
 * @module
 */

import { Counter32, Counter64 } from "./atomic.ts";
import { enrol, type Mortal } from "./handles.ts";
import { Region } from "./memory.ts";

/**
 * A piece of memory that all processes of a group see at the same address. It is a memzone's
 * (rte_memzone.h), or that of an object on a tailq (rte_tailq.h).
 *
 * @example
 * ```ts
 * import { Eal, Memzone, type SharedMemory } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using zone = Memzone.reserve("settings", 4096);
 * const memory: SharedMemory = zone;
 * console.log(memory.bytes.length); // 4096
 * memory.view.setUint32(0, 7, true); // little-endian, as C on this machine
 * memory.counter64(8).add(1n);
 * ```
 */
export class SharedMemory implements Mortal {
  /** Where it starts, in every process of the group. */
  readonly address: number;
  /** Its bytes. */
  readonly length: number;
  readonly #region: Region;
  #gone: (() => Error) | undefined;

  /**
   * For what has such memory.
   *
   * @internal
   */
  protected constructor(address: number, length: number) {
    this.address = address;
    this.length = length;
    this.#region = new Region(address, length);
    enrol(address, this);
  }

  /** False once this script freed it or EAL was cleaned up. */
  get alive(): boolean {
    return this.#gone === undefined;
  }

  /**
   * The bytes, not copied.
   *
   * @throws {DpdkError} when it was freed by this script or EAL was cleaned up
   */
  get buffer(): ArrayBuffer {
    if (this.#gone !== undefined) throw this.#gone();
    return this.#region.buffer;
  }

  /** A byte view of all of it. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.buffer);
  }

  /** A `DataView` of all of it; C on this machine reads and writes little-endian. */
  get view(): DataView<ArrayBuffer> {
    return new DataView(this.buffer);
  }

  /**
   * The `uint32_t` at an offset as a counter that processes share.
   *
   * @param offset bytes from the beginning, a multiple of 4
   * @returns the counter; it must not be used once the memory is freed
   */
  counter32(offset: number): Counter32 {
    return new Counter32(this.buffer, offset);
  }

  /**
   * The `uint64_t` at an offset as a counter that processes share.
   *
   * @param offset bytes from the beginning, a multiple of 8
   * @returns the counter; it must not be used once the memory is freed
   */
  counter64(offset: number): Counter64 {
    return new Counter64(this.buffer, offset);
  }

  /**
   * For the library: the memory is about to go.
   *
   * @internal
   */
  die(gone: () => Error): void {
    this.#gone = gone;
  }
}
