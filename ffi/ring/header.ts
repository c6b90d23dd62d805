/**
 * A ring's header: `struct rte_ring` as it lies in memory.
 *
 * @module
 */

import { DpdkError, peek, readPointer } from "../core/mod.ts";
import { decodeString } from "../runtime/mod.ts";
import { rte_memzone } from "../memzone/mod.ts";
import { rte_ring, SyncType } from "./layout.ts";

const F = rte_ring.fields;
const MOST = SyncType.RTE_RING_SYNC_MT_HTS;

/** What does not change in a ring while it lives. */
export interface RingHeader {
  readonly name: string;
  /** `RING_F_*` it was made with. */
  readonly flags: number;
  /** Slots, a power of two. */
  readonly size: number;
  readonly mask: number;
  /** How many elements it holds at most. */
  readonly capacity: number;
  /** `SyncType` of the producers. */
  readonly prodSync: number;
  /** `SyncType` of the consumers. */
  readonly consSync: number;
  /** Bytes of its memzone; `undefined` for a ring in memory of somebody's own. */
  readonly memzoneLength: number | undefined;
}

/**
 * Reads the header at an address.
 *
 * @throws {DpdkError} when what is there cannot be a ring
 */
export function readHeader(address: number, what: string): RingHeader {
  const view = peek(address, rte_ring.size);
  const header = {
    name: decodeString(new Uint8Array(view.buffer, F.name.offset, F.name.size)),
    flags: view.getUint32(F.flags.offset, true),
    size: view.getUint32(F.size.offset, true),
    mask: view.getUint32(F.mask.offset, true),
    capacity: view.getUint32(F.capacity.offset, true),
    prodSync: view.getUint32(F.prodSync.offset, true),
    consSync: view.getUint32(F.consSync.offset, true),
  };
  const { size, mask, capacity, prodSync, consSync } = header;
  const powerOfTwo = size >= 2 && Math.log2(size) % 1 === 0;
  if (powerOfTwo && mask === size - 1 && capacity <= mask && prodSync <= MOST && consSync <= MOST) {
    // Followed only now: what is no ring has no pointer there.
    const memzone = readPointer(view, F.memzone.offset);
    const memzoneLength = memzone === 0
      ? undefined
      : readPointer(peek(memzone, rte_memzone.size), rte_memzone.fields.len.offset);
    return { ...header, memzoneLength };
  }
  throw new DpdkError({ what, advice: "the memory there holds no ring" });
}
