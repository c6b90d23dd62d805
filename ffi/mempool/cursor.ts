/**
 * A cursor over the objects of a pool.
 *
 * @module
 */

import { type ByteWindow, DpdkError, type PointerBuffer } from "../core/mod.ts";
import { decodeString } from "../runtime/mod.ts";
import type { PoolMemory } from "./memory.ts";

const TWO_32 = 2 ** 32;
const encoder = new TextEncoder();

/**
 * Looks at one object of a pool at a time, in place. Moving it and reading and writing numbers
 * allocates nothing; every access is checked against the object's size. Numbers are little-endian.
 * It is a window on the object, so that {@linkcode Struct.at} reads through it wherever it is
 * moved. In C it is the pointer that `rte_mempool_get` (rte_mempool.h) gave.
 *
 * @example
 * ```ts
 * import { Eal, Mempool, PointerBuffer } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = Mempool.create("samples", 63, 64);
 * const burst = new PointerBuffer(32);
 * const sample = pool.cursor(); // one is enough: it moves
 * let sum = 0;
 * pool.getBulk(burst, 3);
 * for (let i = 0; i < 3; i++) sample.at(burst, i).setU32(0, i + 1);
 * for (let i = 0; i < 3; i++) sum += sample.at(burst, i).u32(0);
 * console.log(sum); // 6
 * pool.putBulk(burst, 3);
 * ```
 */
export class ObjectCursor implements ByteWindow {
  /** Bytes of an object: the pool's element size. */
  readonly size: number;
  readonly #memory: PoolMemory;
  readonly #poolName: string;
  #view: DataView<ArrayBuffer>;
  #offset = 0;
  #end = 0;

  /**
   * For the library: `Mempool.cursor` makes cursors.
   *
   * @internal
   * @param memory the pool's
   * @param size bytes of an object
   * @param poolName for error messages
   */
  constructor(memory: PoolMemory, size: number, poolName: string) {
    this.size = size;
    this.#memory = memory;
    this.#poolName = poolName;
    this.#view = new DataView(new ArrayBuffer(0));
  }

  /** The memory that the object lies in. */
  get view(): DataView<ArrayBuffer> {
    return this.#view;
  }

  /** Where in {@linkcode ObjectCursor.view} the object starts. */
  get dataStart(): number {
    return this.#offset;
  }

  /** Bytes of the object; 0 when the cursor is at none. */
  get dataLen(): number {
    return this.#end;
  }

  /**
   * Moves to the object that a pointer of a buffer points to.
   *
   * @param objects where the pointers are
   * @param index which one, from 0 on
   * @throws {RangeError} when the buffer has no such pointer
   * @throws {DpdkError} when it is no object of the pool
   */
  at(objects: PointerBuffer, index: number): this {
    const { words } = objects;
    return this.#go(words[2 * index]!, words[2 * index + 1]!);
  }

  /**
   * Moves to the object at an address.
   *
   * @param address where the object is
   * @throws {DpdkError} when there is no object of the pool
   */
  moveTo(address: number): this {
    return this.#go(address % TWO_32, Math.floor(address / TWO_32));
  }

