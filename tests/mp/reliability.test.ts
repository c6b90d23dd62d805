import { symlinkSync, unlinkSync } from "node:fs";
import process from "node:process";
import { requestsGoOn } from "../../ffi/mp/library.ts";
import { Eal, mp } from "../../mod.ts";
import { assert, type CaseContext, ealCase } from "../kit.ts";
import { ended, primaryPeer, SECONDARY, secondaryPeer, secondaryThat } from "./peers.ts";
import { assertInOrder, busy, sleep, until } from "./time.ts";

ealCase("10,000 messages to a busy primary arrive, all and in order", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const seen: number[] = [];
  mp.on("flood", ({ text }) => void seen.push(Number(text)));
  const c = await secondaryPeer(prefix);
  const sent = c.ask("send flood x 10000");
  await sleep(1);
  const before = seen.length;
  busy(1000);
  assert.equal(seen.length, before, "nothing is handled while the script does not yield");
  assert.ok(mp.waiting > 0);
  assert.deepEqual(await sent, ["sent 10000"]);
  await until(() => seen.length >= 10_000);
  assertInOrder(seen, 10_000);
  assert.equal(mp.dropped, 0);
  await c.end();
});

ealCase("and to a busy secondary, with an asynchronous handler", SECONDARY, async (
  { args, prefix },
) => {
  const c = await primaryPeer(prefix);
  Eal.init(args);
  const seen: number[] = [];
  mp.on("flood", async ({ text }) => {
    seen.push(Number(text));
    await sleep(1);
  });
  const sent = c.ask("send flood x 10000");
  await sleep(1);
  busy(1000);
  assert.deepEqual(await sent, ["sent 10000"]);
  await until(() => seen.length >= 10_000);
  assertInOrder(seen, 10_000);
});

ealCase("secondaries come and go while a primary polls without a pause", async (
  { args, prefix },
) => {
  using _eal = Eal.init(args);
  const seen: string[] = [];
  mp.on("note", ({ text }) => void seen.push(text));
  await secondaryThat(prefix, "pid").result;
  const children = [0, 1, 2].map((i) => secondaryThat(prefix, `send note from-${i} `));
  await sleep(1);
  busy(30_000, () => children.every(({ pid }) => ended(pid)));
  assert.equal(children.every(({ pid }) => ended(pid)), true, "they are through meanwhile");
  assert.deepEqual(seen, [], "and what they sent waits");
  for (const child of children) assert.equal((await child.result).code, 0);
  await until(() => seen.length === 3);
  assert.deepEqual(seen.sort(), ["from-0", "from-1", "from-2"]);
});

ealCase("a script that never yields answers by mp.poll", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  let asked = 0;
  mp.on("ask", ({ param }) => {
    asked++;
    return { param };
  });
  const child = secondaryThat(prefix, "request ask # 5000 500");
  await sleep(1);
  busy(30_000, () => {
    mp.poll();
    return ended(child.pid);
  });
  assert.equal(asked, 500);
  assert.match((await child.result).stdout, /ok 500 bad 0/);
  // One that polls now and then only is slower, but no less reliable.
  const patient = secondaryThat(prefix, "request ask # 5000 20");
  await sleep(1);
  for (let i = 0; i < 2000 && !ended(patient.pid); i++) {
    busy(20);
    await sleep(0);
  }
  assert.match((await patient.result).stdout, /ok 20 bad 0/);
});

ealCase("a handler that polls itself is not entered again", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const seen: number[] = [];
  let depth = 0;
  let deepest = 0;
  mp.on("flood", ({ text }) => {
    deepest = Math.max(deepest, ++depth);
    assert.equal(mp.poll(), 0);
    seen.push(Number(text));
    depth--;
  });
  const c = await secondaryPeer(prefix);
  const sent = c.ask("send flood x 20000");
  await sleep(1);
  busy(500);
  assert.deepEqual(await sent, ["sent 20000"]);
  while (seen.length < 20_000) {
    mp.poll();
    await sleep(0);
  }
  assertInOrder(seen, 20_000);
  assert.equal(deepest, 1);
  await c.end();
});

