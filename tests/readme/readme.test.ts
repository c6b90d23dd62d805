/**
 * What the README tells a newcomer to do, done.
 *
 * @module
 */

import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  assert,
  outcome,
  removePrefix,
  ROOT,
  runtimeName,
  runtimes,
  spawnProgram,
  test,
  uniquePrefix,
} from "../kit.ts";
import { startScript } from "./page.ts";

const README = readFileSync(join(ROOT, "README.md"), "utf8");

/** The code block that starts with a comment of a file's name. */
function script(name: string): string {
  const code = [...README.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]!)
    .find((block) => block.startsWith(`// ${name}\n`));
  assert.ok(code !== undefined, `README has a script ${name}`);
  return code;
}

/** The lines of a code block of shell commands that start with a word. */
function commands(word: string): string[] {
  const blocks = [...README.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1]!);
  return blocks.flatMap((block) => block.split("\n")).filter((line) => line.startsWith(word));
}

test("the README's script is short enough to paste", () => {
  assert.ok(script("hello.ts").trim().split("\n").length <= 25);
});

for (const memory of ["hugepages", "noHuge"] as const) {
  test(`the README's script runs from an empty folder with ${memory}`, async ({ cleanup }) => {
    const folder = mkdtempSync(join(tmpdir(), "dts-readme-"));
    const prefix = uniquePrefix("readme");
    cleanup(() => {
      rmSync(folder, { recursive: true });
      removePrefix(prefix);
    });
    symlinkSync(ROOT, join(folder, "dpdk.ts"));
    let code = script("hello.ts").replace('"hello"', `"${prefix}"`);
    if (memory === "noHuge") code = code.replace("noPci: true", "noPci: true, noHuge: true");
    writeFileSync(join(folder, "hello.ts"), code);

    const run = commands("deno run").concat(commands("bun run"))
      .find((line) => line.startsWith(runtimeName) && line.endsWith(" hello.ts"));
    assert.ok(run !== undefined, `README says how to run hello.ts on ${runtimeName}`);
    const args = run.split(" ").slice(1);
    const result = await spawnProgram(runtimes[runtimeName], args, { cwd: folder }).result;
    assert.equal(result.code, 0, outcome(result));
    const lines = result.stdout.trim().split("\n");
    assert.deepEqual(lines.slice(0, 4), [0, 1, 2, 3].map((i) => `message ${i}`));
    assert.match(lines[4]!, /^DPDK \d+\.\d+\.\d+, primary, 1023 objects in the pool$/);
  });
}

test("the README's script forwards packets", async ({ cleanup }) => {
  const folder = mkdtempSync(join(tmpdir(), "dts-readme-"));
  const prefix = uniquePrefix("forward");
  cleanup(() => {
    rmSync(folder, { recursive: true });
    removePrefix(prefix);
  });
  symlinkSync(ROOT, join(folder, "dpdk.ts"));
  const code = script("forward.ts").replace('"forward"', `"${prefix}"`)
    .replace("1_000_000", "1_000");
  writeFileSync(join(folder, "forward.ts"), code);
  const result = await startScript(runtimeName, "forward.ts", folder).result;
  assert.equal(result.code, 0, outcome(result));
  assert.match(result.stdout, /^32000n? packets sent$/m);
});

test("the README's script looks into a group", async ({ cleanup }) => {
  const folder = mkdtempSync(join(tmpdir(), "dts-readme-"));
  const prefix = uniquePrefix("look");
  cleanup(() => {
    rmSync(folder, { recursive: true });
    removePrefix(prefix);
  });
  symlinkSync(ROOT, join(folder, "dpdk.ts"));
  const hello = script("hello.ts").replace('"hello"', `"${prefix}"`)
    .replace(/console\.log\(`\$\{eal[^]*/, 'console.log("there");\nprocess.stdin.resume();\n');
  // Its `using` declarations would end with it: what is looked at stays.
  writeFileSync(join(folder, "hello.ts"), hello.replaceAll("\nusing ", "\nconst "));
  const group = startScript(runtimeName, "hello.ts", folder);
  cleanup(() => group.result);
  cleanup(() => group.kill());
  await group.waitForLine(/^there$/);
  writeFileSync(join(folder, "look.ts"), script("look.ts").replace('"hello"', `"${prefix}"`));
  const result = await startScript(runtimeName, "look.ts", folder).result;
  assert.equal(result.code, 0, outcome(result));
  assert.match(result.stdout, /^HELLO 0 0\/s 0 %$/m);
});

test("every task that the README names exists", () => {
  const { tasks } = JSON.parse(readFileSync(join(ROOT, "deno.json"), "utf8"));
  const named = [...README.matchAll(/deno task ([\w:]+)/g)].map((match) => match[1]!);
  assert.ok(named.includes("demo") && named.includes("test"));
  for (const name of named) assert.ok(name in tasks, `task "${name}"`);
});
