// What a watch tells of a living group is what the group did.

import { type Flow, Inspector, Watch } from "../../mod.ts";
import { assert, test } from "../kit.ts";
import { inspected } from "./outside.ts";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("rates are what went through, by C's own count", async (context) => {
  const group = await inspected(context);
  await group.ask("ring ring 64 3");
  const inspector = Inspector.open({ filePrefix: group.prefix });
  const watch = new Watch();
  watch.next(inspector.snapshot());
  await group.ask("waver ring 500");
  let [came, went, most] = [0, 0, 0];
  const look = () => {
    const { rings: [flow], elapsedMs } = watch.next(inspector.snapshot());
    came += flow!.inRate * elapsedMs / 1000;
    went += flow!.outRate * elapsedMs / 1000;
    most = Math.max(most, flow!.highWater);
  };
  for (let i = 0; i < 10; i++) {
    await pause(50);
    look();
  }
  const [rounds = "0"] = await group.ask("stop");
  look();
  assert.equal(Number(rounds) > 10, true, `${rounds} rounds`);
  assert.deepEqual([came, went].map(Math.round), [Number(rounds), Number(rounds)]);
  assert.equal(most <= 1, true);
});

test("a pool that loses objects is told, one whose objects wait in a ring is not", async (context) => {
  const group = await inspected(context);
  for (const name of ["leaks", "sends"]) await group.ask(`pool ${name} 1023 0`);
  await group.ask("ring ring 1024 0");
  const inspector = Inspector.open({ filePrefix: group.prefix });
  const watch = new Watch({ leakWindowMs: 50, leakWindows: 4 });
  let flow: Flow | undefined;
  // A window has sixteen looks at least.
  for (let i = 0; i < 120; i++) {
    // First what is sent: the peer sends what it got last.
    await group.ask("get sends 3");
    await group.ask("send ring 3");
    await group.ask("get leaks 2");
    flow = watch.next(inspector.snapshot());
    await pause(4);
  }
  const [leaks, sends] = flow!.mempools;
  assert.equal(leaks!.leak !== undefined && leaks!.leak.objects > 0, true, "the leak is told");
  assert.equal(leaks!.mempool.inUse, 240);
  assert.deepEqual([sends!.leak, sends!.mempool.inUse, sends!.inRings], [undefined, 360, 360]);
});

test("a pool that has run out is told, as long as its objects are in no ring", async (context) => {
  const group = await inspected(context);
  for (const name of ["leaks", "sends"]) await group.ask(`pool ${name} 255 0`);
  await group.ask("ring ring 1024 0");
  const inspector = Inspector.open({ filePrefix: group.prefix });
  const watch = new Watch({ leakWindowMs: 50 });
  await group.ask("get sends 255");
  await group.ask("send ring 255");
  await group.ask("get leaks 255");
  let flow: Flow | undefined;
  for (let i = 0; i < 60; i++) {
    flow = watch.next(inspector.snapshot());
    await pause(4);
  }
  const [leaks, sends] = flow!.mempools;
  assert.deepEqual([leaks!.leak?.empty, leaks!.leak?.objects], [true, 255]);
  assert.deepEqual([sends!.leak, sends!.mempool.available], [undefined, 0]);
});

test("an end that somebody left half-way is told, and is told no more when it goes on", async (context) => {
  const group = await inspected(context);
  await group.ask("ring ring 64 0");
  await group.ask("fill ring 5");
  await group.ask("half ring 2");
  const inspector = Inspector.open({ filePrefix: group.prefix });
  const watch = new Watch({ stuckAfterMs: 100 });
  assert.deepEqual(watch.next(inspector.snapshot()).rings[0]!.stuck, []);
  await pause(150);
  const [ring] = watch.next(inspector.snapshot()).rings;
  assert.deepEqual(ring!.stuck.map(({ side, elements }) => [side, elements]), [["prod", 2]]);
  assert.equal(ring!.stuck[0]!.forMs >= 100, true);
  await group.ask("whole ring");
  assert.deepEqual(watch.next(inspector.snapshot()).rings[0]!.stuck, []);
});
