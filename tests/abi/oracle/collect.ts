/**
 * Collects what ffi/ says of DPDK: the layouts, constants and symbol tables of every library folder,
 * whatever their names, so that a new one is compared without anybody's doing.
 *
 * @module
 */

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Abi, abi, BUILD } from "../../../ffi/abi/mod.ts";
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
    const path = join("ffi", folder, name);
    if (!existsSync(join(ROOT, path))) continue;
    const url = pathToFileURL(join(ROOT, path)).href;
    found.push({ place: path, value: await import(url) as Record<string, unknown> });
  }
  return found;
}

const has = (value: unknown, ...keys: string[]): boolean =>
  typeof value === "object" && value !== null && keys.every((key) => key in value);

/** One export of a file, in its form. */
function sort(all: Layouts, place: string, value: unknown): void {
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

/**
 * Everything that the layout.ts files export. A function is asked for its layout in an ABI.
 *
 * What a file exports as it is on this machine (`rte_ring`) is what one of its functions makes of this
 * machine's build (`ringLayout`). It stands there for this machine only.
 *
 * @param of the ABI, as some machine has it; default this host's
 */
export async function layouts(of: Abi = abi()): Promise<Layouts> {
  const all: Layouts = { structs: [], constants: [], numbers: [], others: [] };
  const here = of.architecture === BUILD.architecture;
  for (const { place: file, value: module } of await modules("layout.ts")) {
    const made: Layouts = { structs: [], constants: [], numbers: [], others: [] };
    for (const [name, exported] of Object.entries(module)) {
      if (typeof exported === "function") sort(made, `${file} ${name}`, exported(of));
    }
    const types = new Set(made.structs.map(({ value }) => value.type));
    for (const [name, exported] of Object.entries(module)) {
      if (typeof exported === "function") continue;
      const elsewhere = has(exported, "type") && types.has((exported as StructLayout).type);
      if (here || !elsewhere) sort(all, `${file} ${name}`, exported);
    }
    for (const form of ["structs", "constants", "numbers", "others"] as const) {
      all[form].push(...made[form] as never[]);
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
