/**
 * The two runtimes, as tests see them.
 *
 * @module
 */

import { executable, type Runtime } from "../../tools/runtimes.ts";

export { ROOT } from "../../tools/root.ts";
export { executable, type Runtime, runtimeName, RUNTIMES } from "../../tools/runtimes.ts";

/** The absolute paths of both runtimes' executables; each is looked for when it is asked for. */
export const runtimes: Readonly<Record<Runtime, string>> = {
  get deno(): string {
    return executable("deno");
  },
  get bun(): string {
    return executable("bun");
  },
};
