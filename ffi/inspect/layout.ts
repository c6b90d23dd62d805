/**
 * What rte_stack.h lays out, which only the inspector looks at; alike in 22.11, 24.11 and 25.11.
 *
 * @module
 */

import type { Constants, StructLayout } from "../core/mod.ts";

/** `struct rte_stack`. */
export const rte_stack = {
  type: "struct rte_stack",
  header: "rte_stack.h",
  size: 192,
  fields: {
    name: { offset: 0, size: 28 },
    capacity: { offset: 40, size: 4 },
    flags: { offset: 44, size: 4 },
    lockFreeLength: { offset: 80, size: 8, path: "stack_lf.used.len" },
    length: { offset: 68, size: 4, path: "stack_std.len" },
  },
} as const satisfies StructLayout;

/** The stack takes no lock. */
export const RTE_STACK_F_LF = 0x1;

/** For the comparison with the header. */
export const stackConstants = {
  header: "rte_stack.h",
  values: { RTE_STACK_F_LF },
} as const satisfies Constants;
