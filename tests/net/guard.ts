/**
 * A packet that sees every access: to nothing outside of it, and to its memory in no other way.
 *
 * @module
 */

import type { ByteWindow } from "../../ffi/core/mod.ts";

/** Memory before and after the packet. */
const MARGIN = 64;
const SENTINEL = 0xa5a5a5a5;

/** What is thrown at an access outside; no helper throws or catches it. */
export class Outside extends Error {
  override readonly name = "Outside";
}

/** A view that refuses what is not between `from` and `to`. */
class GuardedView extends DataView<ArrayBuffer> {
  from = 0;
  to = 0;

  #check(at: number, width: number): void {
    if (at >= this.from && at + width <= this.to) return;
    throw new Outside(`${width} bytes at ${at}: the packet is from ${this.from} to ${this.to}`);
  }

  override get buffer(): ArrayBuffer {
    throw new Outside("the memory itself");
  }

  override getUint8(at: number): number {
    this.#check(at, 1);
    return super.getUint8(at);
  }

  override getUint16(at: number, little?: boolean): number {
    this.#check(at, 2);
    return super.getUint16(at, little);
  }

  override getUint32(at: number, little?: boolean): number {
    this.#check(at, 4);
    return super.getUint32(at, little);
  }

  override getInt32(at: number, little?: boolean): number {
    this.#check(at, 4);
    return super.getInt32(at, little);
  }

  override setUint8(at: number, value: number): void {
    this.#check(at, 1);
    super.setUint8(at, value);
  }

  override setUint16(at: number, value: number, little?: boolean): void {
    this.#check(at, 2);
    super.setUint16(at, value, little);
  }

  override setUint32(at: number, value: number, little?: boolean): void {
    this.#check(at, 4);
    super.setUint32(at, value, little);
  }

  override setInt32(at: number, value: number, little?: boolean): void {
    this.#check(at, 4);
    super.setInt32(at, value, little);
  }
}

/** Every other way to read or write. */
const UNUSED = [
  ...["Int8", "Int16", "BigInt64", "BigUint64", "Float16", "Float32", "Float64"],
];
for (const type of UNUSED) {
  for (const way of ["get", "set"]) {
    Object.defineProperty(GuardedView.prototype, way + type, {
      value: () => {
        throw new Outside(`${way}${type} is not guarded`);
      },
    });
  }
}

/** A packet in guarded memory, with guard bytes around it. */
export class GuardedPacket implements ByteWindow {
  readonly view: GuardedView;
  readonly dataStart = MARGIN;
  dataLen = 0;
  /** The packet's bytes, as far as `dataLen` says. */
  readonly bytes: Uint8Array;
  readonly #before: Uint32Array;
  readonly #around: Uint8Array;

  /** @param capacity bytes that the packet may have; a multiple of 4 */
  constructor(capacity: number) {
    const memory = new ArrayBuffer(capacity + 2 * MARGIN);
    this.view = new GuardedView(memory);
    this.bytes = new Uint8Array(memory, MARGIN, capacity);
    this.#before = new Uint32Array(memory, 0, MARGIN / 4).fill(SENTINEL);
    this.#around = new Uint8Array(memory);
  }

  /** The packet has so many bytes from now on; those behind are guard bytes. */
  resize(length: number): void {
    this.dataLen = length;
    this.view.from = MARGIN;
    this.view.to = MARGIN + length;
    this.#around.fill(SENTINEL & 0xff, MARGIN + length, MARGIN + length + MARGIN);
  }

  /** All of it is the packet. */
  whole(): this {
    this.resize(this.bytes.length);
    return this;
  }

  /** Whether the guard bytes are as they were. */
  get intact(): boolean {
    for (let i = 0; i < MARGIN / 4; i++) if (this.#before[i] !== SENTINEL) return false;
    const end = MARGIN + this.dataLen;
    for (let i = end; i < end + MARGIN; i++) {
      if (this.#around[i] !== (SENTINEL & 0xff)) return false;
    }
    return true;
  }
}
