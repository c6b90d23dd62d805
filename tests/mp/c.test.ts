import {
  Eal,
  FileDescriptor,
  mp,
  type MpMessage,
  type MpResult,
  RTE_MP_MAX_PARAM_LEN,
  struct,
} from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { openEvents, primaryPeer, secondaryPeer } from "./peers.ts";

const texts = (result: MpResult): string[] => result.replies.map(({ text }) => text);
const counts = ({ sent, received, timedOut, incomplete }: MpResult) => [
  sent,
  received,
  timedOut,
  incomplete,
];

const Ping = struct("struct ping", { sequence: "uint32_t", time: "uint64_t" });

ealCase("a C secondary's requests are answered by a primary", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const seen: MpMessage[] = [];
  mp.on("plain", (message) => {
    seen.push(message);
    return { param: `Got '${message.text}'` };
  });
  mp.on("later", async ({ param }) => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    return { param };
  });
  mp.on("empty", () => ({}));
  mp.on("nothing", () => undefined);
  const c = await secondaryPeer(prefix);
  // A string has its NUL, which counts: LEN is one more than the text has.
  assert.deepEqual(await c.ask("request plain Hello 2000"), [
    "sent 1 received 1",
    "reply plain 12 Got\\x20'Hello' 0",
  ]);
  assert.equal(seen[0]!.name, "plain");
  assert.deepEqual([...seen[0]!.param], [...new TextEncoder().encode("Hello")]);
  assert.match(seen[0]!.peer, new RegExp(`/${prefix}/mp_socket_\\d+_[0-9a-f]+$`));
  assert.deepEqual(await c.ask("request later abc 2000"), [
    "sent 1 received 1",
    "reply later 3 abc 0",
  ]);
  assert.deepEqual(await c.ask("request empty - 2000"), ["sent 1 received 1", "reply empty 0 - 0"]);
  assert.deepEqual(await c.ask("async plain x 2000"), ["ok"]);
  assert.match((await c.ask("result"))[0]!, /^sent 1 received 1 /);
  // Every byte goes both ways, and as many as fit.
  assert.deepEqual(await c.ask("request later \\x00\\xff\\x01 2000"), [
    "sent 1 received 1",
    "reply later 3 \\x00\\xff\\x01 0",
  ]);
  const full = "y".repeat(RTE_MP_MAX_PARAM_LEN);
  assert.deepEqual(await c.ask(`request later ${full} 2000`), [
    "sent 1 received 1",
    `reply later 256 ${full} 0`,
  ]);
  // Nothing is no answer: the requester's time runs out.
  assert.deepEqual(await c.ask("request nothing x 100"), ["error 110 sent 1"]);
  await c.end();
});

ealCase('"ignore" counts this process out at once', async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  mp.on("ignored", () => "ignore");
  const c = await secondaryPeer(prefix);
  assert.deepEqual(await c.ask("request ignored x 5000"), ["sent 0 received 0"]);
  assert.deepEqual(await c.ask("async ignored x 5000"), ["ok"]);
  assert.match((await c.ask("result"))[0]!, /^sent 0 received 0 ms [0-9]{1,3}(\.|$)/);
  await c.end();
});

ealCase("a primary asks C secondaries: one, several, none", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  assert.deepEqual(counts(await mp.request({ name: "who" })), [0, 0, false, false]);
  assert.deepEqual(counts(mp.requestSync({ name: "who" })), [0, 0, false, false]);
  const all = await Promise.all([1, 2, 3, 4, 5].map(() => secondaryPeer(prefix)));
  for (const c of all) assert.deepEqual(await c.ask("register who upper"), ["ok"]);
  const answer = await mp.request({ name: "who", param: "me" }, { timeoutMs: 3000 });
  assert.deepEqual(counts(answer), [5, 5, false, false]);
  assert.deepEqual(texts(answer), Array(5).fill("ME"));
  assert.equal(answer.replies.every(({ name }) => name === "who"), true);
  const blocking = mp.requestSync({ name: "who", param: "me" }, { timeoutMs: 3000 });
  assert.deepEqual(counts(blocking), [5, 5, false, false]);

  // One that does not answer costs the time-out, not the others' answers.
  assert.deepEqual(await all[2]!.ask("unregister who"), ["ok"]);
  assert.deepEqual(await all[2]!.ask("register who silent"), ["ok"]);
  const partial = await mp.request({ name: "who", param: "me" }, { timeoutMs: 200 });
  assert.deepEqual(counts(partial), [5, 4, true, false]);

  // Messages reach all of them.
  for (const c of all) assert.deepEqual(await c.ask("register note collect"), ["ok"]);
  for (let i = 0; i < 50; i++) mp.send({ name: "note", param: new TextEncoder().encode(`${i}`) });
  for (const c of all) {
    const [line] = await c.ask("waitcount note 50 5000");
    assert.equal(line, "count 50 inorder 1 last 49 fds 0");
  }
  for (const c of all) await c.end();
  assert.deepEqual(counts(await mp.request({ name: "who" })), [0, 0, false, false]);
});