  #go(low: number, high: number): this {
    const offset = this.#memory.locate(low, high);
    if (offset < 0) this.#refuse(low, high);
    this.#view = this.#memory.view;
    this.#offset = offset;
    this.#end = this.size;
    return this;
  }

  #refuse(low: number, high: number): never {
    this.#end = 0;
    if (!(low >= 0 && high >= 0)) {
      throw new RangeError("Cannot read an object: there is no such pointer or address");
    }
    throw new DpdkError({
      what: `read an object at 0x${(high * TWO_32 + low).toString(16)}`,
      advice: `it is no object of mempool "${this.#poolName}"`,
    });
  }

  #place(offset: number, width: number): number {
    // The first comparison holds for whole numbers alone: a string would be joined, not added.
    if ((offset >>> 0) === offset && (width >>> 0) === width && offset + width <= this.#end) {
      return this.#offset + offset;
    }
    throw new RangeError(
      this.#end === 0
        ? "Cannot read or write: the cursor is at no object; call at() or moveTo() first"
        : `Cannot read or write ${width} bytes at ${offset}: the object has ${this.size}`,
    );
  }

  /**
   * The `uint8_t` at a byte offset.
   *
   * @param offset bytes from the object's beginning
   * @returns the value
   */
  u8(offset: number): number {
    return this.#view.getUint8(this.#place(offset, 1));
  }

  /**
   * The `uint16_t` at a byte offset.
   *
   * @param offset bytes from the object's beginning
   * @returns the value
   */
  u16(offset: number): number {
    return this.#view.getUint16(this.#place(offset, 2), true);
  }

  /**
   * The `uint32_t` at a byte offset.
   *
   * @param offset bytes from the object's beginning
   * @returns the value
   */
  u32(offset: number): number {
    return this.#view.getUint32(this.#place(offset, 4), true);
  }

  /**
   * The `int32_t` at a byte offset.
   *
   * @param offset bytes from the object's beginning
   * @returns the value
   */
  i32(offset: number): number {
    return this.#view.getInt32(this.#place(offset, 4), true);
  }

  /**
   * The `uint64_t` at a byte offset.
   *
   * @param offset bytes from the object's beginning
   * @returns the value
   */
  u64(offset: number): bigint {
    return this.#view.getBigUint64(this.#place(offset, 8), true);
  }

  /**
   * The `double` at a byte offset.
   *
   * @param offset bytes from the object's beginning
   * @returns the value
   */
  f64(offset: number): number {
    return this.#view.getFloat64(this.#place(offset, 8), true);
  }

  /**
   * Stores a `uint8_t`.
   *
   * @param offset bytes from the object's beginning
   * @param value the value, within the type's range
   */
  setU8(offset: number, value: number): void {
    this.#view.setUint8(this.#place(offset, 1), value);
  }

  /**
   * Stores a `uint16_t`.
   *
   * @param offset bytes from the object's beginning
   * @param value the value, within the type's range
   */
  setU16(offset: number, value: number): void {
    this.#view.setUint16(this.#place(offset, 2), value, true);
  }

  /**
   * Stores a `uint32_t`.
   *
   * @param offset bytes from the object's beginning
   * @param value the value, within the type's range
   */
  setU32(offset: number, value: number): void {
    this.#view.setUint32(this.#place(offset, 4), value, true);
  }

  /**
   * Stores an `int32_t`.
   *
   * @param offset bytes from the object's beginning
   * @param value the value, within the type's range
   */
  setI32(offset: number, value: number): void {
    this.#view.setInt32(this.#place(offset, 4), value, true);
  }

  /**
   * Stores a `uint64_t`.
   *
   * @param offset bytes from the object's beginning
   * @param value the value, within the type's range
   */
  setU64(offset: number, value: bigint): void {
    this.#view.setBigUint64(this.#place(offset, 8), value, true);
  }

  /**
   * Stores a `double`.
   *
   * @param offset bytes from the object's beginning
   * @param value the value, within the type's range
   */
  setF64(offset: number, value: number): void {
    this.#view.setFloat64(this.#place(offset, 8), value, true);
  }

  /**
   * A view of bytes of the object, not copied; the default is all of it.
   *
   * @param offset bytes from the object's beginning; default 0
   * @param length how many bytes; default all up to the end
   * @returns a view, good until the cursor's memory goes
   */
  bytes(offset: number = 0, length: number = this.size - offset): Uint8Array<ArrayBuffer> {
    const start = this.#place(offset, length);
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + start, length);
  }

  /**
   * The NUL-terminated text from a byte offset on, at most to the object's end.
   *
   * @param offset bytes from the object's beginning; default 0
   * @returns the text, decoded as UTF-8
   */
  text(offset: number = 0): string {
    return decodeString(this.bytes(offset));
  }

  /**
   * Stores a text and its NUL.
   *
   * @param text stored as UTF-8; what does not fit is refused
   * @param offset bytes from the object's beginning; default 0
   * @throws {RangeError} when it does not fit
   */
  setText(text: string, offset: number = 0): void {
    const encoded = encoder.encode(text);
    const target = this.bytes(offset);
    if (encoded.length >= target.length) {
      throw new RangeError(
        `Cannot store a text of ${encoded.length} bytes and its NUL in ${target.length}`,
      );
    }
    target.set(encoded);
    target[encoded.length] = 0;
  }
}
