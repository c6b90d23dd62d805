/**
 * C programs for arm64, compiled here against a release's headers and libraries for arm64.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type ArmRelease, COMPILER, EMULATOR, rootOf, SYSTEM } from "./places.ts";

/** Where both architecture's own headers and libraries are. */
const TRIPLET = "aarch64-linux-gnu";

/** What DPDK itself is compiled for in Debian's build. */
const FLAGS: readonly string[] = ["-march=armv8-a+crc", "-include", "rte_config.h"];

/** DPDK's libraries that the programs use. */
const LIBRARIES: readonly string[] = ["rte_eal", "rte_ring", "rte_mempool", "rte_mbuf"];

/** How a program is compiled. */
export interface CrossOptions {
  /** A program that needs nothing of the release but its headers; false unless given. */
  readonly alone?: boolean;
  /** Makes a shared object; false unless given. */
  readonly shared?: boolean;
}

function run(command: string, args: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync(command, [...args], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  if (error !== undefined) throw new Error(`Cannot run ${command}: ${error.message}`);
  if (status === 0) return stdout;
  throw new Error(`Cannot run ${command}: it exited with code ${status}\n${stdout}${stderr}`);
}

/**
 * Compiles a program, hands it to a function, and removes it.
 *
 * @param release The release.
 * @param source The program.
 * @param use Gets its path.
 * @param options How it is compiled.
 * @returns What the function returns.
 */
export async function withProgram<T>(
  release: ArmRelease,
  source: string,
  use: (program: string) => T | Promise<T>,
  { alone = false, shared = false }: CrossOptions = {},
): Promise<T> {
  const root = rootOf(release);
  const folder = mkdtempSync(join(tmpdir(), "dpdk-ts-arm64-"));
  try {
    const [file, program] = [join(folder, "program.c"), join(folder, "program")];
    writeFileSync(file, source);
    const includes = [`-I${root}/usr/include/${TRIPLET}/dpdk`, `-I${root}/usr/include/dpdk`];
    const folders = ["lib", "usr/lib"].map((path) => `${root}/${path}/${TRIPLET}`);
    const libraries = [
      `--sysroot=${root}`,
      ...folders.flatMap((path) => [`-L${path}`, `-Wl,-rpath-link,${path}`]),
      "-Wl,--no-as-needed",
      ...LIBRARIES.map((name) => `-l${name}`),
    ];
    run(COMPILER, [
      ...["-O2", "-w", ...FLAGS, ...includes],
      ...(alone ? ["-static"] : []),
      ...(shared ? ["-shared", "-fPIC"] : []),
      ...[file, "-o", program],
      ...(alone ? [] : libraries),
    ]);
    return await use(program);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Runs a program that was compiled alone.
 *
 * @param program Its path.
 * @returns What it prints.
 */
export function runAlone(program: string): string {
  return run(EMULATOR, [program]);
}

/**
 * The command that runs a program of the system under emulation.
 *
 * @param program The program, and its arguments.
 * @returns The emulator, and its arguments.
 */
export function emulated(...program: readonly string[]): readonly [string, ...string[]] {
  return [EMULATOR, "-L", rootOf(SYSTEM), ...program];
}
