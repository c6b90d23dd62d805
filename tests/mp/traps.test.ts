import { readdirSync } from "node:fs";
import process from "node:process";
import { goesOn, requestsGoOn } from "../../ffi/mp/library.ts";
import { Eal, mp, rte, runtime } from "../../mod.ts";
import { assert, ealCase, test } from "../kit.ts";
import type { Dialog } from "../peers/dialog.ts";
import { primaryPeer, SECONDARY, secondaryPeer } from "./peers.ts";

/** Has the peer's message thread stop, with its socket's queue full. */
async function stall(c: Dialog, fill: () => void): Promise<void> {
  await c.ask("register stall stall");
  mp.send({ name: "stall" });
  await c.ask("waitcount stall 1 2000");
  // net.unix.max_dgram_qlen is 10 or more.
  assert.throws(() => {
    for (let i = 0; i < 2000; i++) fill();
  }, { name: "DpdkError", code: "EAGAIN", message: /takes no messages: its queue is full/ });
}

/** The longest time for which the event loop did not turn while something went on, in ms. */
async function longestPause(during: Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  await during;
  clearInterval(timer);
  return Math.max(longest, performance.now() - last);
}

ealCase("a stalled secondary blocks nobody", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const [c, other] = [await secondaryPeer(prefix), await secondaryPeer(prefix)];
  await other.ask("register note collect");
  await other.ask("register ask upper");
  await other.ask("register stall collect");
  await stall(c, () => mp.send({ name: "note", param: "x" }));
  // The others have what was sent, and answer.
  const counted = (line: string[]) => Number(/^count (\d+)/.exec(line[0]!)![1]);
  // What was sent until the queue was full has arrived when a request behind it is answered.
  await mp.request({ name: "ask" }, { timeoutMs: 3000 }).catch(() => {});
  const before = counted(await other.ask("collected note"));
  assert.throws(() => mp.send({ name: "note", param: "x" }), { code: "EAGAIN" });
  assert.equal(counted(await other.ask(`waitcount note ${before + 1} 2000`)), before + 1);
  const asked = mp.request({ name: "ask", param: "x" }, { timeoutMs: 3000 });
  const pause = await longestPause(asked.catch(() => {}));
  if (!requestsGoOn()) {
    await assert.rejects(asked, { code: "EAGAIN", message: /takes no messages/ });
  } else {
    const result = await asked;
    assert.deepEqual([result.sent, result.received, result.incomplete], [1, 1, true]);
  }
  assert.ok(pause < 1000, `the event loop stood for ${pause} ms`);
  await c.ask("unstall");
  // All is well again.
  await c.ask("register ask upper");
  const both = await mp.request({ name: "ask", param: "x" }, { timeoutMs: 3000 });
  assert.deepEqual([both.sent, both.received, both.incomplete], [2, 2, false]);
  await c.end();
  await other.end();
});

ealCase("a stalled primary blocks no secondary", SECONDARY, async ({ args, prefix }) => {
  const c = await primaryPeer(prefix);
  await c.ask("register note collect");
  await c.ask("register ask upper");
  Eal.init(args);
  await stall(c, () => mp.send({ name: "note", param: "x" }));
  const asked = mp.request({ name: "ask" }, { timeoutMs: 5000 });
  const pause = await longestPause(asked.catch(() => {}));
  await assert.rejects(asked, { code: "EAGAIN", message: /takes no messages/ });
  assert.ok(pause < 1000, `the event loop stood for ${pause} ms`);
  assert.throws(() => mp.requestSync({ name: "ask" }), { code: "EAGAIN" });
  await c.ask("unstall");
  const again = await mp.request({ name: "ask", param: "x" }, { timeoutMs: 3000 });
  assert.deepEqual([again.sent, again.received], [1, 1]);
});

ealCase("a primary's requestSync asks one after the other; its request does not", async (
  { args, prefix },
) => {
  using _eal = Eal.init(args);
  const all = await Promise.all([0, 1, 2].map(() => secondaryPeer(prefix)));
  for (const c of all) await c.ask("register slow slow 250");
  // One after the other, three take longer than the time-out: no reply is left of it.
  const blocking = mp.requestSync({ name: "slow" }, { timeoutMs: 600 });
  assert.deepEqual([blocking.timedOut, blocking.received], [true, 0]);
  for (const c of all) await c.ask("waitcount slow 1 1000");
  await new Promise((resolve) => setTimeout(resolve, 600));
  const together = await mp.request({ name: "slow" }, { timeoutMs: 600 });
  assert.deepEqual([together.sent, together.received, together.timedOut], [3, 3, false]);
  for (const c of all) await c.end();
});

ealCase("requests that are answered just as they time out all end", async ({ args, prefix }) => {
  Eal.init(args);
  const c = await secondaryPeer(prefix);
  await c.ask("register ask slow 20");
  await mp.request({ name: "ask" });
  let [answered, late] = [0, 0];
  try {
    for (let i = 0; i < 200; i++) {
      const { received, timedOut } = await mp.request({ name: "ask" }, { timeoutMs: 20 + i % 3 });
      if (timedOut) late++;
      answered += received;
    }
    assert.equal(answered + late, 200);
    assert.ok(answered > 0 && late > 0, `${answered} answered, ${late} late`);
    await c.end();
  } catch (error) {
    // DPDK's message thread and its interrupt thread wait for each other: it happens now and then,
    // in C, too (22.11, 24.11). The script is told, and goes on without messages.
    const { code, message } = error as { code: string; message: string };
    assert.equal(code, "ETIMEDOUT", String(error));
    assert.match(message, /its threads are stuck in this process/);
  }
  // No cleanup: it would wait for DPDK's threads.
});

ealCase("who asks when IPC is off is told, unlike in C", { args: ["--no-shconf"] }, ({ args }) => {
  using _eal = Eal.init(args);
  const message = new Uint8Array(new ArrayBuffer(1344));
  message[0] = 0x78;
  // DPDK's own function pretends that the reply was sent.
  assert.equal(rte.rte_mp_reply(runtime.pointerTo(message.buffer) as never, "/no/such/peer"), 0);
  assert.throws(() => mp.on("x", () => {}), { code: "ENOTSUP" });
});

ealCase("sockets of secondaries that were killed are no peers", async ({ args, prefix }) => {
  using eal = Eal.init(args);
  const c = await secondaryPeer(prefix);
  await c.ask("register ask upper");
  assert.equal((await mp.request({ name: "ask" })).received, 1);
  const [pid] = await c.ask("pid");
  process.kill(Number(pid), "SIGKILL");
  await assert.rejects(c.ask("pid"));
  const sockets = () =>
    readdirSync(eal.runtimeDirectory).filter((name) => name.startsWith("mp_socket_"));
  assert.equal(sockets().length, 1);
  const started = performance.now();
  assert.equal((await mp.request({ name: "ask" }, { timeoutMs: 20_000 })).sent, 0);
  assert.ok(performance.now() - started < 5000, "DPDK would never have called back");
  assert.deepEqual(sockets(), []);
});

test("which DPDK goes on with a request that one secondary cannot be sent is known by its version", () => {
  assert.equal(goesOn(23, "DPDK 22.11.11"), true);
  assert.equal(goesOn(25, "DPDK 24.11.4"), true);
  for (const [abi, version] of [[23, "22.11.12"], [25, "24.11.8"], [26, "25.11.4"]] as const) {
    assert.equal(goesOn(abi, `DPDK ${version}`), false, version);
  }
});
