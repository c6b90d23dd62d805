/**
 * Going through a tailq, entry by entry.
 *
 * @module
 */

import { DpdkError, peek, readPointer } from "../core/mod.ts";
import { rte_tailq_entry, rte_tailq_head } from "./layout.ts";
import { type GroupMemory, pointerIn } from "./memory.ts";

const HEAD = rte_tailq_head.fields;
const ENTRY = rte_tailq_entry.fields;

/** What elements of every form have: the link. */
const LINK_BYTES = ENTRY.data.offset;

/** A tailq's head. */
export interface Head {
  readonly name: string;
  readonly address: number;
}

/**
 * What is told of each entry; `true` ends the walk.
 *
 * @param entry its address
 * @param data what it points to, where it has such a pointer; 0 otherwise
 */
export type Visit = (entry: number, data: number) => boolean | void;

/** What a walk came to. */
export interface Walked {
  /** How many entries were visited. */
  readonly count: number;
  /** Where the pointer is that a next entry would be put into. */
  readonly end: number;
  /** The entry that was to be visited next, or at which the walk was ended; 0 behind the last. */
  readonly next: number;
  /** Why it went no further, `undefined` when there was nothing wrong. */
  readonly fault: string | undefined;
}

const hex = (address: number): string => `0x${address.toString(16)}`;

/**
 * Goes through a tailq, under DPDK's lock.
 *
 * It ends, and reads no memory but the group's, whatever the tailq is like: an entry says where the
 * pointer to it is, and so no entry can come twice.
 *
 * @param head which one
 * @param memory the group's memory
 * @param entries whether its elements are `struct rte_tailq_entry`
 * @param visit told of each
 */
export function walk(head: Head, memory: GroupMemory, entries: boolean, visit: Visit): Walked {
  const length = entries ? rte_tailq_entry.size : LINK_BYTES;
  let end = head.address + HEAD.first.offset;
  let next = readPointer(peek(head.address, rte_tailq_head.size), HEAD.first.offset);
  let count = 0;
  while (next !== 0) {
    const block = next % 8 === 0 ? memory.range(next, length) : undefined;
    if (block === undefined) {
      return {
        count,
        end,
        next,
        fault: `its entry ${count} is at ${hex(next)}, which is not memory of the group`,
      };
    }
    if (pointerIn(block, next + ENTRY.prev.offset) !== end) {
      return {
        count,
        end,
        next,
        fault: `its entry ${count} at ${hex(next)} does not lead back to where it was found`,
      };
    }
    const data = entries ? pointerIn(block, next + ENTRY.data.offset) : 0;
    count++;
    if (visit(next, data) === true) break;
    end = next + ENTRY.next.offset;
    next = pointerIn(block, next + ENTRY.next.offset);
  }
  return { count, end, next, fault: undefined };
}

/** The error for a tailq in which a walk found a fault. */
export function corrupt(what: string, { fault = "" }: Walked): DpdkError {
  return new DpdkError({
    what,
    advice:
      `${fault}: its library keeps entries in one process's own memory, or somebody has written ` +
      "over it, and then the group must be started anew",
  });
}
