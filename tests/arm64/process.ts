/**
 * Processes for arm64, under emulation.
 *
 * @module
 */

import { emulated } from "../../tools/arm64/compile.ts";
import { armRuntime } from "../../tools/arm64/places.ts";
import { type Child, runtimeName, spawnProgram } from "../kit.ts";

/** An emulated process takes its time, the more so as others are at work: in milliseconds. */
const TIMEOUT_MS = 360_000;

/** No cache of this machine's runtime is for that of another one. */
const ENV = { DPDK_LIB_DIR: undefined, LD_LIBRARY_PATH: undefined };

/**
 * Starts a program for arm64.
 *
 * @param program Its path.
 * @param args Its arguments.
 * @returns The running child.
 */
export function spawnArmProgram(program: string, args: readonly string[]): Child {
  const [emulator, ...rest] = emulated(program, ...args);
  return spawnProgram(emulator, rest, { timeoutMs: TIMEOUT_MS, env: ENV });
}

/**
 * Starts a script on the arm64 build of the runtime that runs this test.
 *
 * @param script Its path.
 * @param args What it finds in `process.argv`.
 * @returns The running child.
 */
export function spawnArm(script: string, args: readonly string[]): Child {
  const flags = runtimeName === "deno" ? ["run", "--allow-all", "--no-check", "--quiet"] : ["run"];
  return spawnArmProgram(armRuntime(runtimeName), [...flags, script, ...args]);
}
