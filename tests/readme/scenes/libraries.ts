/**
 * DPDK is not there, or another one than the library knows.
 *
 * @module
 */

import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installation } from "../../../ffi/abi/mod.ts";
import { cannotHide as skip, hidden } from "../../abi/hidden.ts";
import type { Refusal } from "../../eal/start.ts";
import {
  assert,
  compileC,
  runtimeName,
  runtimes,
  spawnProgram,
  spawnScript,
  type TestContext,
} from "../../kit.ts";
import { attempt, ATTEMPTS, environmentOf, refusals, type Step } from "../attempts.ts";
import { directory, type Scenes } from "./scene.ts";

const INIT: readonly Step[] = [{ do: "init", options: {} }];

const OTHER_MACHINE = fileURLToPath(new URL("../fixtures/other_machine.ts", import.meta.url));

const here = installation();

/** A shared object that has what is asked for first, with rings of long cache lines. */
const STUB = `
  #include <sys/types.h>
  int rte_eal_init(void);
  int rte_eal_init(void) { return -1; }
  ssize_t rte_ring_get_memsize(unsigned int count);
  ssize_t rte_ring_get_memsize(unsigned int count) { return 768 + 8 * (ssize_t)count; }
`;

/** Starts EAL where there is no librte_eal but those that the linker's cache names. */
async function without(cache: string): Promise<Refusal[]> {
  const before = `printf '${cache}' > "$W/cache"`;
  return refusals(await hidden(ATTEMPTS, before, environmentOf(INIT)));
}

/** Starts EAL with a directory of libraries of our own. */
async function withLibraries(
  context: TestContext,
  fill: (path: string) => void,
): Promise<Refusal[]> {
  const path = directory(context);
  fill(path);
  return await attempt(INIT, { env: { DPDK_LIB_DIR: path } });
}

const known = (library: string) => `librte_${library}.so.${here.abi.number}`;

/** The scenes. */
export const LIBRARIES: Scenes = {
  "Requires ffi access": async () => {
    const args = ["run", "--allow-env", "--no-check", "--no-prompt", "--quiet", ATTEMPTS];
    const env = environmentOf(INIT);
    return refusals(await spawnProgram(runtimes.deno, args, { env }).result);
  },
  "there is no librte_eal.so.N": { skip, play: () => without("") },
  "DPDK_LIB_DIR is ..., which holds no librte_eal.so.N": (context) =>
    withLibraries(context, () => {}),
  "... is of ABI ...; dpdk.ts knows ABI ...": {
    skip,
    play: async (context) => [
      ...await without("librte_eal.so.22\\000"),
      ...await withLibraries(context, (path) => writeFileSync(join(path, "librte_eal.so.24"), "")),
    ],
  },
  "Cannot open ...: dlopen failed: ...": (context) =>
    withLibraries(context, (path) => writeFileSync(join(path, known("eal")), "no library")),
  "this machine is ..., whose layouts dpdk.ts does not know": async () => {
    const child = spawnScript(runtimeName, OTHER_MACHINE);
    child.stdin.end();
    return refusals(await child.result);
  },
  "its rings have a header of ... bytes": async (context) => {
    const stub = compileC(STUB, ["-shared", "-fPIC"]);
    const answers = await withLibraries(context, (path) => {
      for (const name of ["eal", "ring"]) copyFileSync(stub, join(path, known(name)));
    });
    assert.match(answers[0]!.message, /cache lines of 128 bytes/);
    return answers;
  },
};
