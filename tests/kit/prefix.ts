/**
 * EAL file prefixes: each test takes one of its own, so that DPDK processes of other tests (and of
 * other people on the machine) are never met.
 *
 * @module
 */

import process from "node:process";

export { removePrefix } from "../../tools/prefix.ts";

let taken = 0;

/**
 * Makes a file prefix that no other test has.
 *
 * @param label Says what it is for; other characters than letters and digits are dropped.
 * @returns A prefix for `--file-prefix`.
 */
export function uniquePrefix(label: string): string {
  const word = label.replace(/[^A-Za-z0-9]+/g, "").slice(0, 16).toLowerCase();
  return `dts-${word}-${process.pid}-${Date.now().toString(36)}-${taken++}`;
}
