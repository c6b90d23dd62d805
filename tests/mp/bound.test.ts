// What happens when more waits for the script than the queue takes.

import { Eal, FileDescriptor, mp, runtime } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { ended, openEvents, secondaryPeer, secondaryThat } from "./peers.ts";
import { assertInOrder, busy, sleep, until } from "./time.ts";

/** How many messages wait at most, and how many ends of requests besides. */
const [LIMIT, RESERVE] = [65_536, 4096];

const RLIMIT_NOFILE = 7;

ealCase("what comes when 65,536 wait is dropped and counted", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const seen: number[] = [];
  mp.on("flood", ({ text }) => void seen.push(Number(text)));
  mp.on("ask", () => ({ param: "still here" }));
  const child = secondaryThat(prefix, "send flood x 66000");
  await sleep(1);
  busy(50_000, () => mp.dropped + mp.waiting === 66_000);
  assert.deepEqual([mp.waiting, mp.dropped], [65_536, 464]);
  assert.equal((await child.result).code, 0);
  await until(() => mp.waiting === 0);
  assertInOrder(seen, 65_536);
  const c = await secondaryPeer(prefix);
  assert.equal((await c.ask("request ask - 2000"))[0], "sent 1 received 1");
  assert.deepEqual([mp.waiting, mp.dropped], [0, 464]);
  await c.end();
});

ealCase("the descriptors of a message that is dropped are closed", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  let seen = 0;
  mp.on("flood", ({ fds }) => void (seen += fds.length));
  // A runtime has eventfds of its own, some for its first child.
  await secondaryThat(prefix, "pid").result;
  const before = openEvents();
  const child = secondaryThat(
    prefix,
    "sendfds flood x 2",
    `send flood x ${LIMIT - 1}`,
    "sendfds flood x 8",
    "sendfds flood x 8",
  );
  await sleep(1);
  busy(50_000, () => mp.dropped === 2);
  assert.deepEqual([mp.waiting, mp.dropped], [LIMIT, 2]);
  assert.equal(openEvents(), before + 2, "those of the one that waits");
  assert.equal((await child.result).code, 0);
  await until(() => mp.waiting === 0);
  assert.equal(seen, 2);
  assert.equal(openEvents(), before);
});

ealCase("descriptors that wait never use up the process's own", async ({ args, prefix }) => {
  // DPDK raises what the process may have open to the most that it may ask for.
  const most = 1024n;
  const { setrlimit } = runtime.open("libc.so.6", {
    setrlimit: "int (int resource, const void *limit)",
  });
  const limit = new BigUint64Array([most, most]);
  assert.equal(setrlimit(RLIMIT_NOFILE, runtime.pointerTo(limit.buffer)), 0);
  using _eal = Eal.init(args);
  let seen = 0;
  mp.on("flood", ({ fds }) => void (seen += fds.length));
  mp.on("ask", () => ({ param: "still here" }));
  const c = await secondaryPeer(prefix);
  const before = openEvents();
  const sends = Array<string>(100).fill("sendfds flood x 8");
  const child = secondaryThat(prefix, ...sends, "closefds", ...sends);
  await sleep(1);
  busy(30_000, () => ended(child.pid));
  // Half of 1,024: were all 1,600 kept, DPDK's thread could receive no more, and would end.
  assert.deepEqual([mp.waiting, mp.dropped], [64, 136]);
  assert.equal(openEvents(), before + 512);
  assert.equal((await child.result).code, 0);
  await until(() => mp.waiting === 0);
  assert.deepEqual([seen, openEvents()], [512, before]);
  assert.equal((await c.ask("request ask - 2000"))[0], "sent 1 received 1");
  await c.end();
});

ealCase(
  "the end of a request has places of its own, and is told when it is dropped all the same",
  async (
    { args, prefix },
  ) => {
    using eal = Eal.init(args);
    // DPDK tells of each request that nobody answers; the peer would wait for us to read that.
    eal.setLogLevel("lib.eal", 2);
    mp.on("flood", () => {});
    const c = await secondaryPeer(prefix, "--log-level=lib.eal:2");
    await c.ask("register echo echo");
    await mp.request({ name: "echo" });
    const flood = secondaryThat(prefix, `send flood x ${LIMIT}`);
    await sleep(1);
    busy(50_000, () => ended(flood.pid));
    assert.deepEqual([mp.waiting, mp.dropped], [LIMIT, 0]);
    // Nobody answers these: their time-outs fill the queue's reserve.
    const ends = Array.from({ length: RESERVE }, (_, i) => i).map((i) =>
      mp.request({ name: `nobody-${i}` }, { timeoutMs: 10 })
    );
    busy(30_000, () => mp.waiting === LIMIT + RESERVE);
    assert.deepEqual([mp.waiting, mp.dropped], [LIMIT + RESERVE, 0]);
    const events = openEvents();
    const event = FileDescriptor.event();
    const lost = mp.request({ name: "echo", fds: [event, event] }, { timeoutMs: 300 });
    lost.catch(() => {});
    busy(10_000, () => mp.dropped === 1);
    event.close();
    assert.equal(openEvents(), events, "those of the reply");
    assert.deepEqual([mp.waiting, mp.dropped], [LIMIT + RESERVE, 1]);
    for (const end of ends) assert.equal((await end).timedOut, true);
    assert.equal((await flood.result).code, 0);
    await assert.rejects(lost, {
      name: "DpdkError",
      code: "ETIMEDOUT",
      message: /^Cannot request "echo": .*its end was dropped, as too many calls waited .*mp\.poll/,
    });
    // All is well again.
    assert.equal((await mp.request({ name: "echo" })).received, 1);
    assert.equal(openEvents(), events);
    await c.end();
  },
);
