// What goes wrong between F-Stack's tools and the processes that they ask, met on purpose: whatever is
// done, in the end every message is in the pool, and every buffer is freed. This file runs once on each
// runtime.

import { assert, type Child, runtimeName, test, type TestContext } from "../kit.ts";
import type { Dialog } from "../peers/dialog.ts";
import { endApp, line, OTHER, refused, Stack, TEST_MS, until, well } from "./fstack_tools.ts";

const [SYSCTL, TOP] = [1, 5];
const IN = "count ff_msg_ring_in_0";
const OUT = `count ff_msg_ring_out_0_${TOP}`;
const SLOTS = 31;

/** An application, and a peer to look at it. */
interface Scene {
  readonly stack: Stack;
  readonly app: Child;
  readonly c: Dialog;
}

async function scene(context: TestContext): Promise<Scene> {
  const stack = new Stack(context);
  const app = await stack.app(runtimeName);
  return { stack, app, c: await stack.peer(9) };
}

/** All is where it was; the application has never used the cache of its lcore. */
async function allBack({ app, c }: Scene): Promise<void> {
  assert.equal(await line(c, "inuse"), "0");
  assert.equal(await line(c, "cached 0"), "0");
  assert.equal(await line(c, "pool"), "size 64 element 10240 cache 16 wrong 0");
  await c.end();
  await endApp(app);
}

test("a type that has no ring picks none", { timeoutMs: TEST_MS }, async (context) => {
  const all = await scene(context);
  const { stack, app, c } = all;
  const allocs = await line(c, "allocs");
  for (const type of [0, 10, 11, 2 ** 31, 2 ** 32 - 1]) {
    assert.equal(await line(c, `leave ${type} 3`), "sent 3");
  }
  assert.equal(await line(c, "leave 10 2 20000"), "sent 2"); // with buffers in their own ones' place
  assert.equal(await line(c, "sysctl app.msg.bad_types"), "17");
  assert.equal(await line(c, "allocs"), allocs);
  assert.deepEqual(await stack.tool(runtimeName, "sysctl", "app.msg.bad_types"), [
    "app.msg.bad_types: 17",
  ]);
  await allBack(all);
  assert.match((await app.result).stdout, /answered, 17 of a bad type, 0 not taken, 0 foreign;/);
});

test("pointers lead nowhere but into the buffer", { timeoutMs: TEST_MS }, async (context) => {
  const all = await scene(context);
  const { stack, c } = all;
  assert.equal(await line(c, "lead 0 64"), "result 0");
  assert.equal(await line(c, "lead 0 100000"), "result 14"); // EFAULT: beyond the buffer's end
  assert.equal(await line(c, `lead 0 ${2n ** 64n - 1n}`), "result 14");
  assert.equal(await line(c, "lead 0x1000 8"), "result 14");
  assert.equal(await line(c, `lead ${2n ** 64n - 8n} 8`), "result 14");
  assert.equal(await line(c, "astray"), "result 14");
  for (const address of ["0x1000", "0x600000000040", 2n ** 64n - 8n]) {
    assert.equal(await line(c, `bytes ${address}`), "sent 1");
  }
  assert.equal(await line(c, "sysctl app.msg.foreign"), "3");
  assert.deepEqual(await stack.tool(OTHER, "sysctl", "kern.ostype"), ["kern.ostype: dpdk.ts"]);
  await allBack(all);
});

test("answers that nobody takes are given back, with their buffers", {
  timeoutMs: TEST_MS,
}, async (context) => {
  const all = await scene(context);
  const { stack, app, c } = all;
  assert.deepEqual(await stack.tool(runtimeName, "sweep"), ["Process 0: given back: 0"]);
  const allocs = Number(await line(c, "allocs"));
  assert.equal(await line(c, `leave ${TOP} 40 20000`), "sent 40");
  await until(c, IN, "0");
  await until(c, "sysctl app.msg.untaken", "9"); // the ring is full; the others went back at once
  assert.equal(await line(c, OUT), `${SLOTS}`);
  assert.equal(await line(c, "inuse"), `${SLOTS}`);
  assert.equal(Number(await line(c, "allocs")), allocs + SLOTS);
  // Of another type: a tool frees answers of its own type only.
  await stack.tool(runtimeName, "sysctl", "kern.ostype");
  assert.equal(await line(c, OUT), `${SLOTS}`);
  const { stdout, stderr } = await well(stack.start(runtimeName, "top", "-n", "1", "-d", "0"));
  assert.equal(stdout.trim().split("\n").length, 4);
  assert.equal(stderr, "Answers that nobody waited for, given back: 31\n");
  assert.equal(Number(await line(c, "allocs")), allocs);
  assert.equal(await line(c, `leave ${SYSCTL} 2`), "sent 2");
  assert.equal(await line(c, `leave ${TOP} 3`), "sent 3");
  await until(c, OUT, "3");
  assert.deepEqual(await stack.tool(OTHER, "sweep"), ["Process 0: given back: 5"]);
  await allBack(all);
  assert.match((await app.result).stdout, /, 0 of a bad type, 9 not taken, 0 foreign;/);
});

test("an answer that comes too late is not lost", { timeoutMs: TEST_MS }, async (context) => {
  const all = await scene(context);
  const { stack, app, c } = all;
  app.kill("SIGSTOP");
  assert.match(
    await refused(stack.start(runtimeName, "top", "-n", "1")),
    /^Cannot ask process 0 for FF_TOP: it has not answered within 1000 ms; when it does, the next/,
  );
  assert.equal(await line(c, IN), "1"); // it is the application's: nobody else may free it
  assert.equal(await line(c, "inuse"), "1");
  app.kill("SIGCONT");
  await until(c, OUT, "1");
  assert.equal(await line(c, "inuse"), "1");
  const { stderr } = await well(stack.start(runtimeName, "top", "-n", "1", "-d", "0"));
  assert.equal(stderr, "Answers that nobody waited for, given back: 1\n");
  await allBack(all);
});

