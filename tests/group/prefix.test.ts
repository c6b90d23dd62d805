// What belongs to a file prefix: its hugepage files.

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { Group } from "../../mod.ts";
import { assert, test } from "../kit.ts";
import { ready, type Refusal, refusal, startEal } from "../eal/start.ts";
import { end, type Language, type Scene, scene, start } from "./scene.ts";

/** Why a primary of ours cannot have this prefix with another runtime directory. */
async function refusedElsewhere({ prefix, hugeDir }: Scene, home: string): Promise<Refusal> {
  const options = { filePrefix: prefix, hugeDir, noPci: true, memory: 16 };
  return await refusal(options, { env: { RUNTIME_DIRECTORY: home } });
}

for (const language of ["C", "TypeScript"] as readonly Language[]) {
  test(`a primary in ${language} keeps its hugepage files from one of ours with another runtime directory`, async (context) => {
    const place = scene(context, "same");
    const home = mkdtempSync("/tmp/dpdk-ts-groups-");
    context.cleanup(() => rmSync(home, { recursive: true }));
    const primary = await start(context, place, language, "primary", { tag: 4 });
    const { name, message } = await refusedElsewhere(place, home);
    assert.equal(name, "DpdkError");
    assert.match(
      message,
      new RegExp(
        `^Cannot start as the primary of file prefix "${place.prefix}": its hugepage files are ` +
          `still used \\(${place.hugeDir}/${place.prefix}map_\\d+ by pid ${primary.pid}\\), by a ` +
          "group of that prefix with another runtime directory, .*; choose another file prefix$",
      ),
    );
    const secondary = await start(context, place, "C", "secondary");
    await secondary.waitForLine(/^FOUND 4 4 16$/);
    await end(primary, "SIGKILL");
    const orphan = new RegExp(`by pid ${secondary.pid}\\), .* what is left of one`);
    assert.match((await refusedElsewhere(place, home)).message, orphan);
    await end(secondary);
    const next = startEal(
      { filePrefix: place.prefix, hugeDir: place.hugeDir, noPci: true, memory: 16 },
      { env: { RUNTIME_DIRECTORY: home } },
    );
    assert.equal((await ready(next))["processType"], "primary");
    await end(next);
  });
}

test("hugepage files that are to stay do, until they are cleaned up after", async (context) => {
  const place = scene(context, "never");
  const options = { filePrefix: place.prefix, hugeDir: place.hugeDir, noPci: true, memory: 16 };
  for (let i = 0; i < 2; i++) {
    const primary = startEal({ ...options, hugeUnlink: "never" });
    await ready(primary);
    await end(primary);
    assert.equal(readdirSync(place.hugeDir).length >= 8, true, "they are left");
  }
  const [cleaning] = Group.clean({ filePrefix: place.prefix });
  assert.deepEqual([cleaning?.failures, readdirSync(place.hugeDir)], [[], []]);
  assert.equal((cleaning?.bytes ?? 0) >= 16 * 2 ** 20, true);

  const primary = startEal(options);
  await ready(primary);
  await end(primary);
  assert.deepEqual(readdirSync(place.hugeDir), [], "otherwise a primary of ours leaves none");
});
