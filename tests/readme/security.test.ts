// What the pages on permissions and on security say of files and users, looked at.

import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Eal, mp, Ring } from "../../mod.ts";
import { homeOf, scriptCommand, spawnNobody, whyNot } from "../eal/nobody.ts";
import { assert, ealCase, outcome, ROOT, test } from "../kit.ts";

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

ealCase("a group's files are its user's, in a directory that is its user's", ({ args }) => {
  const eal = Eal.init(args);
  using _action = mp.on("here", () => {});
  const directory = eal.runtimeDirectory;
  assert.equal(modeOf(directory), "700");
  const files = readdirSync(directory).map((name) => join(directory, name));
  const plain = files.filter((path) => !statSync(path).isSocket());
  assert.equal(plain.length >= 3 && files.length > plain.length, true);
  for (const path of plain) assert.equal(modeOf(path), "600", path);
  eal.cleanup();
});

ealCase("without telemetry there is no socket of it", ({ args }) => {
  const eal = Eal.init([...args, "--no-telemetry"]);
  const names = readdirSync(eal.runtimeDirectory);
  assert.deepEqual(names.filter((name) => name.includes("telemetry")), []);
  using ring = Ring.create("there", 64);
  assert.equal(ring.capacity, 63);
});

const skip = whyNot(join(ROOT, "mod.ts"));

test("a user without rights needs nothing without hugepages", { skip }, async (context) => {
  const home = homeOf(context);
  const script = join(home, "alone.ts");
  writeFileSync(
    script,
    `import { Eal, Ring } from ${JSON.stringify(join(ROOT, "mod.ts"))};
    using eal = Eal.init({ filePrefix: "alone", noHuge: true, noPci: true, memory: 16 });
    using ring = Ring.create("here", 64);
    console.log(eal.runtimeDirectory, ring.capacity);`,
  );
  const result = await spawnNobody(home, scriptCommand(script)).result;
  assert.equal(result.code, 0, outcome(result));
  assert.equal(result.stdout.trim(), `${home}/dpdk/alone 63`);
});
