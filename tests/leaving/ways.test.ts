// However a script ends, its process leaves nothing behind, and ends as it would have without EAL.

import { readdirSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Eal } from "../../mod.ts";
import {
  assert,
  describe,
  ealCase,
  outcome,
  removePrefix,
  runtimeName,
  spawnScript,
  test,
  uniquePrefix,
} from "../kit.ts";
import { exitCode, Group, WAYS } from "./group.ts";

describe("a primary that ends", () => {
  for (const [name, { steps, signal, code }] of Object.entries(WAYS)) {
    test(name, async (context) => {
      const group = new Group(context);
      const child = await group.start(["ring", "answer", ...steps]);
      if (signal !== undefined) child.kill(signal);
      const result = await child.result;
      assert.equal(exitCode(result), code, outcome(result));
      if (signal !== undefined) assert.equal(result.signal, signal);
      assert.deepEqual(group.leftovers(), []);
      await group.startsAgain();
    });
  }
});

describe("a secondary that ends", () => {
  for (const [name, { steps, signal, code }] of Object.entries(WAYS)) {
    test(name, async (context) => {
      const group = new Group(context);
      const primary = await group.start(["ring", "stay"]);
      const before = group.leftovers();
      const child = await group.secondary(["answer", ...steps]);
      if (signal !== undefined) child.kill(signal);
      const result = await child.result;
      assert.equal(exitCode(result), code, outcome(result));
      assert.deepEqual(group.leftovers(), before);
      primary.kill("SIGTERM");
      assert.equal(exitCode(await primary.result), 143);
      assert.deepEqual(group.leftovers(), []);
    });
  }
});

test("after SIGKILL the next primary starts all the same", async (context) => {
  const group = new Group(context);
  const child = await group.start(["ring", "answer", "stay"]);
  child.kill("SIGKILL");
  assert.equal((await child.result).signal, "SIGKILL");
  assert.notDeepEqual(group.leftovers(), []);
  await group.startsAgain();
});

test("a script that cleaned up itself ends as before", async (context) => {
  for (const steps of [["clean up"], ["clean up", "exit"], ["clean up", "stay"]]) {
    const group = new Group(context);
    const child = await group.start(["ring", ...steps]);
    if (steps.includes("stay")) {
      await child.waitForLine(/^READY$/);
      child.kill("SIGINT");
    }
    const result = await child.result;
    const code = steps.includes("stay") ? 130 : steps.includes("exit") ? 3 : 0;
    assert.equal(exitCode(result), code, outcome(result));
    assert.deepEqual(group.leftovers(), []);
  }
});

test("cleanupAtExit = false leaves all of it to the script", async (context) => {
  for (const [steps, code] of [[["exit"], 3], [["stay"], 130]] as const) {
    const group = new Group(context);
    const child = await group.start(["ring", "stop", ...steps]);
    if (steps[0] === "stay") child.kill("SIGINT");
    assert.equal(exitCode(await child.result), code);
    assert.notDeepEqual(group.leftovers(), []);
  }
});

ealCase("cleanupAtExit is a boolean, and of a running EAL", ({ args }) => {
  const eal = Eal.init(args);
  assert.equal(eal.cleanupAtExit, true);
  assert.throws(() => eal.cleanupAtExit = "no" as unknown as boolean, {
    name: "TypeError",
    message: "Cannot set cleanupAtExit to no: it is a boolean",
  });
  eal.cleanupAtExit = false;
  assert.equal(eal.cleanupAtExit, false);
  assert.equal(process.listenerCount("SIGINT"), 0);
  eal.cleanupAtExit = true;
  assert.equal(process.listenerCount("SIGINT"), 1);
  eal.cleanup();
  assert.equal(process.listenerCount("SIGINT"), 0);
  assert.equal(eal.cleanupAtExit, false);
  assert.throws(() => eal.cleanupAtExit = true, { name: "DpdkError", message: /cleaned up/ });
});

test("listeners of exit find EAL at work, whenever they came", async (context) => {
  const prefix = uniquePrefix("exit");
  context.cleanup(() => removePrefix(prefix));
  const file = fileURLToPath(new URL("./scripts/exit_listener.ts", import.meta.url));
  const args = ["-l", "0", "--no-pci", "-m", "32", "--file-prefix", prefix];
  const result = await spawnScript(runtimeName, file, args).result;
  assert.equal(result.code, 7, outcome(result));
  assert.equal(result.stdout.trim(), "primary 63 7");
  assert.deepEqual(readdirSync("/dev/hugepages").filter((name) => name.startsWith(prefix)), []);
});
