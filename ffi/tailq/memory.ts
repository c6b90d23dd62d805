/**
 * The group's memory, looked at without trust in the addresses that lie in it: reading one that is not
 * mapped ends the process.
 *
 * @module
 */

import { BUILD } from "../abi/mod.ts";
import { peek, readPointer } from "../core/mod.ts";
import { eal, mappingsIn, rte_memseg, rte_memseg_list } from "../eal/mod.ts";
import { runtime } from "../runtime/mod.ts";

/** What is looked at with one view: no more than a hugepage of the usual size. */
const BLOCK = 2 ** 21;

/** The small page: memory that an application brought may have no other. */
const PAGE = 4096;

/** A range of the group's memory that is in use, and mapped here. */
export interface Block {
  readonly from: number;
  /** The address behind it. */
  readonly to: number;
  readonly bytes: Uint8Array;
  /** The same in words: an entry's pointers are read faster so than by a `DataView`. */
  readonly words: Uint32Array;
}

const NOTHING = new ArrayBuffer(0);
const NOWHERE: Block = {
  from: 0,
  to: 0,
  bytes: new Uint8Array(NOTHING),
  words: new Uint32Array(NOTHING),
};

function block(from: number, to: number): Block {
  const { buffer } = peek(from, to - from);
  const words = from % 4 === 0 ? Math.floor((to - from) / 4) : 0;
  return { from, to, bytes: new Uint8Array(buffer), words: new Uint32Array(buffer, 0, words) };
}

/** The pointer at an address of a block, which must be a multiple of 8. */
export function pointerIn({ from, words }: Block, address: number): number {
  const at = (address - from) / 4;
  return words[at]! + words[at + 1]! * 2 ** 32;
}

/** What of an address's surroundings is in use: its page, at most {@linkcode BLOCK} of it. */
function look(address: number): Block | undefined {
  if (!(address > 0 && address < BUILD.userSpace)) return undefined;
  const { rte_mem_virt2memseg, rte_mem_virt2memseg_list } = eal();
  const pointer = runtime.pointer(address);
  const list = rte_mem_virt2memseg_list(pointer);
  if (list === null) return undefined;
  const listView = peek(runtime.address(list), rte_memseg_list.size);
  if (listView.getUint32(rte_memseg_list.fields.external.offset, true) !== 0) {
    // Who has not attached to an application's own memory has not even its table of pages.
    const from = Math.floor(address / PAGE) * PAGE;
    const [mapping] = mappingsIn({ name: "a page", address: from, length: PAGE });
    return mapping?.permissions.startsWith("r") ? block(from, from + PAGE) : undefined;
  }
  const page = rte_mem_virt2memseg(pointer, list);
  if (page === null) return undefined;
  const pageView = peek(runtime.address(page), rte_memseg.size);
  const start = readPointer(pageView, rte_memseg.fields.addr.offset);
  const end = start + readPointer(pageView, rte_memseg.fields.len.offset);
  if (!(address >= start && address < end)) return undefined; // a page that is not in use
  const from = Math.max(start, Math.floor(address / BLOCK) * BLOCK);
  return block(from, Math.min(end, from + BLOCK));
}

/**
 * A look at the group's memory. What was found in use stays so for as long as something lies there, as
 * what is on a tailq does while DPDK's lock is held: to be made anew for each walk.
 */
export class GroupMemory {
  readonly #blocks = new Map<number, Block>();
  #last = NOWHERE;

  #block(address: number): Block | undefined {
    if (address >= this.#last.from && address < this.#last.to) return this.#last;
    const key = Math.floor(address / BLOCK);
    let found = this.#blocks.get(key);
    if (found === undefined || address < found.from || address >= found.to) {
      found = look(address);
      if (found === undefined) return undefined;
      this.#blocks.set(key, found);
    }
    return this.#last = found;
  }

  /** Whether all bytes of a range are memory of the group. */
  has(address: number, length: number): boolean {
    for (let at = address; at < address + length;) {
      const found = this.#block(at);
      if (found === undefined) return false;
      at = found.to;
    }
    return true;
  }

  /** A block that has a whole range in it; `undefined` when some of that is not the group's memory. */
  range(address: number, length: number): Block | undefined {
    const found = this.#block(address);
    if (found === undefined || address + length <= found.to) return found;
    return this.has(address, length) ? block(address, address + length) : undefined;
  }
}
