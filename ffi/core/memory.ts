/**
 * Views over memory that DPDK owns, which die with it.
 *
 * Reading an address that is no longer mapped ends the process. So every buffer that the library
 * hands out is that of a {@linkcode Region}, and when the memory goes (an object freed, EAL cleaned up)
 * it is detached: typed arrays over it become empty, a `DataView` throws. That goes by the buffer: a
 * view keeps its buffer, and neither its region nor the handle that it came from.
 *
 * @module
 */

import { runtime } from "../runtime/mod.ts";

/** A buffer that somebody may still have a view of, be it that its region is long collected. */
interface Lent {
  readonly address: number;
  readonly buffer: WeakRef<ArrayBuffer>;
}

const lent = new Set<Lent>();
const collected = new FinalizationRegistry<Lent>((one) => lent.delete(one));

function detach(buffer: ArrayBuffer): void {
  if (!buffer.detached) buffer.transfer();
}

/** A range of this process's memory and the one buffer over it. */
export class Region {
  /** Where it starts. */
  readonly address: number;
  /** The bytes, not copied; empty once the memory is gone. */
  readonly buffer: ArrayBuffer;

  /**
   * @param address where it starts; must be mapped
   * @param length its bytes
   */
  constructor(address: number, length: number) {
    this.address = address;
    this.buffer = runtime.memory(address, length);
    const one = { address, buffer: new WeakRef(this.buffer) };
    lent.add(one);
    collected.register(this.buffer, one);
  }

  /** Detaches the buffer from the memory. */
  release(): void {
    detach(this.buffer);
  }
}

/** Detaches every buffer over memory in the range. */
export function releaseRange(address: number, length: number): void {
  for (const one of lent) {
    if (one.address < address || one.address >= address + length) continue;
    const buffer = one.buffer.deref();
    if (buffer !== undefined) detach(buffer);
  }
}

/** Detaches every buffer there is: what follows unmaps all of DPDK's memory. */
export function releaseAll(): void {
  releaseRange(0, Number.MAX_SAFE_INTEGER);
}

/** A short-lived look at memory that stays mapped, as within one call. */
export function peek(address: number, length: number): DataView {
  return new DataView(runtime.memory(address, length));
}

/** The pointer stored at an offset. */
export function readPointer(view: DataView, offset: number): number {
  return view.getUint32(offset, true) + view.getUint32(offset + 4, true) * 2 ** 32;
}
