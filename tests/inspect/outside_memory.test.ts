// However a primary keeps its memory, it is found; and what is in it outlives the primary.

import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { Eal, Group, Inspector, Ring } from "../../mod.ts";
import { assert, compilePeer, ealCase, outcome, spawnProgram, test } from "../kit.ts";
import { legacyMount, mounted } from "../faults/mounts.ts";
import { inspected, inspectedOf, outsider } from "./outside.ts";

const WAYS: readonly (readonly [name: string, args: readonly string[]])[] = [
  ["a file for each page", []],
  ["--single-file-segments", ["--single-file-segments"]],
  ["--legacy-mem", ["--legacy-mem"]],
  ["--huge-unlink", ["--huge-unlink"]],
  ["--no-huge", ["--no-huge", "-m", "32"]],
  ["a base address of its own", ["--base-virtaddr=0x700000000000"]],
];

for (const [name, args] of WAYS) {
  test(`a primary with ${name} is looked into`, async (context) => {
    const group = await inspected(context, [...args, ...legacyMount(context, args)]);
    const [address] = await group.ask("ring ring 1024 0");
    await group.ask("fill ring 700");
    await group.ask("pool pool 500 16");
    const [got = ""] = await group.ask("get pool 40");
    const outside = await outsider(context, group.prefix);
    const { rings, mempools, problems, memory } = await outside.snapshot();
    assert.deepEqual(problems, []);
    const ring = rings.find((one) => one.name === "ring")!;
    assert.equal(ring.address, Number(address));
    assert.deepEqual([ring.count, ring.capacity], [700, 1023]);
    assert.equal(mempools[0]!.inUse, 40);
    assert.equal(mempools[0]!.available, Number(got.split(" ")[1]));
    const messages = await outside.ask("messages ring 700") as { address: number }[];
    assert.deepEqual(
      messages.map((one) => one.address),
      Array.from({ length: 700 }, (_, i) => i + 1),
    );
    assert.equal(memory.reduce((sum, { used }) => sum + used, 0) >= 16 * 2 ** 20, true);
  });
}

// In mounts of their own: a primary that starts removes the files of dead groups from its mount.
test("what was in the rings of a group is seen after all of it was killed", async (context) => {
  const mount = mounted(context, "hugetlbfs", "pagesize=2M");
  const group = await inspected(context, [`--huge-dir=${mount}`]);
  context.cleanup(() => removeFilesIn(mount));
  await group.ask("ring ring 64 0");
  await group.ask("pool pool 63 8");
  await group.ask("get pool 20");
  await group.ask("send ring 12");
  await group.ask("half ring 3");
  const outside = await outsider(context, group.prefix);
  const before = await outside.snapshot();
  group.child.kill("SIGKILL");
  await group.child.result;
  const { state, processes, rings, mempools, memzones, problems } = await outside.snapshot();
  assert.equal(state, "dead");
  assert.deepEqual(processes, []);
  assert.deepEqual(problems, []);
  assert.deepEqual([rings, mempools, memzones], [before.rings, before.mempools, before.memzones]);
  const ring = rings.find(({ name }) => name === "ring")!;
  assert.deepEqual([ring.count, ring.prod.head - ring.prod.tail], [12, 3]);
  const messages = await outside.ask("messages ring 64 20") as {
    summary: string;
    mempool: string;
  }[];
  assert.deepEqual(
    messages.map(({ summary, mempool }) => `${mempool}: ${summary}`),
    Array.from({ length: 12 }, (_, i) => `pool: "message ${i}"`),
  );
});

function removeFilesIn(directory: string): void {
  for (const name of readdirSync(directory)) rmSync(join(directory, name));
}

