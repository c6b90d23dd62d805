// This library on arm64, with Debian's DPDK 22.11 for arm64, in an emulated process of each runtime:
// EAL starts, and rings and mempools are used by the library and by C in turns, in one process.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { withProgram } from "../../tools/arm64/compile.ts";
import { SYSTEM } from "../../tools/arm64/places.ts";
import { assert, outcome, removePrefix, runtimeName, test, uniquePrefix } from "../kit.ts";
import { spawnArm } from "./process.ts";
import { cannotEmulate as skip } from "./ready.ts";

const file = (name: string): string => fileURLToPath(new URL(`./scripts/${name}`, import.meta.url));
const SOURCE = readFileSync(file("operations.c"), "utf8");

// Under emulation Deno takes several times as long as Bun: it has the larger of the two.
const MEMORY = runtimeName === "bun" ? ["--no-huge", "hugepages"] : ["hugepages"];

for (const memory of MEMORY) {
  const name = `an emulated process does with rings and mempools what C does (${memory})`;
  test(name, { skip, timeoutMs: 400_000 }, async ({ cleanup }) => {
    const prefix = uniquePrefix(name);
    cleanup(() => removePrefix(prefix));
    const usual = ["-l", "0", "--no-pci", "--file-prefix", prefix, "-m", "64"];
    const args = memory === "--no-huge" ? [...usual, "--no-huge"] : usual;
    await withProgram(SYSTEM, SOURCE, async (library) => {
      const child = spawnArm(file("operations.ts"), [library, ...args]);
      const result = await child.result;
      assert.equal(result.code, 0, outcome(result));
      const answers = JSON.parse(result.stdout.trim().split("\n").at(-1)!);
      assert.deepEqual(answers.machine, ["arm64", "aarch64", 128]);
      assert.equal(Object.keys(answers.rings).length, 10);
      for (const [mode, same] of Object.entries(answers.rings)) assert.equal(same, 64 * 8, mode);
      const { full, cacheUsed, owner } = answers.mempool;
      assert.deepEqual({ full, cacheUsed, owner }, { full: true, cacheUsed: true, owner: true });
      if (memory === "hugepages") {
        assert.deepEqual(answers.config, { size: true, magic: true, heap: true, mapped: true });
      }
    }, { shared: true });
  });
}
