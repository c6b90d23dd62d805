/**
 * A group's memory lists (`struct rte_memseg_list`), read from outside.
 *
 * @module
 */

import type { Abi } from "../../abi/mod.ts";
import { readPointer } from "../../core/mod.ts";
import { configLayout, rte_memseg_list } from "../layout.ts";
import { type ArrayPlace, arrayPlace } from "./array.ts";

/** Addresses for pages of one size on one socket. */
export interface MemoryList {
  /** Its number in the config. */
  readonly number: number;
  readonly address: number;
  readonly length: number;
  readonly pageSize: number;
  readonly socketId: number;
  /** Whether the application brought the memory. */
  readonly external: boolean;
  /** The table of its pages. */
  readonly table: ArrayPlace;
}

const F = rte_memseg_list.fields;

/** The lists that a config has. One that cannot be right is left out. */
export function memoryLists(config: DataView<ArrayBuffer>, abi: Abi): MemoryList[] {
  const { memsegs, memsegLists } = configLayout(abi);
  const lists: MemoryList[] = [];
  for (let number = 0; number < memsegLists; number++) {
    const at = memsegs + number * rte_memseg_list.size;
    const table = arrayPlace(config, at + F.memseg_arr.offset);
    const list = {
      number,
      address: readPointer(config, at + F.base_va.offset),
      length: readPointer(config, at + F.len.offset),
      pageSize: readPointer(config, at + F.page_sz.offset),
      socketId: config.getInt32(at + F.socket_id.offset, true),
      external: config.getUint32(at + F.external.offset, true) !== 0,
      table,
    };
    if (table.length > 0 && list.address > 0 && list.pageSize >= 4096) lists.push(list);
  }
  return lists;
}
