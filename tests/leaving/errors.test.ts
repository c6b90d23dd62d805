// An error that somebody caught ends nothing.

import { assert, describe, outcome, runtimeName, test } from "../kit.ts";
import { exitCode, Group } from "./group.ts";

describe("an error that the script catches leaves EAL running", () => {
  for (const thrown of ["throw later", "reject"]) {
    test(`by process.on: ${thrown}`, {
      skip: runtimeName === "bun" && thrown === "reject"
        ? "Bun ends the script of a rejection all the same"
        : undefined,
    }, async (context) => {
      const group = new Group(context);
      const child = await group.start(["ring", "catch", thrown]);
      await child.waitForLine(/^CAUGHT true$/);
      child.kill("SIGTERM");
      const result = await child.result;
      assert.equal(exitCode(result), 143, outcome(result));
      assert.deepEqual(group.leftovers(), []);
    });

    test(`by events: ${thrown}`, {
      skip: runtimeName === "bun" ? "Bun has no such events" : undefined,
    }, async (context) => {
      const group = new Group(context);
      const child = await group.start(["before prevent errors", "ring", thrown]);
      await child.waitForLine(/^CAUGHT true$/);
      child.kill("SIGTERM");
      const result = await child.result;
      assert.equal(exitCode(result), 143, outcome(result));
      assert.deepEqual(group.leftovers(), []);
    });
  }
});
