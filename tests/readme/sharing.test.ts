// What the page on sharing objects shows: its scripts are checked and run, and its numbers are DPDK's.

import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  assert,
  compileC,
  outcome,
  ROOT,
  runtimeName,
  runtimes,
  spawnProgram,
  test,
  type TestContext,
} from "../kit.ts";
import { codeBlocks, pageText, scripts, startScript } from "./page.ts";
import { directory, takePrefix } from "./scenes/scene.ts";

const page = pageText("examples/sharing.md");
const all = scripts(page);

/** An empty folder with a checkout in dpdk.ts and the page's scripts, of a group of the test's own. */
function folder(context: TestContext): string {
  const path = directory(context);
  const prefix = takePrefix(context);
  symlinkSync(ROOT, join(path, "dpdk.ts"));
  for (const [name, code] of all) {
    writeFileSync(join(path, name), code.replaceAll('"site"', `"${prefix}"`));
  }
  return path;
}

if (runtimeName === "deno") {
  test("the page's scripts pass the type checker", async (context) => {
    const options = { cwd: folder(context) };
    const result = await spawnProgram(runtimes.deno, ["check", ...all.keys()], options).result;
    assert.equal(result.code, 0, outcome(result));
  });

  test("the page's C is C", () => {
    const [code = ""] = codeBlocks(page, "c");
    const [declarations = "", statements = ""] = code.split(/(?<=^EAL_REGISTER_TAILQ.*\n)/m);
    compileC(`
      #include <stdio.h>
      #include <rte_eal_memconfig.h>
      #include <rte_tailq.h>
      ${declarations}
      int main(void) { struct rte_tailq_entry *te; ${statements} return 0; }
    `);
  });
}

for (
  const [name, line] of [
    ["memzone.ts", /^\{ force_quit: 0, requests: 1n,? \}$/],
    ["counters.ts", /^\{ name: "requests", pid: 0, value: 1n,? \}$/],
  ] as const
) {
  test(`the page's script ${name} prints what it says`, async (context) => {
    const result = await startScript(runtimeName, name, folder(context)).result;
    assert.equal(result.code, 0, outcome(result));
    assert.match(result.stdout.replaceAll(/\s+/g, " ").trim(), line);
  });
}
