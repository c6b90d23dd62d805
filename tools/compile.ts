/**
 * C programs, compiled once and kept in the system's folder for temporary files.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** How a program is compiled. */
export interface CompileOptions {
  /** Links DPDK's static libraries in, drivers included; false unless given. */
  readonly static?: boolean;
  /** Makes a shared object, to be loaded by programs; false unless given. */
  readonly shared?: boolean;
  /** Libraries that it is linked with besides DPDK's, without `lib`; none unless given. */
  readonly libraries?: readonly string[];
}

const CACHE = join(tmpdir(), `dpdk-ts-peers-${userInfo().uid}`);

/** What DPDK's own samples are compiled with. */
const FLAGS: readonly string[] = ["-O3", "-march=native", "-Wall", "-include", "rte_config.h"];

/** The version of the installed DPDK: `22.11.11`. */
export function dpdkVersion(): string {
  return run("pkg-config", ["--modversion", "libdpdk"]).trim();
}

/**
 * Compiles C source text against the installed DPDK, unless that was done before with the same text,
 * flags, compiler and DPDK. Several processes may do so at once.
 *
 * @param source The program.
 * @param flags More flags for gcc.
 * @param options How it is compiled.
 * @returns The executable's path.
 */
export function compileC(
  source: string,
  flags: readonly string[] = [],
  options: CompileOptions = {},
): string {
  const linking = options.static === true ? ["--static"] : [];
  const compiler = run("gcc", ["--version"]).split("\n", 1)[0];
  const dpdk = dpdkVersion();
  const words = run("pkg-config", [...linking, "--cflags", "--libs", "libdpdk"]).trim().split(
    /\s+/,
  ).concat((options.libraries ?? []).map((name) => `-l${name}`));
  const form = options.shared === true ? ["-shared", "-fPIC"] : [];
  const key = JSON.stringify([source, form, flags, FLAGS, words, compiler, dpdk]);
  const program = join(CACHE, createHash("sha256").update(key).digest("hex").slice(0, 32));
  if (existsSync(program)) return program;

  mkdirSync(CACHE, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(CACHE, "compile-"));
  try {
    writeFileSync(join(folder, "peer.c"), source);
    const built = join(folder, "peer");
    run("gcc", [...FLAGS, ...form, ...flags, join(folder, "peer.c"), "-o", built, ...words]);
    renameSync(built, program);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return program;
}

function run(command: string, args: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync(command, [...args], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  if (error !== undefined) throw new Error(`Cannot run ${command}: ${error.message}`);
  if (status !== 0) {
    throw new Error(`Cannot run ${command}: it exited with code ${status}\n${stdout}${stderr}`);
  }
  return stdout;
}
