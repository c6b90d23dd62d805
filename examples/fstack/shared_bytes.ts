/**
 * Memory that a stranger's pointer points to, looked at only when it is there.
 *
 * @module
 */

import { rte, runtime } from "../../mod.ts";

/** In `struct rte_memseg`: where a piece of DPDK's memory starts, and its bytes. */
const ADDR = 8;
const LEN = 16;
const SIZE = 24;

/**
 * Bytes of a group's memory, not copied.
 *
 * @param address where they start, in every process of the group
 * @param length how many
 * @returns `undefined` when not all of them are memory that DPDK has: of a pointer that leads
 *   elsewhere, as into another process's own memory, reading would end this one
 */
export function sharedBytes(address: number, length: number): Uint8Array<ArrayBuffer> | undefined {
  const end = address + length;
  if (!(address > 0 && length >= 0 && Number.isSafeInteger(end))) return undefined;
  for (let at = address; at < end;) {
    const segment = rte.rte_mem_virt2memseg(runtime.pointer(at), null);
    if (segment === null) return undefined;
    const view = new DataView(runtime.memory(runtime.address(segment), SIZE));
    const [start, bytes] = [ADDR, LEN].map((offset) => Number(view.getBigUint64(offset, true)));
    if (bytes === 0 || at < start! || at >= start! + bytes!) return undefined; // nothing is mapped there
    at = start! + bytes!;
  }
  return new Uint8Array(runtime.memory(address, length));
}
