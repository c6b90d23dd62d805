// The `signal` of a request.

import { Eal, FileDescriptor, mp, type MpResult } from "../../mod.ts";
import { assert, type CaseContext, ealCase } from "../kit.ts";
import type { Dialog } from "../peers/dialog.ts";
import { openEvents, primaryPeer, SECONDARY, secondaryPeer } from "./peers.ts";
import { sleep } from "./time.ts";

async function aborts(c: Dialog): Promise<void> {
  await c.ask("register echo echo");
  await c.ask("register slow slow 300");
  await mp.request({ name: "echo" });
  const before = openEvents();
  const event = FileDescriptor.event();
  const controller = new AbortController();
  const { signal } = controller;
  const reason = new Error("not any more");
  const asked = mp.request({ name: "slow", fds: [event, event] }, { signal });
  // It was sent: the peer has it, and will answer.
  await c.ask("waitcount slow 1 2000");
  controller.abort(reason);
  await assert.rejects(asked, (error) => error === reason);
  event.close();
  const again = { code: "EEXIST", message: /aborted, which DPDK cannot withdraw.*times out$/ };
  await assert.rejects(mp.request({ name: "slow" }), again);
  assert.throws(() => mp.requestSync({ name: "slow" }), again);
  // Others are not touched, nor is the next of that name, when the answer has come.
  assert.equal((await mp.request({ name: "echo" })).received, 1);
  let next: MpResult | undefined;
  while (next === undefined) {
    await sleep(20);
    next = await mp.request({ name: "slow" }).catch(() => undefined);
  }
  assert.equal(next.received, 1);
  assert.equal(openEvents(), before, "the descriptors of an answer that nobody waits for");

  const timed = mp.request({ name: "slow" }, { signal: AbortSignal.timeout(20) });
  await assert.rejects(timed, { name: "TimeoutError" });

  // A signal of many requests keeps none of them.
  const long = new AbortController().signal;
  let listeners = 0;
  const { addEventListener, removeEventListener } = AbortSignal.prototype;
  Object.assign(long, {
    addEventListener(...args: Parameters<typeof addEventListener>) {
      listeners++;
      addEventListener.apply(this, args);
    },
    removeEventListener(...args: Parameters<typeof removeEventListener>) {
      listeners--;
      removeEventListener.apply(this, args);
    },
  });
  for (let i = 0; i < 10; i++) await mp.request({ name: "echo" }, { signal: long });
  await mp.request({ name: "nobody" }, { signal: long, timeoutMs: 10 });
  assert.equal(listeners, 0);
}

ealCase("a primary gives a request up", async ({ args, prefix }: CaseContext) => {
  using _eal = Eal.init(args);
  await aborts(await secondaryPeer(prefix));
});

ealCase("a secondary gives a request up", SECONDARY, async ({ args, prefix }) => {
  const c = await primaryPeer(prefix);
  Eal.init(args);
  await aborts(c);
});

ealCase("a request that is aborted before it is made is not made", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const c = await secondaryPeer(prefix);
  await c.ask("register note collect");
  const signal = AbortSignal.abort();
  await assert.rejects(mp.request({ name: "note" }, { signal }), { name: "AbortError" });
  assert.equal((await c.ask("waitcount note 1 50"))[0], "count 0 inorder 1 last - fds 0");
  await c.end();
});

ealCase("a cleanup after an abort ends nothing twice", async ({ args, prefix }) => {
  const eal = Eal.init(args);
  const c = await secondaryPeer(prefix);
  await c.ask("register silent silent");
  const controller = new AbortController();
  const asked = mp.request({ name: "silent" }, { signal: controller.signal, timeoutMs: 50_000 });
  controller.abort();
  await assert.rejects(asked, { name: "AbortError" });
  eal.cleanup();
  controller.abort();
  await sleep(1);
  await c.end();
});
