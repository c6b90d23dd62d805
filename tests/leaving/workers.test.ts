// Workers of a process that leaves: no memory goes from under one that is at work, and one that exits
// takes nothing with it.

import { assert, describe, outcome, test } from "../kit.ts";
import { exitCode, Group } from "./group.ts";

describe("while a Worker is at work, its process leaves", () => {
  const ways = {
    "by process.exit": { steps: ["exit"], code: 3 },
    "by Deno.exit": { steps: ["Deno.exit"], code: 3 },
    "by an exception in a timer": { steps: ["throw later"], code: 1 },
    "by SIGINT": { steps: ["stay"], signal: "SIGINT", code: 130 },
    "by Eal.cleanup, and goes on": { steps: ["clean up", "stay"], signal: "SIGTERM", code: 143 },
  } as const;
  for (const [name, way] of Object.entries(ways)) {
    test(name, async (context) => {
      const group = new Group(context);
      const child = await group.start(["ring", "answer", "worker", ...way.steps]);
      await child.waitForLine(/^AT WORK$/);
      if ("signal" in way) child.kill(way.signal);
      const result = await child.result;
      assert.equal(exitCode(result), way.code, outcome(result));
      assert.deepEqual(group.leftovers(), []);
      await group.startsAgain();
    });
  }
});

test("a Worker that exits leaves the process in its group", async (context) => {
  const group = new Group(context);
  const child = await group.start(["ring", "worker exits", "stay"]);
  await child.waitForLine(/^STILL true$/);
  const secondary = await group.secondary(["exit"]);
  assert.equal((await secondary.result).code, 3);
  child.kill("SIGTERM");
  const result = await child.result;
  assert.equal(exitCode(result), 143, outcome(result));
  assert.deepEqual(group.leftovers(), []);
});
