/**
 * Programs by their names.
 *
 * @module
 */

import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/**
 * Where a program is.
 *
 * @param name Its name.
 * @returns Its path; throws when `PATH` has none of that name.
 */
export function executablePath(name: string): string {
  for (const directory of (process.env["PATH"] ?? "").split(":")) {
    try {
      const path = join(directory, name);
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // It may be in the next one.
    }
  }
  throw new Error(`Cannot find "${name}" in PATH; run \`deno task setup --for test\``);
}
