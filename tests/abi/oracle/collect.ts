/**
 * Collects what ffi/ says of DPDK: the layouts, constants and symbol tables of every library folder,
 * whatever their names, so that a new one is compared without anybody's doing.
 *
 * @module
 */

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { abi } from "../../../ffi/abi/mod.ts";
import type { Constants, StructLayout } from "../../../ffi/core/mod.ts";
import type { Symbols } from "../../../ffi/runtime/mod.ts";
import { ROOT } from "../../kit.ts";

/** Something that a file exports, with its place: `ffi/ring/layout.ts rte_ring`. */
export interface Found<T> {
  readonly place: string;
  readonly value: T;
}

/** All that the layout.ts files export. */
export interface Layouts {
  readonly structs: Found<StructLayout>[];
  readonly constants: Found<Constants>[];
  /** Exported numbers, by name. */
  readonly numbers: Found<number>[];
  /** What has none of these forms. */
  readonly others: Found<unknown>[];
}

/** The modules of a name in the folders of ffi/. */
async function modules(name: string): Promise<Found<Record<string, unknown>>[]> {
  const found: Found<Record<string, unknown>>[] = [];
  for (const folder of readdirSync(join(ROOT, "ffi")).sort()) {
    // core/layout.ts holds the forms themselves.
    const path = join("ffi", folder, name);
    if (folder === "core" || !existsSync(join(ROOT, path))) continue;
    const url = pathToFileURL(join(ROOT, path)).href;
    found.push({ place: path, value: await import(url) as Record<string, unknown> });
  }
  return found;
}

const has = (value: unknown, ...keys: string[]): boolean =>
  typeof value === "object" && value !== null && keys.every((key) => key in value);

/** Everything that the layout.ts files export. A function of the ABI is asked for this host's. */
export async function layouts(): Promise<Layouts> {
  const all: Layouts = { structs: [], constants: [], numbers: [], others: [] };
  for (const { place: file, value: module } of await modules("layout.ts")) {
    for (const [name, exported] of Object.entries(module)) {
      const value = typeof exported === "function" ? exported(abi()) : exported;
      const place = `${file} ${name}`;
      if (has(value, "type", "header", "size", "fields")) {
        all.structs.push({ place, value: value as StructLayout });
      } else if (has(value, "header", "values")) {
        all.constants.push({ place, value: value as Constants });
      } else if (typeof value === "number") {
        all.numbers.push({ place, value });
      } else {
        all.others.push({ place, value });
      }
    }
  }
  return all;
}

/** Every symbol table of the symbols.ts files. */
export async function symbolTables(): Promise<Found<Symbols>[]> {
  const tables: Found<Symbols>[] = [];
  for (const { place: file, value: module } of await modules("symbols.ts")) {
    for (const [name, value] of Object.entries(module)) {
      tables.push({ place: `${file} ${name}`, value: value as Symbols });
    }
  }
  return tables;
}
