/**
 * The C peers of the tests.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compileC, type CompileOptions } from "../../tools/compile.ts";
import { ROOT } from "./runtimes.ts";
import { type Child, type SpawnOptions, spawnProgram } from "./spawn.ts";

export { compileC } from "../../tools/compile.ts";

/** How a peer is compiled. */
export type PeerOptions = CompileOptions;

/**
 * Compiles tests/peers/NAME.c against the installed DPDK.
 *
 * The headers of tests/peers that it includes become part of its text, as the programs that were
 * compiled are known by theirs.
 *
 * @param name The file's name without `.c`.
 * @param options How it is compiled.
 * @returns The executable's path.
 */
export function compilePeer(name: string, options: PeerOptions = {}): string {
  return compileC(peerText(`${name}.c`), [], options);
}

/**
 * The text of a file of tests/peers, the headers of tests/peers that it includes made part of it.
 *
 * @param file The file's name.
 * @returns Its text, to be compiled by `compileC`.
 */
export function peerText(file: string): string {
  return readFileSync(join(ROOT, "tests", "peers", file), "utf8")
    .replaceAll(/^#include "([\w.]+)"\n/gm, (_, header: string) => peerText(header));
}

/**
 * Compiles tests/peers/NAME.c if need be, and starts it.
 *
 * @param name The file's name without `.c`.
 * @param args Its arguments.
 * @param options How it is started.
 * @returns The running child.
 */
export function spawnPeer(
  name: string,
  args: readonly string[] = [],
  options: SpawnOptions = {},
): Child {
  return spawnProgram(compilePeer(name), args, options);
}
