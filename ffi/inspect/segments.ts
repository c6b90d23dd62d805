/**
 * The memory that a group uses, read from outside.
 *
 * @module
 */

import { type GroupMemory, type MemoryList, usedIn } from "../eal/mod.ts";
import type { MemoryListState, SegmentRange } from "./snapshot.ts";

function ranges({ address, pageSize }: MemoryList, pages: readonly number[]): SegmentRange[] {
  const found: { address: number; length: number }[] = [];
  for (const page of pages) {
    const at = address + page * pageSize;
    const last = found.at(-1);
    if (last !== undefined && last.address + last.length === at) last.length += pageSize;
    else found.push({ address: at, length: pageSize });
  }
  return found;
}

/** The lists that have addresses, with their pages in use. */
export function readMemoryLists({ directory, lists }: GroupMemory): MemoryListState[] {
  return lists.map((list) => {
    const pages = usedIn(directory, list.table) ?? [];
    const { number, address, length, pageSize, socketId, external } = list;
    return {
      number,
      address,
      length,
      pageSize,
      socketId,
      external,
      pages: pages.length,
      used: pages.length * pageSize,
      segments: ranges(list, pages),
    };
  });
}