test("a ring without room for a question takes none", { timeoutMs: TEST_MS }, async (context) => {
  const all = await scene(context);
  const { stack, app, c } = all;
  app.kill("SIGSTOP");
  assert.equal(await line(c, `leave ${TOP} ${SLOTS}`), `sent ${SLOTS}`);
  assert.match(
    await refused(stack.start(runtimeName, "sysctl", "-a")),
    /^Cannot ask process 0 for FF_SYSCTL: 31 questions wait in ring "ff_msg_ring_in_0" already/,
  );
  assert.equal(await line(c, "inuse"), `${SLOTS}`);
  app.kill("SIGCONT");
  await until(c, OUT, `${SLOTS}`);
  assert.deepEqual(await stack.tool(OTHER, "sweep"), ["Process 0: given back: 31"]);
  await allBack(all);
});

test("a tool that is killed while it waits leaves its message and its turn to the next", {
  timeoutMs: TEST_MS,
}, async (context) => {
  const all = await scene(context);
  const { stack, app, c } = all;
  app.kill("SIGSTOP");
  const victim = stack.start(runtimeName, "top");
  await until(c, IN, "1");
  victim.kill("SIGKILL");
  await victim.result;
  app.kill("SIGCONT");
  await until(c, OUT, "1");
  for (const expected of ["Answers that nobody waited for, given back: 1\n", ""]) {
    const { stderr } = await well(stack.start(OTHER, "top", "-n", "1", "-d", "0"));
    assert.equal(stderr, expected);
  }
  await allBack(all);
});

test("tools at once each have their own answers", { timeoutMs: TEST_MS }, async (context) => {
  const all = await scene(context);
  const { stack, c } = all;
  // Each runs until all have had so many answers while the others asked, too.
  const rows = 100;
  const tops: Child[] = [];
  for (const runtime of [runtimeName, OTHER, runtimeName]) {
    const top = stack.start(runtime, "top", "-d", "0.001");
    await top.waitForLine(/%/);
    tops.push(top);
  }
  const readers = tops.map((top) => top.lines());
  for (const reader of readers) {
    for (let i = 0; i < rows; i++) assert.equal((await reader.next()).done, false);
  }
  const trees = [];
  for (const runtime of [OTHER, runtimeName]) trees.push(await stack.tool(runtime, "sysctl", "-a"));
  const names = trees.map((lines) => lines.map((line) => line.split(":")[0]!));
  assert.deepEqual(names[0], names[1]);
  for (const top of tops) top.kill("SIGINT");
  for (const top of tops) assert.equal((await well(top)).stderr, "");
  assert.equal(await line(c, "inuse"), "0");
  await allBack(all);
});

test(
  "one has the turn, others wait; a killed one's goes on",
  { timeoutMs: TEST_MS },
  async (context) => {
    const all = await scene(context);
    const { stack } = all;
    const [one, other] = [await stack.turns(), await stack.turns()];
    assert.equal(await one.ask(`take ${TOP}`), `has ${TOP}`);
    assert.equal(await other.ask(`take ${SYSCTL}`), `has ${SYSCTL}`); // of another ring
    const waiting = other.ask(`take ${TOP}`);
    // The application answers all this time, and who asks for something else is not held up.
    assert.equal((await stack.tool(OTHER, "traffic", "-s"))[0], "0,0,0,0,0,0");
    assert.equal(await Promise.race([waiting, Promise.resolve("waits")]), "waits");
    assert.equal(await one.ask(`end ${TOP}`), `ended ${TOP}`);
    assert.equal(await waiting, `has ${TOP}`);
    other.child.kill("SIGKILL");
    await other.child.result;
    assert.equal(await one.ask(`take ${TOP}`), `has ${TOP}`);
    await one.quit();
    await allBack(all);
  },
);

test("who is killed half-way in a ring leaves it to the next as it was", {
  timeoutMs: TEST_MS,
}, async (context) => {
  const all = await scene(context);
  const { stack, c } = all;
  const victim = await stack.turns();
  assert.equal(await victim.ask("take 0"), "has 0");
  assert.equal(await victim.ask("half"), "half");
  victim.child.kill("SIGKILL");
  await victim.child.result;
  await stack.tool(runtimeName, "top", "-n", "1", "-d", "0");
  assert.equal(await line(c, "sysctl app.msg.foreign"), "0");
  await allBack(all);
});

test("who takes a killed process's place answers what it was asked", {
  timeoutMs: TEST_MS,
}, async (context) => {
  const stack = new Stack(context);
  const app = await stack.app(runtimeName, [], ["--procs", "2"]);
  const own = ["--procs", "2", "--proc-id", "1"];
  const victim = await stack.further(OTHER, own);
  const c = await stack.peer(9);
  victim.kill("SIGSTOP");
  const ask = ["top", "-p", "1", "-n", "1", "-d", "0"];
  assert.match(
    await refused(stack.start(OTHER, ...ask)),
    /^Cannot ask process 1 for FF_TOP: it has/,
  );
  victim.kill("SIGKILL");
  await victim.result;
  const successor = await stack.further(OTHER, own);
  await until(c, "count ff_msg_ring_out_1_5", "1");
  const { stderr } = await well(stack.start(OTHER, ...ask));
  assert.equal(stderr, "Answers that nobody waited for, given back: 1\n");
  assert.equal(await line(c, "inuse"), "0");
  await c.end();
  await endApp(successor);
  await endApp(app);
});
