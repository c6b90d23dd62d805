/**
 * Sets of DPDK's libraries, as somebody would put them on a web server.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { installation } from "../../ffi/abi/mod.ts";
import { elfLibrary } from "../../ffi/core/mod.ts";
import type { Pages } from "./web.ts";

const here = installation();

/** The name of a library of DPDK's file. */
export const soname = (name: string): string => `librte_${name}.so.${here.abi.number}`;

/** The list of such files, as sha256sum writes it. */
export function sumsOf(files: Pages): string {
  return Object.entries(files).map(([name, body]) => `${sha256(body)}  ${name}\n`).join("");
}

/** The SHA-256 of a file, in hexadecimal. */
export function sha256(body: string | Uint8Array): string {
  return createHash("sha256").update(body).digest("hex");
}

/** The installed libraries of these names, and what they need of DPDK and in these directories. */
export function installedSet(names: readonly string[], others: readonly string[] = []): Pages {
  const files: Record<string, Uint8Array> = {};
  const add = (file: string): void => {
    if (file in files) return;
    const path = join(here.directory, file);
    files[file] = readFileSync(path);
    for (const needed of elfLibrary(path)!.needed) {
      if (needed.startsWith("librte_") || others.includes(needed)) add(needed);
    }
  };
  names.forEach((name) => add(soname(name)));
  return files;
}
