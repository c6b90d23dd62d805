/**
 * Which test file is calling. Neither runtime names it in one way under its test runner, and
 * `import.meta.url` in every call would be noise.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

const KIT = fileURLToPath(new URL(".", import.meta.url));

/**
 * The path of the first file on the call stack that is not part of the kit.
 *
 * @returns An absolute path.
 */
export function callerFile(): string {
  const stack = new Error().stack ?? "";
  for (const line of stack.split("\n")) {
    const path = line.match(/(\/[^():]+\.ts):\d+/)?.[1]?.replace(/^\/\/(?=\/)/, "");
    if (path === undefined) continue;
    const file = decodeURIComponent(path);
    if (!file.startsWith(KIT)) return file;
  }
  throw new Error("Cannot tell which test file is calling: the stack names none");
}
