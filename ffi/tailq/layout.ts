/**
 * What rte_tailq.h lays out; alike in 22.11, 24.11 and 25.11.
 *
 * @module
 */

import type { Constants, StructLayout } from "../core/mod.ts";

/** The longest tailq name is one byte shorter: the NUL. */
export const RTE_TAILQ_NAMESIZE = 32;

/** `struct rte_tailq_head`: a tailq's place in the config that all processes share. */
export const rte_tailq_head = {
  type: "struct rte_tailq_head",
  header: "rte_tailq.h",
  size: 48,
  fields: {
    /** The first entry, 0 in an empty tailq. */
    first: { offset: 0, size: 8, path: "tailq_head.tqh_first" },
    /** Where the last entry's `next` is; in an empty tailq where `first` is. */
    last: { offset: 8, size: 8, path: "tailq_head.tqh_last" },
    /** Empty in a place that is free. */
    name: { offset: 16, size: RTE_TAILQ_NAMESIZE },
  },
} as const satisfies StructLayout;

/** `struct rte_tailq_entry`: an element of most tailqs, which points to what it stands for. */
export const rte_tailq_entry = {
  type: "struct rte_tailq_entry",
  header: "rte_tailq.h",
  size: 24,
  fields: {
    /** The next entry, 0 in the last one. */
    next: { offset: 0, size: 8, path: "next.tqe_next" },
    /** Where the pointer to this entry is: the previous entry's `next`, or the head's `first`. */
    prev: { offset: 8, size: 8, path: "next.tqe_prev" },
    /** What the entry stands for. */
    data: { offset: 16, size: 8 },
  },
} as const satisfies StructLayout;

/** `struct rte_tailq_elem`: what a process registers a tailq with, memory of its own. */
export const rte_tailq_elem = {
  type: "struct rte_tailq_elem",
  header: "rte_tailq.h",
  size: 56,
  fields: {
    head: { offset: 0, size: 8 },
    name: { offset: 24, size: RTE_TAILQ_NAMESIZE },
  },
} as const satisfies StructLayout;

/** For the comparison with the header. */
export const tailqConstants = {
  header: "rte_tailq.h",
  values: { RTE_TAILQ_NAMESIZE },
} as const satisfies Constants;
