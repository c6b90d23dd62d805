// A tailq of an application's own, with C, Deno and Bun in both roles. This file runs once on each
// runtime: each run has half of the groups.

import { fileURLToPath } from "node:url";
import {
  assert,
  removePrefix,
  type Runtime,
  runtimeName,
  spawnProgram,
  spawnScript,
  test,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import { type Dialog, dialogProgram, talk } from "../peers/dialog.ts";

type Language = "c" | Runtime;

const SCRIPT = fileURLToPath(new URL("./scripts/counters.ts", import.meta.url));

/** Primary, and two secondaries. */
const GROUPS: Readonly<Record<Runtime, readonly (readonly [Language, Language, Language])[]>> = {
  deno: [["deno", "c", "bun"], ["c", "deno", "deno"]],
  bun: [["bun", "c", "deno"], ["c", "bun", "bun"]],
};

/** More than a group has memzones. */
const MANY = 3000;

async function member(
  { cleanup }: TestContext,
  prefix: string,
  language: Language,
  lcore: number,
): Promise<Dialog & { readonly pid: number }> {
  const role = lcore === 0
    ? ["--proc-type=primary", "-m", "64", "--base-virtaddr=0x600000000000"]
    : ["--proc-type=secondary"];
  const usual = [`--lcores=${lcore}@0`, "--no-pci", "--no-telemetry", "--file-prefix", prefix];
  const options = { timeoutMs: 110_000 };
  const child = language === "c"
    ? spawnProgram(dialogProgram("counters"), [...usual, ...role], options)
    : spawnScript(language, SCRIPT, [...usual, ...role], options);
  cleanup(() => child.kill("SIGKILL"));
  return { ...await talk(child), pid: child.pid };
}

for (const languages of GROUPS[runtimeName]) {
  const title = languages.join(", ");
  test(
    `${title} share objects on a tailq of their own`,
    { timeoutMs: 110_000 },
    async (context) => {
      const prefix = uniquePrefix("tailq");
      context.cleanup(() => removePrefix(prefix));
      const members = [];
      for (const [i, one] of languages.entries()) {
        members.push(await member(context, prefix, one, i));
      }
      const [primary, second, third] = members as [
        typeof members[0],
        typeof members[0],
        typeof members[0],
      ];

      // Each puts one there, and each sees all.
      for (const [i, one] of members.entries()) {
        assert.deepEqual(await one.ask(`add own-${i}`), ["0"]);
      }
      const lines = members.map(({ pid }, i) => `own-${i} ${pid} 0`);
      for (const one of members) assert.deepEqual(await one.ask("all"), lines);
      // A name is there once, whoever asks.
      for (const one of members) assert.deepEqual(await one.ask("add own-1"), ["-17"]);
      // All count on one variable.
      for (const [i, one] of members.entries()) {
        assert.deepEqual(await one.ask("count own-2 5"), [`${5 * i}`]);
      }
      for (const one of members) assert.deepEqual(await one.ask("count none 1"), ["none"]);

      // Whoever takes one off, the rest is whole: from the middle, the front and the end.
      assert.deepEqual(await third.ask("drop own-1"), ["0"]);
      assert.deepEqual(await primary.ask("drop own-1"), ["-2"]);
      assert.deepEqual(await second.ask("drop own-0"), ["0"]);
      const left = [`own-2 ${third.pid} 15`];
      for (const one of members) assert.deepEqual(await one.ask("all"), left);
      assert.deepEqual(await primary.ask("drop own-2"), ["0"]);
      for (const one of members) assert.deepEqual(await one.ask("all"), []);
      assert.deepEqual(await second.ask("add again"), ["0"]);

      // All at once, more than there can be memzones; none is lost, and no link is wrong.
      const filled = await Promise.all(
        members.map((one, i) => one.ask(`fill at-${i} ${MANY / 3}`)),
      );
      assert.deepEqual(filled, [["0"], ["0"], ["0"]]);
      const c = members[languages.indexOf("c")]!;
      const all = (await c.ask("all")).map((line) => line.split(" ")[0]!);
      assert.equal(all.length, MANY + 1);
      const expected = [0, 1, 2].flatMap((i) =>
        Array.from({ length: MANY / 3 }, (_, n) => `at-${i}-${n}`)
      );
      assert.deepEqual([...all].sort(), ["again", ...expected].sort());
      assert.deepEqual((await c.ask("all")).filter((line) => line.includes("BROKEN")), []);

      for (const one of members.reverse()) await one.end();
    },
  );
}
