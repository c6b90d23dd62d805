// An error that somebody caught ends nothing.

import { assert, describe, outcome, runtimeName, test } from "../kit.ts";
import { exitCode, Group } from "./group.ts";

/**
 * What a script can catch, and how. Bun ends the script of a rejection whatever listens, and has no
 * events for errors.
 */
const CAUGHT: readonly (readonly [how: string, thrown: string, steps: readonly string[]])[] =
  runtimeName === "bun" ? [["process.on", "throw later", ["ring", "catch"]]] : [
    ["process.on", "throw later", ["ring", "catch"]],
    ["process.on", "reject", ["ring", "catch"]],
    ["events", "throw later", ["before prevent errors", "ring"]],
    ["events", "reject", ["before prevent errors", "ring"]],
  ];

describe("an error that the script catches leaves EAL running", () => {
  for (const [how, thrown, steps] of CAUGHT) {
    test(`by ${how}: ${thrown}`, async (context) => {
      const group = new Group(context);
      const child = await group.start([...steps, thrown]);
      await child.waitForLine(/^CAUGHT true$/);
      child.kill("SIGTERM");
      const result = await child.result;
      assert.equal(exitCode(result), 143, outcome(result));
      assert.deepEqual(group.leftovers(), []);
    });
  }
});
