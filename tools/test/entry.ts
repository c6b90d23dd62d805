/**
 * What the runtimes' test runners are started with: loads the test file, and records how that went.
 * Deno says nothing of an error at the top level of a file that has registered a `node:test` test.
 *
 * @module
 */

import process from "node:process";
import { pathToFileURL } from "node:url";
import { errorText } from "./error.ts";
import { FILE_VARIABLE, record } from "./report.ts";

try {
  const file = process.env[FILE_VARIABLE];
  if (file === undefined) throw new Error(`Cannot load test file: ${FILE_VARIABLE} is not set`);
  await import(pathToFileURL(file).href);
  record({ event: "loaded" });
} catch (error) {
  record({ event: "unloadable", error: errorText(error) });
  throw error;
}
