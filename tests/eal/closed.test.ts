// A group whose files this user may not read: that is no absent one.

import { assert, removePrefix, test, type TestContext, uniquePrefix } from "../kit.ts";
import { scene, start } from "../group/scene.ts";
import { ATTEMPTS, environmentOf, refusals, type Step } from "../readme/attempts.ts";
import { homeOf, scriptCommand, spawnNobody, whyNot } from "./nobody.ts";
import type { Refusal } from "./start.ts";

const skip = whyNot(ATTEMPTS);

/** Longer than any test may take. */
const FOR_EVER_MS = 3_600_000;

/** What a user without rights is refused where root has its groups. */
async function refused(context: TestContext, steps: readonly Step[]): Promise<Refusal[]> {
  const env = { ...environmentOf(steps), XDG_RUNTIME_DIR: "/var/run" };
  return refusals(await spawnNobody(homeOf(context), scriptCommand(ATTEMPTS), env).result);
}

test(
  "root's primary is not told to be none, and nobody waits for it",
  { skip },
  async (context) => {
    const { prefix: filePrefix, ...place } = scene(context, "closed");
    await start(context, { prefix: filePrefix, ...place }, "C", "primary");
    const answers = await refused(context, [
      { do: "ask for the primary", filePrefix },
      { do: "init", options: { filePrefix, processType: "auto", noPci: true } },
      { do: "init", options: { filePrefix, processType: "secondary", noPci: true } },
      { do: "attach", options: { filePrefix, waitMs: FOR_EVER_MS } },
    ]);
    const why = `this user may not read /var/run/dpdk/${filePrefix}/config; be the user of its ` +
      "primary, or root";
    const unknown =
      `Cannot tell whether file prefix "${filePrefix}" has a primary that lives: ${why}, ` +
      "or name another runtime directory (XDG_RUNTIME_DIR, RUNTIME_DIRECTORY)";
    const closed = `Cannot attach to the primary of file prefix "${filePrefix}": ${why}`;
    assert.deepEqual(answers.map(({ message }) => message), [unknown, unknown, closed, closed]);
    for (const { name, code } of answers) assert.deepEqual([name, code], ["DpdkError", "EACCES"]);
  },
);

test(
  "nor may a user start a primary there, or see that there is none",
  { skip },
  async (context) => {
    const filePrefix = uniquePrefix("closed");
    context.cleanup(() => removePrefix(filePrefix));
    const answers = await refused(context, [
      { do: "ask for the primary", filePrefix },
      { do: "init", options: { filePrefix, noPci: true, noHuge: true, memory: 16 } },
    ]);
    assert.deepEqual(answers.map(({ code }) => code), ["EACCES", "EACCES"]);
    assert.match(answers[1]!.message, /this user may not write there/);
  },
);

test("in their own directory they see that there is none", { skip }, async (context) => {
  const env = environmentOf([{ do: "ask for the primary", filePrefix: uniquePrefix("closed") }]);
  const { stdout } = await spawnNobody(homeOf(context), scriptCommand(ATTEMPTS), env).result;
  assert.equal(stdout, "DONE\n");
});
