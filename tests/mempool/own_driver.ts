/**
 * A mempool driver of the tests' own.
 *
 * @module
 */

import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { compileC, ROOT, type TestContext } from "../kit.ts";

/**
 * Our own driver, which nobody has unless it is told. EAL loads nothing from a folder that others can
 * write, as the one for temporary files.
 */
export function ownDriver({ cleanup }: TestContext): string {
  const source = readFileSync(join(ROOT, "tests/peers/own_driver.c"), "utf8");
  const folder = mkdtempSync("/run/dpdk-ts-driver-");
  cleanup(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "librte_mempool_own.so");
  copyFileSync(compileC(source, ["-shared", "-fPIC"]), file);
  return file;
}
