// The soak of examples/fstack finds what somebody holds who was not killed.

import { join } from "node:path";
import { assert, outcome, ROOT, runtimeName, spawnScript, test } from "../kit.ts";
import { OPTIONS, soak, TEST_MS } from "./soak_fstack.ts";

test("what a living process leaks is found", { timeoutMs: TEST_MS }, async (context) => {
  const [child, prefix] = soak(context, "0.4", 1);
  await child.waitForLine(/^soaks$/, TEST_MS);
  child.kill("SIGSTOP"); // it cannot account before there is something to find
  const script = join(ROOT, "tests", "tools", "scripts", "hold_objects.ts");
  const thief = spawnScript(runtimeName, script, [prefix, "ff_msg_pool", "mbuf_pool_0"], OPTIONS);
  context.cleanup(async () => {
    thief.kill("SIGKILL");
    await thief.result;
  });
  await thief.waitForLine(/^holds$/, TEST_MS);
  child.kill("SIGCONT");
  const result = await child.result;
  assert.equal(result.code, 1, outcome(result));
  assert.match(
    result.stderr,
    /^round 1: 1 of "ff_msg_pool" are nowhere, and no killed process had them$/m,
  );
  assert.match(
    result.stderr,
    /^round 1: \d+ of "mbuf_pool_0" are nowhere, and no killed process had them$/m,
  );
});
