/**
 * The version of the package that the tool is part of.
 *
 * @module
 */

import { readFileSync } from "node:fs";

/**
 * Reads the version.
 *
 * @returns What `package.json` says.
 */
export function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const { version }: { version: string } = JSON.parse(text);
  return version;
}
