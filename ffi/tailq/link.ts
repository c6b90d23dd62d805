/**
 * Putting entries on a tailq and taking them off, as `TAILQ_INSERT_TAIL` and `TAILQ_REMOVE` do, under
 * DPDK's lock.
 *
 * @module
 */

import { peek, readPointer } from "../core/mod.ts";
import { rte_tailq_entry, rte_tailq_head } from "./layout.ts";

const HEAD = rte_tailq_head.fields;
const ENTRY = rte_tailq_entry.fields;

/** Stores a pointer, in one piece: who looks without the lock sees the old one or the new one. */
function store(address: number, pointer: number): void {
  const { buffer } = peek(address, 8);
  Atomics.store(new BigUint64Array(buffer as ArrayBuffer), 0, BigInt(pointer));
}

const load = (address: number): number => readPointer(peek(address, 8), 0);

/** Where the head says that the last entry's `next` is. */
export function lastOf(head: number): number {
  return load(head + HEAD.last.offset);
}

/**
 * Puts an entry at the end.
 *
 * @param head the tailq's head
 * @param end where the last entry's `next` is, which was checked
 * @param entry memory of the group
 * @param data what it stands for
 */
export function insertTail(head: number, end: number, entry: number, data: number): void {
  store(entry + ENTRY.data.offset, data);
  store(entry + ENTRY.next.offset, 0);
  store(entry + ENTRY.prev.offset, end);
  store(end, entry);
  store(head + HEAD.last.offset, entry + ENTRY.next.offset);
}

/** Takes an entry off, which was found there. */
export function remove(head: number, entry: number): void {
  const next = load(entry + ENTRY.next.offset);
  const prev = load(entry + ENTRY.prev.offset);
  store(next === 0 ? head + HEAD.last.offset : next + ENTRY.prev.offset, prev);
  store(prev, next);
}
