/**
 * Processes of a user without rights.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import {
  type Child,
  compilePeer,
  executable,
  runtimeName,
  spawnProgram,
  type TestContext,
} from "../kit.ts";

/** The user's id. */
export const NOBODY = 65534;

/** What becomes that user, and then the program behind it. */
export const SETPRIV: readonly string[] = [
  ...["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"],
];

/** Why a user without rights cannot be tried here; the checkout may be root's alone. */
export function whyNot(script: string): string | undefined {
  if (process.getuid?.() !== 0) return "only root can become another user";
  for (const file of [script, executable(runtimeName)]) {
    const [program, ...args] = SETPRIV;
    const { status } = spawnSync(program!, [...args, "test", "-r", file]);
    if (status !== 0) return "another user cannot read the checkout";
  }
  return undefined;
}

/** A directory of the user's own, which is gone after the test. */
export function homeOf({ cleanup }: TestContext): string {
  const home = mkdtempSync(join(tmpdir(), "dpdk-ts-nobody-"));
  cleanup(() => rmSync(home, { recursive: true }));
  chownSync(home, NOBODY, NOBODY);
  return home;
}

/** The command that runs a script on this runtime. */
export function scriptCommand(script: string, ...args: string[]): string[] {
  const flags = runtimeName === "deno" ? ["run", "-A", "--no-check", "--quiet"] : ["run"];
  return [executable(runtimeName), ...flags, script, ...args];
}

/** The command that runs a peer, where the user may read it. */
export function peerCommand(home: string, name: string, ...args: string[]): string[] {
  const path = join(home, name);
  if (!readdirSync(home).includes(name)) {
    copyFileSync(compilePeer(name), path);
    chmodSync(path, 0o755);
  }
  return [path, ...args];
}

/** Starts a command as that user, by way of others. */
export function spawnNobody(
  home: string,
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
  by: readonly string[] = [],
): Child {
  const [program, ...args] = [...by, ...SETPRIV, ...command];
  return spawnProgram(program!, args, {
    env: {
      ...{ HOME: home, DENO_DIR: home, XDG_RUNTIME_DIR: home, RUNTIME_DIRECTORY: undefined },
      ...env,
    },
    cwd: home,
  });
}
