/**
 * Scripts that find no DPDK.
 *
 * @module
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { installation } from "../../ffi/abi/mod.ts";
import { type ChildResult, executable, runtimeName, spawnProgram } from "../kit.ts";

/** Why that cannot be tried here. */
export const cannotHide: string | undefined = process.getuid?.() === 0
  ? undefined
  : "only root can hide the libraries";

/**
 * Runs a script where the linker finds no librte_eal: in a mount namespace of its own, in which the
 * directory of the libraries is overlaid and $W/real is what is under it.
 *
 * @param script The script's path.
 * @param before Shell commands that run first.
 * @param env Its environment, besides.
 * @param args Its arguments.
 */
export async function hidden(
  script: string,
  before: string,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<ChildResult> {
  const work = mkdtempSync(join(tmpdir(), "dpdk-ts-hidden-"));
  const commands = `
    set -e
    mount -t tmpfs none "$W"
    mkdir "$W/up" "$W/work" "$W/real" "$W/pc"
    mount --bind "$LIBS" "$W/real"
    mount -t overlay -o "lowerdir=$LIBS,upperdir=$W/up,workdir=$W/work" none "$LIBS"
    rm "$LIBS"/librte_eal.so* "$LIBS/pkgconfig/libdpdk.pc"
    : > "$W/cache"
    ${before}
    mount --bind "$W/cache" /etc/ld.so.cache
    exec "$RUNTIME" run ${runtimeName === "deno" ? "-A --no-check --quiet" : ""} "$SCRIPT" "$@"
  `;
  const own = {
    W: work,
    LIBS: installation().directory,
    RUNTIME: executable(runtimeName),
    SCRIPT: script,
    DPDK_LIB_DIR: undefined,
    LD_LIBRARY_PATH: undefined,
  };
  try {
    const child = spawnProgram("unshare", ["--mount", "sh", "-c", commands, "sh", ...args], {
      env: { ...env, ...own },
    });
    return await child.result;
  } finally {
    rmSync(work, { recursive: true });
  }
}
