/**
 * Processes that try to start EAL, one way after another, and say what was thrown.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import type { Refusal } from "../eal/start.ts";
import {
  assert,
  type ChildResult,
  outcome,
  runtimeName,
  type SpawnOptions,
  spawnScript,
} from "../kit.ts";

/** The script that takes the steps. */
export const ATTEMPTS: string = fileURLToPath(new URL("./fixtures/attempts.ts", import.meta.url));

/** What such a process does. */
export type Step =
  | { readonly do: "init" | "attach"; readonly options?: unknown; readonly how?: unknown }
  | { readonly do: "ask for the primary"; readonly filePrefix: string }
  | { readonly do: "clean up" }
  | { readonly do: "map"; readonly at: number }
  | { readonly do: "limit the address space"; readonly more: number }
  | { readonly do: "grow the environment"; readonly bytes: number };

/** The environment of a process that takes these steps. */
export function environmentOf(steps: readonly Step[]): Record<string, string> {
  return { DTS_STEPS: JSON.stringify(steps) };
}

/** What a process that took steps was refused. */
export function refusals(result: ChildResult): Refusal[] {
  assert.equal(result.code, 0, outcome(result));
  const found = [...result.stdout.matchAll(/^ERROR (.*)$/gm)];
  assert.equal(found.length > 0, true, outcome(result));
  return found.map(([, json]) => JSON.parse(json!));
}

/** Takes steps in one process, and gives the errors. */
export async function attempt(
  steps: readonly Step[],
  { env = {}, ...spawn }: SpawnOptions = {},
): Promise<Refusal[]> {
  const all = { ...environmentOf(steps), ...env };
  const child = spawnScript(runtimeName, ATTEMPTS, [], { ...spawn, env: all });
  child.stdin.end();
  return refusals(await child.result);
}

/** Starts EAL with each of these, in one process. */
export function init(...options: readonly unknown[]): Promise<Refusal[]> {
  return attempt(options.map((one) => ({ do: "init", options: one })));
}
