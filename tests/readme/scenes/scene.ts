/**
 * What the scenes have in common, in which errors of the start come about.
 *
 * @module
 */

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { abi } from "../../../ffi/abi/mod.ts";
import { configLayout, RTE_MAGIC } from "../../../ffi/eal/layout.ts";
import { versionNumber } from "../../../ffi/eal/primary.ts";
import { rte } from "../../../mod.ts";
import type { Refusal } from "../../eal/start.ts";
import { type Child, removePrefix, spawnPeer, type TestContext, uniquePrefix } from "../../kit.ts";

/** What happens when an error comes about. */
export interface Scene {
  /** Has it come about, in every form that it has, and gives what was thrown. */
  readonly play: (context: TestContext) => Promise<readonly Refusal[]>;
  /** Why it cannot be played here. */
  readonly skip?: string | undefined;
}

/** Scenes by the message of the row that they are of. */
export type Scenes = Readonly<Record<string, Scene | Scene["play"]>>;

/** A file prefix of the test's own, of which nothing is left. */
export function takePrefix({ cleanup }: TestContext): string {
  const prefix = uniquePrefix("errors");
  cleanup(() => removePrefix(prefix));
  return prefix;
}

/** An empty directory, which is gone after the test. */
export function directory({ cleanup }: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "dpdk-ts-errors-"));
  cleanup(() => rmSync(path, { recursive: true }));
  return path;
}

/** Where a C primary puts its memory, so that nothing clashes by chance. */
export const BASE = "--base-virtaddr=0x600000000000";

/** A primary in C, which is ready. */
export async function primary(
  { cleanup }: TestContext,
  prefix: string,
  ...args: string[]
): Promise<Child> {
  const usual = ["-l", "0", "--no-pci", "--no-telemetry", BASE, "-m", "16"];
  const child = spawnPeer("eal_facts", [...usual, "--file-prefix", prefix, ...args]);
  cleanup(() => end(child));
  await child.waitForLine(/^READY$/);
  return child;
}

/** Ends a child well, or at once. */
export async function end(child: Child, how: "well" | "SIGKILL" = "well"): Promise<void> {
  if (how === "well") child.stdin.end();
  else child.kill(how);
  await child.result;
}

/** What a secondary says. */
export function secondary(filePrefix: string, more: object = {}): Record<string, unknown> {
  return { filePrefix, processType: "secondary", noPci: true, ...more };
}

/** A file prefix whose primary only pretends: it holds the lock on a config file like this. */
export async function pretender(
  context: TestContext,
  config: { size?: number; magic?: number; version?: string; mpStatus?: number },
): Promise<string> {
  const prefix = takePrefix(context);
  const layout = configLayout(abi());
  const { size = layout.size, magic = RTE_MAGIC, mpStatus = 0 } = config;
  const version = versionNumber(config.version ?? rte.rte_version() ?? "");
  mkdirSync(`/var/run/dpdk/${prefix}`, { recursive: true, mode: 0o700 });
  const numbers = [size, magic, version, layout.mpStatus, mpStatus, 0].map(String);
  const child = spawnPeer("eal_config", [`/var/run/dpdk/${prefix}/config`, ...numbers]);
  context.cleanup(() => end(child));
  await child.waitForLine(/^READY$/);
  return prefix;
}
