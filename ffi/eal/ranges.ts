/**
 * What a secondary has to map, and where: the addresses are the primary's, and its config file has
 * them.
 *
 * @module
 */

import { type Abi, BUILD } from "../abi/mod.ts";
import { readPointer } from "../core/mod.ts";
import { configLayout, rte_fbarray, rte_memseg_list } from "./layout.ts";

/** Addresses, with what belongs there. */
export interface Range {
  /** What belongs there: `memory list 3`. */
  readonly name: string;
  /** Where it starts. */
  readonly address: number;
  /** Its bytes, whole pages. */
  readonly length: number;
}

/** A range as messages have it: `memory list 3, 0x500400000-0x900400000`. */
export function describeRange({ name, address, length }: Range): string {
  return `${name}, ${span(address, address + length)}`;
}

/** Addresses from the first to the one behind the last. */
export function span(from: number, to: number): string {
  return `0x${from.toString(16)}-0x${to.toString(16)}`;
}

const PAGE = 4096;

function pages(bytes: number): number {
  return Math.ceil(bytes / PAGE) * PAGE;
}

/** The range that an fbarray's file is mapped at: its elements, and a bit for each that is used. */
function arrayRange(name: string, config: DataView, at: number): Range {
  const { len, elt_sz, data } = rte_fbarray.fields;
  const count = config.getUint32(at + len.offset, true);
  const bytes = count * config.getUint32(at + elt_sz.offset, true);
  const mask = 8 + 8 * Math.ceil(count / 64);
  return { name, address: readPointer(config, at + data.offset), length: pages(bytes + mask) };
}

function listRanges(config: DataView, at: number, number: number): Range[] {
  const { base_va, len, external, memseg_arr } = rte_memseg_list.fields;
  const unused =
    config.getUint32(at + memseg_arr.offset + rte_fbarray.fields.len.offset, true) === 0;
  if (unused || config.getUint32(at + external.offset, true) !== 0) return [];
  const memory = {
    name: `memory list ${number}`,
    address: readPointer(config, at + base_va.offset),
    length: readPointer(config, at + len.offset),
  };
  return [memory, arrayRange(`the table of memory list ${number}`, config, at + memseg_arr.offset)];
}

/** What is wrong with a range that no process can map. */
function faultOf(range: Range, below: Range | undefined): string | undefined {
  const { address, length } = range;
  const whole = address % PAGE === 0 && length % PAGE === 0;
  if (!whole || address === 0 || length === 0 || address + length > BUILD.userSpace) {
    return `${describeRange(range)}, is no range of pages`;
  }
  if (below === undefined || below.address + below.length <= address) return undefined;
  return `${describeRange(range)}, overlaps ${describeRange(below)}`;
}

/**
 * What a secondary has to map for itself at the primary's addresses.
 *
 * External memory is not among it: who wants it attaches to it later. Nor are the registers of PCI
 * devices, whose addresses the config does not hold.
 *
 * @param config a primary's config file, complete
 * @returns the ranges, or what is wrong with the file when it is no primary's
 */
export function neededRanges(config: DataView, abi: Abi): readonly Range[] | string {
  const layout = configLayout(abi);
  if (config.byteLength < layout.size) return "it is cut off";
  const address = readPointer(config, layout.memCfgAddr);
  const ranges: Range[] = [
    { name: "the config", address, length: pages(layout.size) },
    arrayRange("the table of memzones", config, layout.memzones),
  ];
  for (let list = 0; list < layout.memsegLists; list++) {
    ranges.push(...listRanges(config, layout.memsegs + list * rte_memseg_list.size, list));
  }
  const sorted = [...ranges].sort((a, b) => a.address - b.address);
  for (const [i, range] of sorted.entries()) {
    const fault = faultOf(range, sorted[i - 1]);
    if (fault !== undefined) return fault;
  }
  return ranges;
}