ealCase("a secondary and a C primary ask each other", { args: ["--proc-type=secondary"] }, async (
  { args, prefix },
) => {
  const c = await primaryPeer(prefix);
  await c.ask("register upper upper");
  await c.ask("register slow slow 100");
  await c.ask("register mine collect");
  await c.ask("register silent silent");
  await c.ask("register renamed othername");
  using _eal = Eal.init(args);
  const answer = await mp.request({ name: "upper", param: "abc" });
  assert.deepEqual([counts(answer), texts(answer)], [[1, 1, false, false], ["ABC"]]);
  const slow = await mp.request({ name: "slow", param: "abc" });
  assert.deepEqual(counts(slow), [1, 1, false, false]);
  const blocking = mp.requestSync({ name: "upper", param: new Uint8Array([0x61, 0, 0x62]) });
  assert.deepEqual([...blocking.replies[0]!.param], [0x41, 0, 0x42]);
  for (const name of ["silent", "there is none", "renamed"]) {
    assert.deepEqual(counts(await mp.request({ name }, { timeoutMs: 100 })), [1, 0, true, false]);
    assert.deepEqual(counts(mp.requestSync({ name }, { timeoutMs: 100 })), [1, 0, true, false]);
  }
  for (let i = 0; i < 100; i++) mp.send({ name: "mine", param: `${i}` });
  assert.deepEqual(await c.ask("waitcount mine 100 5000"), ["count 100 inorder 1 last 99 fds 0"]);

  // And the primary asks us, several at once.
  const order: number[] = [];
  mp.on("ping", async ({ param }) => {
    const { sequence, time } = Ping.decode(param);
    order.push(sequence);
    await new Promise((resolve) => setTimeout(resolve, 10));
    return { param: Ping.encode({ sequence: sequence + 1, time }) };
  });
  const hex = (bytes: Uint8Array) =>
    [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
  const ask = hex(Ping.encode({ sequence: 7, time: 2n ** 63n }));
  const [head, reply] = await c.ask(`request ping ${ask} 2000`);
  assert.equal(head, "sent 1 received 1");
  assert.match(reply!, /^reply ping 16 \\x08/);
  assert.deepEqual(order, [7]);
  assert.deepEqual(await c.ask("disable"), ["0"]);
  await c.ask("register last collect");
});

ealCase("descriptors go both ways and none is left over", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const kept: FileDescriptor[] = [];
  mp.on("count", ({ fds }) => ({ param: fds.map((fd) => `${fd.taken()}`).join(",") }));
  mp.on("keep", (message) => {
    kept.push(...message.takeFds());
    return {};
  });
  mp.on("throw", () => {
    throw new Error("on purpose");
  });
  mp.on("reject", async () => {
    await Promise.resolve();
    throw new Error("on purpose");
  });
  mp.on("echo", ({ param, fds }) => ({ param, fds }));
  mp.onError = () => {};
  const c = await secondaryPeer(prefix);
  await c.ask("register fdwrite fdwrite");
  await c.ask("register echo echo");
  await mp.request({ name: "echo" });
  const before = openEvents();

  // C's eventfds, with their values 1..n, are used and closed.
  for (const n of [1, 3, 8]) {
    const values = Array.from({ length: n }, (_, i) => i + 1).join(",");
    const answer = await c.ask(`requestfds count - 2000 ${n}`);
    assert.deepEqual(answer, ["sent 1 received 1", `reply count ${values.length + 1} ${values} 0`]);
  }
  assert.equal(openEvents(), before);
  for (const name of ["throw", "reject"]) {
    assert.deepEqual(await c.ask(`requestfds ${name} - 100 4`), ["error 110 sent 1"]);
  }
  assert.deepEqual(await c.ask("requestfds there-is-none - 100 2"), ["error 110 sent 1"]);
  assert.equal(openEvents(), before, "of handlers that threw, and of none");

  // What a handler took is the script's until it closes it.
  await c.ask("closefds");
  assert.deepEqual(await c.ask("requestfds keep - 2000 2"), [
    "sent 1 received 1",
    "reply keep 0 - 0",
  ]);
  assert.equal(openEvents(), before + 2);
  kept[0]!.notify(40n);
  assert.deepEqual(await c.ask("readfds"), ["fds 41 2"], "the same eventfd in both processes");
  for (const fd of kept) fd.close();
  assert.equal(openEvents(), before);

  // Ours is used by C, which answers with a copy of it.
  {
    using event = FileDescriptor.event();
    using written = await mp.request({ name: "fdwrite", fds: [event] });
    assert.deepEqual(texts(written), ["written"]);
    assert.equal(event.taken(), 1n);
    using echoed = await mp.request({ name: "echo", param: "x", fds: [event, event.number] });
    assert.equal(echoed.replies[0]!.fds.length, 2);
    echoed.replies[0]!.fds[1]!.notify(5n);
    assert.equal(event.taken() >= 5n, true);
    using blocking = mp.requestSync({ name: "echo", fds: [event] });
    assert.equal(blocking.replies[0]!.fds[0]!.open, true);
    assert.equal(openEvents(), before + 4);
  }
  assert.equal(openEvents(), before);
  await c.end();
});
