// Whose a signal is: the script's when it listens, else it ends the process, and a second one does so
// whatever the script is doing.

import { assert, describe, executable, outcome, runtimeName, spawnProgram, test } from "../kit.ts";
import { delivered, exitCode, Group } from "./group.ts";

describe("a script that listens itself", () => {
  test("keeps its signal, and what it does with it", async (context) => {
    const group = new Group(context);
    const child = await group.start(["ring", "listen and exit", "stay"]);
    child.kill("SIGINT");
    const result = await child.result;
    assert.equal(result.code, 7, outcome(result));
    assert.match(result.stdout, /^OWN true$/m);
    assert.deepEqual(group.leftovers(), []);
  });

  const ways = ["before listen", "listen", ...runtimeName === "deno" ? ["listen on Deno"] : []];
  for (const step of ways) {
    test(`goes on after several signals: ${step}`, async (context) => {
      const group = new Group(context);
      const child = await group.start([step, "ring", "stay"]);
      let heard = 0;
      child.kill("SIGINT");
      for await (const line of child.lines()) {
        if (line !== "OWN true") continue;
        if (++heard === 3) break;
        child.kill("SIGINT");
      }
      child.kill("SIGTERM");
      const result = await child.result;
      assert.equal(exitCode(result), 143, outcome(result));
      assert.deepEqual(group.leftovers(), []);
    });
  }

  test("once only, has the next one end it", async (context) => {
    const group = new Group(context);
    const child = await group.start(["ring", "listen once", "stay"]);
    child.kill("SIGINT");
    await child.waitForLine(/^OWN true$/);
    child.kill("SIGINT");
    const result = await child.result;
    assert.equal(exitCode(result), 130, outcome(result));
    assert.deepEqual(group.leftovers(), []);
  });
});

describe("a second signal ends", () => {
  test("a script that is too busy for the first", async (context) => {
    const group = new Group(context);
    const child = await group.start(["busy"]);
    child.kill("SIGINT");
    await delivered(child, 2);
    child.kill("SIGINT");
    assert.equal(exitCode(await child.result), 130);
    await group.startsAgain();
  });

  test("a cleanup that hangs after the first", async (context) => {
    const group = new Group(context);
    const child = await group.start(["hang", "stay"]);
    child.kill("SIGINT");
    await child.waitForLine(/^HANGING$/);
    child.kill("SIGINT");
    assert.equal(exitCode(await child.result), 130);
    await group.startsAgain();
  });

  test("a cleanup that hangs when the script's own listener exits", async (context) => {
    const group = new Group(context);
    const child = await group.start(["hang", "listen and exit", "stay"]);
    child.kill("SIGINT");
    await child.waitForLine(/^HANGING$/);
    child.kill("SIGINT");
    assert.equal(exitCode(await child.result), 130);
    await group.startsAgain();
  });

  test("Eal.cleanup that hangs, where the first waits for it to end", async (context) => {
    const group = new Group(context);
    const child = await group.start(["hang", "clean up later", "stay"]);
    await child.waitForLine(/^HANGING$/);
    child.kill("SIGINT");
    await delivered(child, 2);
    child.kill("SIGINT");
    assert.equal(exitCode(await child.result), 130);
    await group.startsAgain();
  });
});

test("a signal that was ignored when the script started stays ignored", async (context) => {
  const group = new Group(context);
  const script = new URL("./scripts/process.ts", import.meta.url).pathname;
  const options = { filePrefix: group.prefix, lcores: [0], noPci: true, memory: 32 };
  const flags = runtimeName === "deno" ? ["run", "--allow-all", "--no-check", "--quiet"] : ["run"];
  const child = spawnProgram("sh", [
    "-c",
    'trap "" HUP; exec "$@"',
    "sh",
    ...[executable(runtimeName), ...flags, script, JSON.stringify(options), "ring", "stay"],
  ]);
  context.cleanup(() => child.kill("SIGKILL"));
  await child.waitForLine(/^READY$/);
  child.kill("SIGHUP");
  child.kill("SIGTERM");
  const result = await child.result;
  assert.equal(result.signal, "SIGTERM", outcome(result));
  assert.deepEqual(group.leftovers(), []);
});
