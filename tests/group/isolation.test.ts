import { assert, test } from "../kit.ts";
import { end, groupOf, type Language, scene, start } from "./scene.ts";

const MIB = 2 ** 20;

test("three groups at once, in C and TypeScript, share nothing, and each keeps its limit", async (context) => {
  const plan: readonly (readonly [Language, Language, tag: number, limit: number])[] = [
    ["C", "TypeScript", 3, 32],
    ["TypeScript", "C", 5, 40],
    ["TypeScript", "TypeScript", 7, 48],
  ];
  const groups = plan.map(([, , tag]) => scene(context, `three${tag}`));
  const running = [];
  for (const [i, [language, , tag, limit]] of plan.entries()) {
    const primary = await start(context, groups[i]!, language, "primary", { tag, limit });
    const [, taken] = await primary.waitForLine(/^TOOK (\d+) ENOMEM$/);
    assert.equal(Number(taken) > 0, true, "there was memory before the limit");
    running.push(primary);
  }
  for (const [i, [, , , limit]] of plan.entries()) {
    const { hugepageBytes, state } = groupOf(groups[i]!);
    assert.equal(state, "running");
    assert.equal(hugepageBytes <= limit * MIB, true, `${hugepageBytes} bytes of ${limit} MiB`);
    assert.equal(hugepageBytes > (limit - 8) * MIB, true, "most of what it may have");
  }
  for (const [i, [, language, tag]] of plan.entries()) {
    const secondary = await start(context, groups[i]!, language, "secondary", { tag });
    await secondary.waitForLine(new RegExp(`^FOUND ${tag} ${tag} ${tag * tag}$`));
    running.push(secondary);
  }
  for (const child of running.reverse()) await end(child);
});
