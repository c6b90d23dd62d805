// Answers that reach nobody, and handlers that fail when nobody listens for it.

import process from "node:process";
import { Eal, mp, type MpAnswer } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import type { Dialog } from "../peers/dialog.ts";
import { openEvents, primaryPeer, SECONDARY, secondaryPeer } from "./peers.ts";
import { until } from "./time.ts";

/** Handlers of some names that answer when they are told to; and what `mp.onError` was told. */
function holding(...names: string[]): {
  told: string[];
  arrived: () => number;
  answer(answer: MpAnswer): Promise<void>;
} {
  const told: string[] = [];
  let held: ((answer: MpAnswer) => void)[] = [];
  mp.onError = (error) => told.push((error as Error).message);
  for (const name of names) {
    mp.on(name, () => new Promise<MpAnswer>((resolve) => held.push(resolve)));
  }
  return {
    told,
    arrived: () => held.length,
    answer: async (answer) => {
      for (const resolve of held) resolve(answer);
      held = [];
      await new Promise((resolve) => setTimeout(resolve, 1));
    },
  };
}

async function ask(c: Dialog, arrived: () => number): Promise<void> {
  assert.deepEqual(await c.ask("async late x 50000"), ["ok"]);
  await until(() => arrived() === 1);
}

ealCase("an answer to a secondary that has left is told", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const { told, arrived, answer } = holding("late");
  for (
    const [given, call] of [[{ param: "x" }, "rte_mp_reply"], ["ignore", "sendto"]] as const
  ) {
    const c = await secondaryPeer(prefix);
    await ask(c, arrived);
    await c.end();
    await answer(given);
    assert.deepEqual(told.splice(0), [
      `Cannot answer "late": ${call} failed with ENOENT: who asked is gone`,
    ]);
  }
});

ealCase("one to a secondary that was killed is DPDK's to drop", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const { told, arrived, answer } = holding("late");
  const c = await secondaryPeer(prefix);
  await ask(c, arrived);
  const [pid] = await c.ask("pid");
  process.kill(Number(pid), "SIGKILL");
  await assert.rejects(c.ask("pid"));
  await answer({ param: "x" });
  assert.deepEqual(told, []);
  const next = await secondaryPeer(prefix);
  await ask(next, arrived);
  await answer({ param: "x" });
  assert.match((await next.ask("result"))[0]!, /^sent 1 received 1 /);
  await next.end();
});

ealCase("one to a primary that is gone is told", SECONDARY, async ({ args, prefix }) => {
  const c = await primaryPeer(prefix);
  Eal.init(args);
  const { told, arrived, answer } = holding("late");
  await ask(c, arrived);
  const [pid] = await c.ask("pid");
  process.kill(Number(pid), "SIGKILL");
  await assert.rejects(c.ask("pid"));
  await answer({ param: "x" });
  assert.deepEqual(told, [
    'Cannot answer "late": rte_mp_reply failed with ECONNREFUSED: who asked is gone',
  ]);
});

ealCase("one to a process that takes no messages is told, and holds nobody up", async (
  { args, prefix },
) => {
  using _eal = Eal.init(args);
  const { told, arrived, answer } = holding("late", "later");
  const c = await secondaryPeer(prefix);
  await c.ask("register stall stall");
  await ask(c, arrived);
  assert.deepEqual(await c.ask("async later x 50000"), ["ok"]);
  await until(() => arrived() === 2);
  mp.send({ name: "stall" });
  await c.ask("waitcount stall 1 2000");
  assert.throws(() => {
    for (let i = 0; i < 2000; i++) mp.send({ name: "note" });
  }, { code: "EAGAIN" });
  await answer({ param: "x" });
  assert.deepEqual(
    told.splice(0).sort(),
    ["late", "later"].map((name) =>
      `Cannot answer "${name}": rte_mp_reply failed with EAGAIN: ` +
      "who asked takes no messages: its queue is full"
    ),
  );
  await c.ask("unstall");
  await c.end();
});

ealCase("a handler that fails is told on the console, unless somebody listens", async (
  { args, prefix },
) => {
  using _eal = Eal.init(args);
  const { error } = console;
  const written: unknown[][] = [];
  console.error = (...args) => written.push(args);
  const failure = new Error("on purpose");
  mp.on("throw", () => {
    throw failure;
  });
  mp.on("never", () => new Promise(() => {}));
  const c = await secondaryPeer(prefix);
  const before = openEvents();
  await c.ask("sendfds throw x 2");
  await until(() => written.length > 0);
  assert.deepEqual(written, [['Cannot handle message "throw":', failure]]);
  assert.equal(openEvents(), before);
  // One that fails itself, later, is told, too.
  const second = new Error("even this");
  mp.onError = () => Promise.reject(second) as never;
  await c.ask("send throw x");
  await until(() => written.length > 1);
  assert.deepEqual(written[1], [second]);
  console.error = error;
  // One that never settles keeps its descriptors, and the others wait for nothing.
  await c.ask("sendfds never x 2");
  mp.on("echo", ({ param }) => ({ param }));
  assert.deepEqual(await c.ask("request echo x 2000"), ["sent 1 received 1", "reply echo 1 x 0"]);
  assert.equal(openEvents(), before + 2);
  await c.end();
});
