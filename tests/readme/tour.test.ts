// The README's scripts of two processes, and that no script of it is without a test.

import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  assert,
  type Child,
  describe,
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

const README = pageText("README.md");
const all = scripts(README);

/** Those that readme.test.ts runs. */
const ELSEWHERE: readonly string[] = ["hello.ts", "forward.ts", "look.ts"];
const HERE: readonly string[] = ["send.ts", "receive.ts", "answer.ts", "ask.ts", "structs.ts"];

const other = runtimeName === "deno" ? "bun" : "deno";

/** An empty folder with a checkout in dpdk.ts and the README's scripts, of a group of the test's own. */
function folder(context: TestContext): string {
  const cwd = directory(context);
  const prefix = takePrefix(context);
  symlinkSync(ROOT, join(cwd, "dpdk.ts"));
  for (const [name, code] of all) {
    writeFileSync(
      join(cwd, name),
      code.replaceAll('"hello"', `"${prefix}"`).replace("1000)", "10)"),
    );
  }
  return cwd;
}

/** Starts a script, which is gone with the test. */
function start(context: TestContext, runtime: "deno" | "bun", name: string, cwd: string): Child {
  const child = startScript(runtime, name, cwd);
  context.cleanup(() => child.result);
  context.cleanup(() => child.kill("SIGKILL"));
  return child;
}

/** Waits until a group of this prefix has its ring, or its handler: a primary prints nothing. */
async function joined(context: TestContext, name: string, cwd: string): Promise<Child> {
  for (;;) {
    const child = start(context, other, name, cwd);
    const first = await Promise.race([child.waitForLine(/./).catch(() => null), child.result]);
    if (first !== null && "index" in first) return child;
    const { stderr } = await child.result;
    assert.match(stderr, /there is none|did not finish its start|ENOENT/, stderr);
  }
}

test("every script of the README has its name, and is run", () => {
  assert.equal(codeBlocks(README, "ts").length, all.size);
  assert.deepEqual([...all.keys()].sort(), [...HERE, ...ELSEWHERE].sort());
});

if (runtimeName === "deno") {
  test("the README's scripts pass the type checker", async (context) => {
    const options = { cwd: folder(context) };
    const result = await spawnProgram(runtimes.deno, ["check", ...all.keys()], options).result;
    assert.equal(result.code, 0, outcome(result));
  });
}

describe("the README's script", () => {
  test(`receive.ts on ${other} prints what send.ts on ${runtimeName} sends`, async (context) => {
    const cwd = folder(context);
    const sender = start(context, runtimeName, "send.ts", cwd);
    const receiver = await joined(context, "receive.ts", cwd);
    await receiver.waitForLine(/^message 3$/);
    receiver.kill("SIGINT");
    await receiver.result;
    sender.kill("SIGINT");
    const { stdout } = await receiver.result;
    assert.match(stdout, /^message 0\nmessage 1\nmessage 2\nmessage 3$/m);
    assert.equal((await sender.result).signal, "SIGINT");
  });

  test(`ask.ts on ${other} is answered by answer.ts on ${runtimeName}`, async (context) => {
    const cwd = folder(context);
    const answerer = start(context, runtimeName, "answer.ts", cwd);
    for (;;) {
      const result = await start(context, other, "ask.ts", cwd).result;
      if (result.code === 0 && !/nobody|undefined/.test(result.stdout)) {
        assert.match(result.stdout, /^Got 'Hello'\n1n?$/m);
        break;
      }
      assert.match(result.stdout + result.stderr, /there is none|did not finish|nobody|undefined/);
    }
    answerer.kill("SIGINT");
    assert.equal((await answerer.result).signal, "SIGINT");
  });

  test("structs.ts stores into objects in place", async (context) => {
    const result = await start(context, runtimeName, "structs.ts", folder(context)).result;
    assert.equal(result.code, 0, outcome(result));
    assert.equal(result.stdout.trim(), "1\n4");
  });
});
