/**
 * Starts a DPDK process in TypeScript: tests/eal/fixtures/process.ts.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import type { EalOptions } from "../../mod.ts";
import { type Child, runtimeName, type SpawnOptions, spawnScript } from "../kit.ts";

const SCRIPT = fileURLToPath(new URL("./fixtures/process.ts", import.meta.url));

/** What a process that failed says. */
export interface Refusal {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly call?: string;
}

/** Starts a process; its input keeps it alive. */
export function startEal(
  options: EalOptions | readonly string[],
  spawn: SpawnOptions = {},
): Child {
  return spawnScript(runtimeName, SCRIPT, [JSON.stringify(options)], spawn);
}

/** What a process says of itself once it runs. */
export async function ready(child: Child): Promise<Record<string, unknown>> {
  return JSON.parse((await child.waitForLine(/^READY (.*)$/))[1]!);
}

/** Why a process could not start EAL. */
export async function refusal(
  options: EalOptions | readonly string[],
  spawn: SpawnOptions = {},
): Promise<Refusal> {
  const child = startEal(options, spawn);
  child.stdin.end();
  return JSON.parse((await child.waitForLine(/^ERROR (.*)$/))[1]!);
}
