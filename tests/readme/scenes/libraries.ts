/**
 * DPDK is not there, or another one than the library knows.
 *
 * @module
 */

import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { installation } from "../../../ffi/abi/mod.ts";
import type { Refusal } from "../../eal/start.ts";
import {
  assert,
  compileC,
  executable,
  runtimeName,
  runtimes,
  spawnProgram,
  type TestContext,
} from "../../kit.ts";
import { attempt, ATTEMPTS, environmentOf, refusals, type Step } from "../attempts.ts";
import { directory, type Scenes } from "./scene.ts";

const INIT: readonly Step[] = [{ do: "init", options: {} }];

const here = installation();

/** A shared object that has what is asked for first, with rings of long cache lines. */
const STUB = `
  #include <sys/types.h>
  int rte_eal_init(void);
  int rte_eal_init(void) { return -1; }
  ssize_t rte_ring_get_memsize(unsigned int count);
  ssize_t rte_ring_get_memsize(unsigned int count) { return 768 + 8 * (ssize_t)count; }
`;

/**
 * Starts EAL where the linker finds no librte_eal: in a mount namespace of its own, in which the
 * directory of the libraries is overlaid.
 *
 * @param cache what the linker's cache holds there
 */
async function hidden(context: TestContext, cache: string): Promise<Refusal[]> {
  const work = directory(context);
  const flags = runtimeName === "deno" ? "-A --no-check --quiet" : "";
  const script = `
    set -e
    mount -t tmpfs none "$W"
    mkdir "$W/up" "$W/work"
    mount -t overlay -o "lowerdir=$LIBS,upperdir=$W/up,workdir=$W/work" none "$LIBS"
    rm "$LIBS"/librte_eal.so* "$LIBS/pkgconfig/libdpdk.pc"
    printf '${cache}' > "$W/cache"
    mount --bind "$W/cache" /etc/ld.so.cache
    exec "$RUNTIME" run ${flags} "$SCRIPT"
  `;
  const own = { W: work, LIBS: here.directory, RUNTIME: executable(runtimeName), SCRIPT: ATTEMPTS };
  const env = {
    ...own,
    ...environmentOf(INIT),
    DPDK_LIB_DIR: undefined,
    LD_LIBRARY_PATH: undefined,
  };
  return refusals(await spawnProgram("unshare", ["--mount", "sh", "-c", script], { env }).result);
}

/** Starts EAL with a directory of libraries of our own. */
async function with_(context: TestContext, fill: (path: string) => void): Promise<Refusal[]> {
  const path = directory(context);
  fill(path);
  return await attempt(INIT, { env: { DPDK_LIB_DIR: path } });
}

const skip = process.getuid?.() === 0 ? undefined : "only root can hide the libraries";
const known = (library: string) => `librte_${library}.so.${here.abi.number}`;

/** The scenes. */
export const LIBRARIES: Scenes = {
  "Requires ffi access": async () => {
    const args = ["run", "--allow-env", "--no-check", "--no-prompt", "--quiet", ATTEMPTS];
    const env = environmentOf(INIT);
    return refusals(await spawnProgram(runtimes.deno, args, { env }).result);
  },
  "there is no librte_eal.so.N": { skip, play: (context) => hidden(context, "") },
  "DPDK_LIB_DIR is ..., which holds no librte_eal.so.N": (context) => with_(context, () => {}),
  "... is of ABI ...; dpdk.ts knows ABI ...": {
    skip,
    play: async (context) => [
      ...await hidden(context, "librte_eal.so.22\\000"),
      ...await with_(context, (path) => writeFileSync(join(path, "librte_eal.so.24"), "")),
    ],
  },
  "Cannot open ...: dlopen failed: ...": (context) =>
    with_(context, (path) => writeFileSync(join(path, known("eal")), "no library")),
  "its rings have a header of ... bytes": async (context) => {
    const stub = compileC(STUB, ["-shared", "-fPIC"]);
    const answers = await with_(context, (path) => {
      for (const name of ["eal", "ring"]) copyFileSync(stub, join(path, known(name)));
    });
    assert.match(answers[0]!.message, /cache lines of 128 bytes/);
    return answers;
  },
};