test("of a group that has ended in order, what is gone is told", async (context) => {
  const group = await inspected(context);
  await group.ask("ring ring 64 0");
  const outside = await outsider(context, group.prefix);
  await outside.snapshot();
  group.child.stdin.end();
  await group.child.result;
  for (const name of readdirSync("/dev/hugepages")) {
    if (name.startsWith(`${group.prefix}map_`)) rmSync(join("/dev/hugepages", name));
  }
  const { state, problems, rings } = await outside.snapshot();
  assert.deepEqual([state, rings], ["dead", []]);
  assert.deepEqual(problems, ["its hugepage files are gone, and what was in its memory with them"]);
});

test("so it is of one whose tailqs are empty", async (context) => {
  const group = await inspected(context);
  await group.ask("grow 0 8");
  const outside = await outsider(context, group.prefix);
  assert.deepEqual((await outside.snapshot()).problems, []);
  group.child.stdin.end();
  await group.child.result;
  for (const name of readdirSync("/dev/hugepages")) {
    if (name.startsWith(`${group.prefix}map_`)) rmSync(join("/dev/hugepages", name));
  }
  assert.match((await outside.snapshot()).problems.join(), /^its hugepage files are gone/);
});

test("a primary that is killed and started anew is seen as it is now", async (context) => {
  const own = [`--huge-dir=${mounted(context, "hugetlbfs", "pagesize=2M")}`];
  const first = await inspected(context, own);
  await first.ask("ring before 64 0");
  const outside = await outsider(context, first.prefix);
  const names = async () => (await outside.snapshot()).rings.map(({ name }) => name);
  assert.deepEqual(await names(), ["before"]);
  first.child.kill("SIGKILL");
  await first.child.result;
  assert.deepEqual(await names(), ["before"]);
  const second = await inspectedOf(context, first.prefix, own);
  assert.deepEqual(await names(), []);
  await second.ask("ring after 64 0");
  const snapshot = await outside.snapshot();
  assert.deepEqual(snapshot.rings.map(({ name }) => name), ["after"]);
  assert.deepEqual(snapshot.processes.map(({ pid }) => pid), [second.child.pid]);
});

test("memory that is added and given back is seen, with what lies in it", async (context) => {
  const group = await inspected(context);
  const outside = await outsider(context, group.prefix);
  const used = async () =>
    (await outside.snapshot()).memory.reduce((sum, list) => sum + list.used, 0);
  const before = await used();
  assert.deepEqual(await group.ask("grow 0 64"), ["1"]);
  const grown = await used();
  assert.equal(grown >= before + 64 * 2 ** 20, true, `${before} and 64 MiB are ${grown}`);
  await group.ask("ring behind 65536 0");
  await group.ask("fill behind 60000");
  await group.ask("shrink 0");
  const snapshot = await outside.snapshot();
  assert.equal(snapshot.memory.reduce((sum, list) => sum + list.used, 0) < grown, true);
  assert.equal(snapshot.rings[0]!.count, 60000);
  const [list] = snapshot.memory.filter(({ pages }) => pages > 0);
  const total = list!.segments.reduce((sum, { length }) => sum + length, 0);
  assert.equal(total, list!.used);
});

ealCase("a primary that looks into its own group keeps its lock", async (context) => {
  const { args, prefix } = context;
  {
    using _eal = Eal.init(args);
    using _ring = Ring.create("own", 64);
    for (let i = 0; i < 3; i++) {
      const { rings } = Inspector.open({ filePrefix: prefix }).snapshot();
      assert.deepEqual(rings.map(({ name, count }) => [name, count]), [["own", 0]]);
    }
    const held = Group.list({ filePrefix: prefix })[0]!;
    assert.deepEqual([held.state, held.primary!.pid], ["running", process.pid]);
    // Another primary is refused: the lock is there.
    const second = spawnProgram(compilePeer("inspected"), [
      ...["-l", "0", "--no-pci", "--no-telemetry", "--file-prefix", prefix],
    ]);
    second.stdin.end();
    const result = await second.result;
    assert.notEqual(result.code, 0, outcome(result));
  }
});