ealCase("a handler that throws answers nothing, is told, and the next goes on", async (
  { args, prefix },
) => {
  using _eal = Eal.init(args);
  const told: string[] = [];
  mp.onError = (error, message) => told.push(`${message.name}: ${(error as Error).message}`);
  let calls = 0;
  mp.on("odd", ({ param }) => {
    if (++calls % 2 === 1) throw new Error(`call ${calls}`);
    return { param };
  });
  mp.on("rejects", () => Promise.reject(new Error("later")));
  const c = await secondaryPeer(prefix);
  for (let i = 0; i < 3; i++) {
    assert.deepEqual(await c.ask("request odd x 100"), ["error 110 sent 1"]);
    assert.equal((await c.ask("request odd x 2000"))[0], "sent 1 received 1");
  }
  assert.deepEqual(await c.ask("request rejects x 100"), ["error 110 sent 1"]);
  assert.deepEqual(told, ["odd: call 1", "odd: call 3", "odd: call 5", "rejects: later"]);
  // Nor does a report that fails itself end the script.
  const { error } = console;
  console.error = () => {};
  mp.onError = () => {
    throw new Error("even this");
  };
  assert.deepEqual(await c.ask("request odd x 100"), ["error 110 sent 1"]);
  console.error = error;
  assert.equal((await c.ask("request odd x 2000"))[0], "sent 1 received 1");
  await c.end();
});

ealCase("handlers are opened and closed while messages rain", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const c = await secondaryPeer(prefix);
  const sent = c.ask("send rain x 20000");
  let rained = 0;
  let last = -1;
  let disordered = 0;
  let done = false;
  sent.then(() => done = true);
  let rounds = 0;
  while (!done) {
    using _action = mp.on("rain", ({ text }) => {
      rained++;
      if (Number(text) <= last) disordered++;
      last = Number(text);
    });
    rounds++;
    await sleep(rounds % 2);
  }
  assert.deepEqual(await sent, ["sent 20000"]);
  assert.ok(rounds > 20, `${rounds} rounds`);
  assert.ok(rained > 0);
  assert.equal(disordered, 0);
  using _ask = mp.on("rain", ({ param }) => ({ param }));
  // Messages of the rain may still be on their way, and are answered, which C drops.
  assert.equal((await c.ask("request rain dry 5000"))[0], "sent 1 received 1");
  await c.end();
});

ealCase("a handler may block for what it asks of the one who asked", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  mp.on("outer", ({ text }) => {
    const { replies } = mp.requestSync({ name: "inner", param: text }, { timeoutMs: 2000 });
    return { param: `${replies[0]?.text} and back` };
  });
  const c = await secondaryPeer(prefix);
  await c.ask("register inner upper");
  const [head, reply] = await c.ask("request outer there 5000");
  assert.equal(head, "sent 1 received 1");
  assert.equal(reply, "reply outer 15 THERE\\x20and\\x20back 0");
  await c.end();
});

const LEFT = /a secondary left while it was being asked; ask again/;

for (const role of ["primary", "secondary"] as const) {
  const options = role === "primary" ? {} : SECONDARY;
  ealCase(
    `a blocking request of a ${role} finds its reply behind any number of messages`,
    options,
    async (
      { args, prefix },
    ) => {
      const early = role === "primary" ? undefined : await primaryPeer(prefix);
      using _eal = Eal.init(args);
      const c = early ?? await secondaryPeer(prefix);
      await c.ask("register ask upper");
      const seen: number[] = [];
      mp.on("rain", ({ text }) => void seen.push(Number(text)));
      const sent = c.ask("send rain x 5000");
      await sleep(1);
      // Nor does the script yield between them: DPDK's thread has all messages before a reply.
      for (let i = 0; i < 300; i++) {
        const { replies } = mp.requestSync({ name: "ask", param: `n${i}` }, { timeoutMs: 5000 });
        assert.deepEqual(replies.map(({ text }) => text), [`N${i}`]);
      }
      assert.deepEqual(await sent, ["sent 5000"]);
      await until(() => seen.length === 5000);
      assertInOrder(seen, 5000);
      if (role === "primary") await c.end();
    },
  );
}

