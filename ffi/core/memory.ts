/**
 * Views over memory that DPDK owns, which die with it.
 *
 * Reading an address that is no longer mapped ends the process. So every buffer that the library
 * hands out belongs to a {@linkcode Region}, and when the memory goes (an object freed, EAL cleaned
 * up) the region detaches it: typed arrays over it become empty, a `DataView` throws.
 *
 * @module
 */

import { runtime } from "../runtime/mod.ts";

const regions = new Set<WeakRef<Region>>();
const collected = new FinalizationRegistry<WeakRef<Region>>((ref) => regions.delete(ref));

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
    const ref = new WeakRef(this);
    regions.add(ref);
    collected.register(this, ref);
  }

  /** Detaches the buffer from the memory. */
  release(): void {
    if (!this.buffer.detached) this.buffer.transfer();
  }
}

/** Detaches every buffer over memory in the range. */
export function releaseRange(address: number, length: number): void {
  for (const ref of regions) {
    const region = ref.deref();
    if (region !== undefined && region.address >= address && region.address < address + length) {
      region.release();
    }
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
