/**
 * Groups that are looked into from outside, by a process that is no DPDK process.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import type { Snapshot } from "../../mod.ts";
import {
  type Child,
  removePrefix,
  runtimeName,
  spawnPeer,
  spawnScript,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import { talk } from "../peers/dialog.ts";

/** One who looks. */
export interface Outsider {
  snapshot(): Promise<Snapshot>;
  /** Any answer, parsed. */
  ask(line: string): Promise<unknown>;
}

/** Starts one who looks into a group. */
export async function outsider(
  { cleanup }: TestContext,
  prefix: string,
  runtimeDirectory?: string,
): Promise<Outsider> {
  const file = fileURLToPath(new URL("scripts/look.ts", import.meta.url));
  const args = runtimeDirectory === undefined ? [prefix] : [prefix, runtimeDirectory];
  const child = spawnScript(runtimeName, file, args);
  cleanup(() => child.result);
  cleanup(() => child.stdin.end());
  const dialog = await talk(child);
  const ask = async (line: string): Promise<unknown> => {
    const [answer = ""] = await dialog.ask(line);
    return JSON.parse(answer);
  };
  return { ask, snapshot: async () => await ask("snapshot") as Snapshot };
}

/** A primary in C that does as it is told. */
export interface Inspected {
  readonly prefix: string;
  readonly child: Child;
  ask(line: string): Promise<string[]>;
}

/**
 * Starts a primary of tests/peers/inspected.c, which ends with the test.
 *
 * @param context The test's.
 * @param more EAL arguments besides the usual ones.
 * @param env Its environment.
 */
export async function inspected(
  context: TestContext,
  more: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Inspected> {
  const prefix = uniquePrefix("inspected");
  context.cleanup(() => removePrefix(prefix));
  return await inspectedOf(context, prefix, more, env);
}

/** The same for a file prefix that is there already. */
export async function inspectedOf(
  { cleanup }: TestContext,
  prefix: string,
  more: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Inspected> {
  const memory = more.includes("--no-huge") ? [] : ["-m", "32"];
  const args = ["-l", "0", "--no-pci", "--no-telemetry", ...memory, "--file-prefix", prefix];
  const child = spawnPeer("inspected", [...args, ...more], { env });
  cleanup(() => child.result);
  cleanup(() => child.stdin.end());
  const { ask } = await talk(child);
  return { prefix, child, ask };
}
