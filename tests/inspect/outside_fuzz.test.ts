// Whatever a group's files hold, there is an answer or an error, soon, and never a crash.

import { rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { DpdkError, Inspector, type Snapshot } from "../../mod.ts";
import { assert, test, type TestContext } from "../kit.ts";
import { randomIntegers } from "../ring/modes.ts";
import { type Copy, filesOf, layDown } from "./copies.ts";
import { inspected } from "./outside.ts";

const ROUNDS = 150;
const HUGEPAGE = 2 ** 21;

async function copyOfGroup(context: TestContext): Promise<Copy> {
  const group = await inspected(context);
  for (const [i, flags] of [0, 3, 0x18, 0x60].entries()) {
    await group.ask(`ring ring_${i} 64 ${flags}`);
    await group.ask(`fill ring_${i} ${i * 20}`);
  }
  await group.ask("pool pool 255 16");
  await group.ask("get pool 40");
  await group.ask("send ring_0 30");
  return layDown(context, group.prefix, filesOf(group.prefix));
}

/** Everything that can be asked of a group; its errors are answers, too. */
function askAll(options: Copy["options"]): Snapshot | undefined {
  try {
    const inspector = Inspector.open(options);
    const snapshot = inspector.snapshot();
    for (const { name } of snapshot.rings.slice(0, 8)) inspector.messages(name);
    JSON.stringify(snapshot);
    return snapshot;
  } catch (error) {
    if (error instanceof DpdkError) return undefined;
    throw error;
  }
}

/** Places in a page where anything is, so that changes hit something. */
function places(bytes: Uint8Array): number[] {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  const found: number[] = [];
  words.forEach((word, i) => word !== 0 && found.push(4 * i));
  return found;
}

test("a copy of a group's files is as good as the group", async (context) => {
  const { options } = await copyOfGroup(context);
  const snapshot = askAll(options)!;
  assert.deepEqual(snapshot.problems, []);
  assert.deepEqual(
    snapshot.rings.filter(({ mempool }) => mempool === undefined).map(({ name, count }) =>
      `${name} ${count}`
    ),
    ["ring_0 30", "ring_1 20", "ring_2 40", "ring_3 60"],
  );
  assert.equal(snapshot.mempools[0]!.inUse, 40);
  assert.deepEqual(snapshot.rings.find(({ name }) => name === "ring_0")!.holds, [
    { mempool: "pool", count: 30 },
  ]);
});

test(
  "changed bytes anywhere give an answer or an error",
  { timeoutMs: 240_000 },
  async (context) => {
    const { options, files } = await copyOfGroup(context);
    const whole = askAll(options)!;
    const random = randomIntegers(20_261_126);
    const all = [...files].map(([path, bytes]) => ({ path, bytes, where: places(bytes) }))
      .filter(({ where }) => where.length > 0)
      .sort((a, b) =>
        Number(/config$|memzone$/.test(b.path)) - Number(/config$|memzone$/.test(a.path))
      );
    const outcomes = { same: 0, other: 0, error: 0 };
    let slowest = 0;
    for (let round = 0; round < ROUNDS; round++) {
      // The config and the table of memzones more often than pages, which hold mostly objects.
      const { path, bytes, where } = all[random(random(2) === 0 ? 2 : all.length)]!;
      const changed = Uint8Array.from(bytes);
      for (let i = 0; i <= random(6); i++) {
        const place = random(4) === 0 ? 4 * random(12) : where[random(where.length)]! + random(8);
        const at = Math.min(place, changed.length - 8);
        const value = [0, 255, random(256), changed[random(changed.length)]!][random(4)]!;
        changed.fill(value, at, at + [1, 2, 4, 8][random(4)]!);
      }
      writeFileSync(path, changed);
      const start = performance.now();
      const snapshot = askAll(options);
      slowest = Math.max(slowest, performance.now() - start);
      if (snapshot === undefined) outcomes.error++;
      else if (JSON.stringify(snapshot.rings) === JSON.stringify(whole.rings)) outcomes.same++;
      else outcomes.other++;
      writeFileSync(path, bytes);
    }
    // The changes did hit something; and nothing was followed for ever.
    assert.equal(outcomes.error > 0 && outcomes.other > 0, true, JSON.stringify(outcomes));
    assert.equal(slowest < 20_000, true, `one took ${slowest} ms`);
    assert.deepEqual(askAll(options)!.rings, whole.rings);
  },
);

test("files that are cut off or not there give an answer or an error", async (context) => {
  const { options, files } = await copyOfGroup(context);
  const random = randomIntegers(7);
  for (const [path, bytes] of files) {
    const { size } = statSync(path);
    for (const length of [0, random(size), Math.min(size - 1, HUGEPAGE - 4096)]) {
      truncateSync(path, length);
      askAll(options);
      writeFileSync(path, bytes);
    }
    rmSync(path);
    askAll(options);
    writeFileSync(path, bytes);
  }
  assert.deepEqual(askAll(options)!.problems, []);
});

test("tailqs that go in circles, and long lists of memory, come to an end", async (context) => {
  const { options, files } = await copyOfGroup(context);
  const whole = askAll(options)!;
  const [config, bytes] = [...files].find(([path]) => path.endsWith("/config"))!;
  const { entries } = whole.tailqs.find(({ name }) => name === "RTE_RING")!;
  const changed = new DataView(Uint8Array.from(bytes).buffer);
  // Every head begins with the last entry of the rings.
  for (let at = 0; at + 8 <= changed.byteLength; at += 8) {
    if (changed.getBigUint64(at, true) !== BigInt(entries[0]!.address)) continue;
    changed.setBigUint64(at, BigInt(entries.at(-1)!.address), true);
  }
  writeFileSync(config, new Uint8Array(changed.buffer));
  assert.match(askAll(options)!.problems.join(), /tailq RTE_RING does not end where it should/);
});
