/**
 * Tailqs, read from outside while others change them.
 *
 * @module
 */

import { readPointer } from "../core/mod.ts";
import { configLayout, type GroupMemory } from "../eal/mod.ts";
import { rte_tailq_entry, rte_tailq_head, RTE_TAILQ_NAMESIZE } from "../tailq/mod.ts";
import { nameIn } from "./text.ts";

const H = rte_tailq_head.fields;
const E = rte_tailq_entry.fields;

/** The most entries that are followed. */
const MAX_ENTRIES = 1_000_000;

/** An entry as it lies in memory. */
export interface Node {
  readonly address: number;
  readonly data: number;
}

/** A tailq and what was found by following it. */
export interface WalkedTailq {
  readonly name: string;
  readonly address: number;
  readonly nodes: readonly Node[];
  /** Whether it ended where its head says: otherwise it changed meanwhile, or is broken. */
  readonly whole: boolean;
}

/** Lists that are not made of `struct rte_tailq_entry`, but begin with the same two pointers. */
export function hasOwnEntries(name: string): boolean {
  return name.endsWith("_RESOURCE_LIST");
}

function walk(memory: GroupMemory, name: string, at: number, head: number): WalkedTailq {
  const { config, view } = memory;
  const nodes: Node[] = [];
  let address = readPointer(config, at + H.first.offset);
  let before = head + H.first.offset;
  const walked = (whole: boolean): WalkedTailq => ({ name, address: head, nodes, whole });
  const own = hasOwnEntries(name);
  while (address !== 0) {
    if (nodes.length === MAX_ENTRIES) return walked(false);
    if (!memory.load(address, own ? E.data.offset : rte_tailq_entry.size)) return walked(false);
    if (readPointer(view, E.prev.offset) !== before) return walked(false);
    nodes.push({ address, data: own ? 0 : readPointer(view, E.data.offset) });
    before = address + E.next.offset;
    address = readPointer(view, E.next.offset);
  }
  return walked(readPointer(config, at + H.last.offset) === before);
}

/** Follows all tailqs of a group, from the heads in its config as it was read. */
export function walkTailqs(memory: GroupMemory): WalkedTailq[] {
  const { config, abi } = memory;
  const { tailqs, tailqHeads, memCfgAddr } = configLayout(abi);
  const base = readPointer(config, memCfgAddr);
  return Array.from({ length: tailqHeads }, (_, i) => tailqs + i * rte_tailq_head.size)
    .flatMap((at) => {
      const name = nameIn(config, at + H.name.offset, RTE_TAILQ_NAMESIZE);
      return name === undefined || name === "" ? [] : [walk(memory, name, at, base + at)];
    });
}
