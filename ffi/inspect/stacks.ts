/**
 * Stacks, in which the mempool drivers `stack` and `lf_stack` keep objects, read from outside.
 *
 * @module
 */

import { readPointer } from "../core/mod.ts";
import type { GroupMemory } from "../eal/mod.ts";
import { rte_stack, RTE_STACK_F_LF } from "./layout.ts";

const F = rte_stack.fields;

/** How many objects the stack at an address holds: `rte_stack_count`. */
export function stackCount(memory: GroupMemory, address: number): number | undefined {
  if (!memory.load(address, rte_stack.size)) return undefined;
  const { view } = memory;
  const lockFree = (view.getUint32(F.flags.offset, true) & RTE_STACK_F_LF) !== 0;
  const count = lockFree
    ? readPointer(view, F.lockFreeLength.offset)
    : view.getUint32(F.length.offset, true);
  return count <= view.getUint32(F.capacity.offset, true) ? count : undefined;
}
