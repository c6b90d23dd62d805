/**
 * Processes that die where they should not.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import {
  assert,
  type Child,
  compilePeer,
  outcome,
  runtimeName,
  spawnProgram,
  spawnScript,
} from "../kit.ts";

const script = (name: string): string =>
  fileURLToPath(new URL(`./scripts/${name}.ts`, import.meta.url));

/** EAL arguments of a secondary. */
export function secondaryArgs(prefix: string, lcore: number): string[] {
  const usual = ["--no-pci", "--no-telemetry", "--file-prefix", prefix];
  return [`--lcores=${lcore}@0`, "--proc-type=secondary", ...usual];
}

/** Waits until a process was ended by SIGKILL. */
export async function killed(child: Child): Promise<number> {
  const result = await child.result;
  assert.equal(result.signal, "SIGKILL", outcome(result));
  return child.pid;
}

/** A secondary in C that does what it is told, the last of which is to die; gives its pid. */
export async function dyingC(prefix: string, lcore: number, ...lines: string[]): Promise<number> {
  const child = spawnProgram(compilePeer("faults"), secondaryArgs(prefix, lcore));
  child.stdin.write(lines.map((line) => `${line}\n`).join(""));
  return await killed(child);
}

/** A secondary in TypeScript that runs a script of this folder, and dies; gives its pid. */
export async function dyingScript(
  name: string,
  prefix: string,
  lcore: number,
  ...args: string[]
): Promise<number> {
  const all = [...args, ...secondaryArgs(prefix, lcore)];
  return await killed(spawnScript(runtimeName, script(name), all));
}

/** Starts a script of this folder as a secondary. */
export function startScript(name: string, prefix: string, lcore: number, ...args: string[]): Child {
  return spawnScript(runtimeName, script(name), [...args, ...secondaryArgs(prefix, lcore)]);
}
