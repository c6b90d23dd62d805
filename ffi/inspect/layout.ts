/**
 * What rte_stack.h lays out, which only the inspector looks at; alike in 22.11, 24.11 and 25.11.
 * Places follow the cache line.
 *
 * @module
 */

import { BUILD, type Build } from "../abi/mod.ts";
import type { Constants, Layout } from "../core/mod.ts";

/** Fields of {@linkcode rte_stack}. */
export type StackField = "name" | "capacity" | "flags" | "lockFreeLength" | "length";

/** `struct rte_stack` in a build: its two forms begin on a cache line, and the lists on another. */
export function stackLayout({ cacheLine }: Build): Layout<StackField> {
  return {
    type: "struct rte_stack",
    header: "rte_stack.h",
    size: 3 * cacheLine,
    fields: {
      name: { offset: 0, size: 28 },
      capacity: { offset: 40, size: 4 },
      flags: { offset: 44, size: 4 },
      lockFreeLength: { offset: cacheLine + 16, size: 8, path: "stack_lf.used.len" },
      length: { offset: cacheLine + 4, size: 4, path: "stack_std.len" },
    },
  };
}

/** `struct rte_stack` on this machine. */
export const rte_stack: Layout<StackField> = stackLayout(BUILD);

/** The stack takes no lock. */
export const RTE_STACK_F_LF = 0x1;

/** For the comparison with the header. */
export const stackConstants = {
  header: "rte_stack.h",
  values: { RTE_STACK_F_LF },
} as const satisfies Constants;