/** Kills a peer in the middle of a request, and gives how long the request took. */
async function killedMidway(
  { request, pid }: { request: () => Promise<unknown>; pid: number },
): Promise<number> {
  const started = performance.now();
  const asked = request();
  await sleep(100);
  process.kill(pid, "SIGKILL");
  await asked;
  return performance.now() - started;
}

ealCase("a secondary killed mid-request ends in a result within the time-out", async (
  { args, prefix }: CaseContext,
) => {
  using _eal = Eal.init(args);
  const [victim, other] = [await secondaryPeer(prefix), await secondaryPeer(prefix)];
  await victim.ask("register ask slow 20000");
  await other.ask("register ask upper");
  const [pid] = await victim.ask("pid");
  const took = await killedMidway({
    pid: Number(pid),
    request: async () => {
      const result = await mp.request({ name: "ask", param: "x" }, { timeoutMs: 1500 });
      assert.deepEqual([result.sent, result.received, result.timedOut], [2, 1, true]);
    },
  });
  assert.ok(took > 1000 && took < 10_000, `${took} ms`);
  // Its socket is no obstacle, and goes.
  const next = await mp.request({ name: "ask", param: "x" }, { timeoutMs: 1500 });
  assert.deepEqual([next.sent, next.received, next.timedOut], [1, 1, false]);
  await other.end();
  assert.equal((await mp.request({ name: "ask" })).sent, 0);
});

ealCase("and so does a primary", SECONDARY, async ({ args, prefix }) => {
  const c = await primaryPeer(prefix);
  await c.ask("register ask slow 20000");
  Eal.init(args);
  const [pid] = await c.ask("pid");
  const took = await killedMidway({
    pid: Number(pid),
    request: async () => {
      const result = await mp.request({ name: "ask", param: "x" }, { timeoutMs: 1500 });
      assert.deepEqual([result.sent, result.received, result.timedOut], [1, 0, true]);
    },
  });
  assert.ok(took > 1000 && took < 10_000, `${took} ms`);
});

ealCase("a secondary that leaves as all are told does not count", async ({ args, prefix }) => {
  using eal = Eal.init(args);
  // DPDK lists the sockets, then sends to each: this one is gone when it is its turn.
  const socket = `${eal.runtimeDirectory}/mp_socket_1_abc`;
  symlinkSync("/no/such/socket", socket);
  mp.send({ name: "note" });
  assert.deepEqual(await mp.request({ name: "ask" }).then(({ sent }) => sent), 0);
  const c = await secondaryPeer(prefix);
  await c.ask("register note collect");
  await c.ask("register ask upper");
  mp.send({ name: "note" });
  assert.match((await c.ask("waitcount note 1 2000"))[0]!, /^count 1 /);
  if (!requestsGoOn()) {
    await assert.rejects(mp.request({ name: "ask" }), { code: "ENOENT", message: LEFT });
  } else {
    const { sent, received, timedOut, incomplete } = await mp.request({ name: "ask" });
    assert.deepEqual([sent, received, timedOut, incomplete], [1, 1, false, false]);
  }
  // The one call that asks one after the other ends where one is missing, and may be made again.
  assert.throws(() => mp.requestSync({ name: "ask" }), { code: "ENOENT", message: LEFT });
  unlinkSync(socket);
  assert.equal(mp.requestSync({ name: "ask" }).received, 1);
  await c.end();
});
