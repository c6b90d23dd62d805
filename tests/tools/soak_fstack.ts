/**
 * Starts the soak of examples/fstack.
 *
 * @module
 */

import { join } from "node:path";
import {
  type Child,
  removePrefix,
  ROOT,
  runtimeName,
  spawnScript,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";

/** How long a test may take, in milliseconds: it waits for the start of a dozen processes. */
export const TEST_MS = 220_000;
export const OPTIONS = { timeoutMs: 210_000 };

/**
 * Starts a soak.
 *
 * @param minutes How long it takes.
 * @param kills How often a process is killed.
 * @returns The soak's conductor, and the group's file prefix.
 */
export function soak({ cleanup }: TestContext, minutes: string, kills: number): [Child, string] {
  const prefix = uniquePrefix("soak");
  const file = join(ROOT, "tools", "soak", "fstack", "conductor.ts");
  const child = spawnScript(runtimeName, file, [prefix, minutes, `${kills}`], OPTIONS);
  cleanup(async () => {
    child.kill("SIGKILL");
    await child.result;
    removePrefix(prefix);
  });
  return [child, prefix];
}
