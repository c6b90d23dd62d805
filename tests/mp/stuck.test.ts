// DPDK's own threads stop in this process, as they do for ever when a reply and its time-out block
// each other (22.11, 24.11): here they are made to.

import { Eal, mp, rte, runtime } from "../../mod.ts";
import { symbolAddress } from "../../ffi/abi/mod.ts";
import { libc } from "../../ffi/core/mod.ts";
import { assert, compileC, ealCase } from "../kit.ts";
import { primaryPeer, SECONDARY, secondaryPeer } from "./peers.ts";
import { until } from "./time.ts";

const library = compileC(
  `#include <unistd.h>
   static int parked;
   /* An action, and an alarm: the thread that calls it does not come back. */
   int park(void *first, void *second);
   int park(void *first, void *second)
   {
     (void)first;
     (void)second;
     __atomic_add_fetch(&parked, 1, __ATOMIC_SEQ_CST);
     for (;;) pause();
   }
   int parked_threads(void);
   int parked_threads(void) { return __atomic_load_n(&parked, __ATOMIC_SEQ_CST); }`,
  ["-shared", "-fPIC"],
);
const { parked_threads } = runtime.open(library, { parked_threads: "int (void)" });

const park = libc().dlsym(libc().dlopen(library, 2), "park");

/** Stops DPDK's message thread: the peer sends what it is to stop at. */
async function stopMessages(send: () => unknown): Promise<void> {
  assert.equal(rte.rte_mp_action_register("park", park as never), 0);
  await send();
  await until(() => parked_threads() === 1);
}

/** Stops DPDK's interrupt thread, which time-outs come from. */
async function stopTimeouts(): Promise<void> {
  const { set } = runtime.link({ set: symbolAddress("rte_eal", "rte_eal_alarm_set") }, {
    set: "int (uint64_t us, void *callback, void *arg)",
  });
  assert.equal(set(1n, park, null), 0);
  await until(() => parked_threads() === 2);
}

ealCase("a request whose end never comes is told so, and so is the script's end", async (
  { args, prefix },
) => {
  Eal.init(args);
  const c = await secondaryPeer(prefix);
  await c.ask("register echo echo");
  await c.ask("register note collect");
  assert.equal((await mp.request({ name: "echo" })).received, 1);
  await stopMessages(() => c.ask("send park x"));
  // A thread for time-outs is left: no reply, but a result.
  const { sent, received, timedOut } = await mp.request({ name: "echo" }, { timeoutMs: 100 });
  assert.deepEqual([sent, received, timedOut], [1, 0, true]);
  await stopTimeouts();
  const started = performance.now();
  await assert.rejects(mp.request({ name: "echo" }, { timeoutMs: 100 }), {
    name: "DpdkError",
    code: "ETIMEDOUT",
    message:
      'Cannot request "echo": DPDK has not reported its end: its threads are stuck in this process, ' +
      "as a reply and its time-out can block each other (22.11, 24.11); end the process",
  });
  assert.ok(performance.now() - started < 20_000);
  // DPDK still has that one, and has no other of its name.
  await assert.rejects(mp.request({ name: "echo" }, { timeoutMs: 100 }), { code: "EEXIST" });
  // Sending needs none of the threads, and an end of the process neither.
  mp.send({ name: "note" });
  assert.match((await c.ask("waitcount note 1 2000"))[0]!, /^count 1 /);
  await c.end();
});

ealCase("a request that was aborted meanwhile is its script's to forget", async (
  { args, prefix },
) => {
  Eal.init(args);
  const c = await secondaryPeer(prefix);
  await stopMessages(() => c.ask("send park x"));
  await stopTimeouts();
  const reason = new Error("not now");
  const controller = new AbortController();
  const { signal } = controller;
  const asked = mp.request({ name: "echo" }, { timeoutMs: 100, signal });
  controller.abort(reason);
  await assert.rejects(asked, reason);
  await assert.rejects(mp.request({ name: "echo" }), { code: "EEXIST", message: /was aborted/ });
  await c.end();
});

ealCase("a secondary's request ends by itself", SECONDARY, async ({ args, prefix }) => {
  const c = await primaryPeer(prefix);
  await c.ask("register echo echo");
  Eal.init(args);
  await stopMessages(() => c.ask("send park x"));
  await stopTimeouts();
  for (const ask of [mp.request.bind(mp), mp.requestSync.bind(mp)]) {
    const { sent, received, timedOut } = await ask({ name: "echo" }, { timeoutMs: 100 });
    assert.deepEqual([sent, received, timedOut], [1, 0, true]);
  }
});
