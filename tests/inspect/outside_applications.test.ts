// Applications that know nothing of being looked into: dpdk-testpmd, a stack of many processes, and our
// own examples.

import { join } from "node:path";
import { Group } from "../../mod.ts";
import {
  assert,
  removePrefix,
  ROOT,
  runtimeName,
  spawnPeer,
  spawnProgram,
  spawnScript,
  test,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import { outsider } from "./outside.ts";

function takePrefix({ cleanup }: TestContext): string {
  const prefix = uniquePrefix("applications");
  cleanup(() => removePrefix(prefix));
  return prefix;
}

const usual = (
  prefix: string,
) => ["--no-pci", "--no-telemetry", "--file-prefix", prefix, "-m", "128"];

test("dpdk-testpmd forwarding between rings", async (context) => {
  const prefix = takePrefix(context);
  const testpmd = spawnProgram("dpdk-testpmd", [
    ...["-l", "0,1", ...usual(prefix), "--vdev=net_ring0", "--vdev=net_ring1"],
    ...["--", "--total-num-mbufs=4096", "-i"],
  ]);
  context.cleanup(() => testpmd.result);
  context.cleanup(() => testpmd.stdin.write("quit\n"));
  await testpmd.waitForLine(/Checking link statuses/);
  testpmd.stdin.write("start tx_first 2\n");
  const outside = await outsider(context, prefix);
  let snapshot = await outside.snapshot();
  // The ports' rings move as long as it forwards, whatever they are called.
  const moved = async () => {
    const before = new Map(snapshot.rings.map(({ name, prod }) => [name, prod.tail]));
    snapshot = await outside.snapshot();
    return snapshot.rings.filter(({ name, prod }) => prod.tail !== before.get(name)).length;
  };
  let most = 0;
  for (let i = 0; i < 100 && most === 0; i++) most = await moved();
  assert.equal(most > 0, true, `nothing moves in ${snapshot.rings.map((r) => r.name)}`);
  assert.deepEqual(snapshot.problems, []);
  // 64 packets go round, as fast as they can, in rings of 1,024: no look sees many more.
  const counts: number[] = [];
  for (let i = 0; i < 60; i++) {
    const { rings } = await outside.snapshot();
    counts.push(...rings.filter(({ mempool }) => mempool === undefined).map((ring) => ring.count));
  }
  const far = counts.filter((count) => count > 64 + 32).length;
  assert.equal(far <= counts.length / 20, true, `${far} of ${counts.length}: ${counts}`);
  const pool = snapshot.mempools.find(({ name }) => name.startsWith("mb_pool"))!;
  assert.equal(pool.populatedSize, 4096);
  assert.equal(pool.available! > 0 && pool.available! <= 4096, true);
  assert.deepEqual(snapshot.processes.map(({ role, lcoreIds }) => [role, lcoreIds]), [
    ["primary", [0, 1]],
  ]);
});

test("a stack of many processes, with messages in a ring", async (context) => {
  const prefix = takePrefix(context);
  const stack = spawnPeer("fstack_like", ["-l", "0", ...usual(prefix)]);
  context.cleanup(() => stack.result);
  context.cleanup(() => stack.stdin.end());
  await stack.waitForLine(/^READY$/);
  const outside = await outsider(context, prefix);
  const { rings, mempools, problems } = await outside.snapshot();
  assert.deepEqual(problems, []);
  const named = (pattern: RegExp) => rings.filter(({ name }) => pattern.test(name));
  assert.equal(named(/^ff_msg_ring_out_/).length, 18);
  assert.deepEqual(
    named(/^dispatch_ring/).map(({ capacity, prod, cons }) => ({
      ...{ capacity, prod: prod.sync, cons: cons.sync },
    })),
    Array(2).fill({ capacity: 2047, prod: "MT", cons: "ST" }),
  );
  assert.deepEqual(named(/_in_1$/).map(({ count, holds }) => ({ count, holds })), [
    { count: 3, holds: [{ mempool: "ff_msg_pool", count: 3 }] },
  ]);
  assert.equal(mempools.find(({ name }) => name === "ff_msg_pool")!.inUse, 3);
  const seen = await outside.ask("messages ff_msg_ring_in_1 8 4") as { bytes: number[] }[];
  assert.deepEqual(seen.map(({ bytes }) => bytes), [[1, 0, 0, 0], [2, 0, 0, 0], [3, 0, 0, 0]]);
});

test("simple_mp of the examples, both processes", async (context) => {
  const prefix = takePrefix(context);
  const start = (role: string, lcore: string) => {
    const child = spawnScript(runtimeName, join(ROOT, "examples", "simple_mp.ts"), [
      ...["--lcores", lcore, ...usual(prefix).slice(0, 4), `--proc-type=${role}`],
    ]);
    context.cleanup(() => child.result);
    context.cleanup(() => child.stdin.end("quit\n"));
    return child;
  };
  const primary = start("primary", "0@0");
  for (let i = 0; i < 200 && Group.list({ filePrefix: prefix })[0]?.state !== "running"; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const secondary = start("secondary", "1@0");
  await secondary.waitForLine(/core|simple_mp|Starting/i);
  const outside = await outsider(context, prefix);
  const snapshot = await outside.snapshot();
  assert.deepEqual(snapshot.processes.map(({ pid, lcoreIds }) => [pid, lcoreIds]), [
    [primary.pid, [0]],
    [secondary.pid, [1]],
  ]);
  const names = snapshot.rings.filter(({ mempool }) => mempool === undefined).map((r) => r.name);
  assert.deepEqual(names.sort(), ["PRI_2_SEC", "SEC_2_PRI"]);
  assert.equal(snapshot.mempools[0]!.name, "MSG_POOL");
});
