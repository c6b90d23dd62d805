import process from "node:process";
import {
  type DpdkError,
  Eal,
  FileDescriptor,
  installation,
  Mp,
  mp,
  type MpHandler,
  MpMessage,
  type MpResult,
  rte,
  runtime,
} from "../../mod.ts";
import { assert, describe, ealCase, test } from "../kit.ts";
import { primaryPeer, secondaryPeer } from "./peers.ts";

/** Everything that hands a message in. */
const senders = (message: unknown): Promise<unknown>[] => {
  const rejected = (call: () => unknown) => Promise.resolve().then(call);
  return [
    rejected(() => mp.send(message as never)),
    rejected(() => mp.request(message as never)),
    rejected(() => mp.requestSync(message as never)),
  ];
};

async function refused(message: unknown, name: string, pattern: RegExp): Promise<void> {
  for (const sent of senders(message)) {
    await assert.rejects(sent, (error: Error) => {
      assert.equal(error.name, name, String(error));
      assert.match(error.message, pattern);
      return true;
    });
  }
}

const mostFds = installation().abi.number === 23 ? 8 : 253;

ealCase("a message that does not fit is refused before DPDK has it", async ({ args }) => {
  using _eal = Eal.init(args);
  await refused(undefined, "TypeError", /a message is \{ name, param, fds \}/);
  await refused("name", "TypeError", /a message is \{ name, param, fds \}/);
  await refused({}, "TypeError", /message name/);
  await refused({ name: "" }, "TypeError", /empty message name/);
  await refused({ name: "a\0b" }, "TypeError", /NUL/);
  await refused({ name: 7 }, "TypeError", /message name/);
  await refused({ name: "n".repeat(64) }, "RangeError", /64 bytes, at most 63 fit/);
  await refused({ name: "ü".repeat(32) }, "RangeError", /64 bytes, at most 63 fit/);
  await refused({ name: "x", params: "y" }, "TypeError", /option "params"/);
  await refused({ name: "x", param: 7 }, "TypeError", /must be a Uint8Array or a string/);
  const gone = new Uint8Array(8);
  gone.buffer.transfer();
  await refused({ name: "x", param: gone }, "TypeError", /memory of its param was transferred/);
  await refused({ name: "x", param: [1] }, "TypeError", /must be a Uint8Array or a string/);
  await refused({ name: "x", param: new Uint8Array(257) }, "RangeError", /257 bytes, at most 256/);
  await refused({ name: "x", param: "p".repeat(256) }, "RangeError", /257 bytes with their NUL/);
  await refused({ name: "x", fds: 1 }, "TypeError", /fds are not an array/);
  await refused({ name: "x", fds: [-1] }, "RangeError", /file descriptor/);
  await refused({ name: "x", fds: ["0"] }, "RangeError", /file descriptor/);
  await refused({ name: "x", fds: new Array(2) }, "RangeError", /file descriptor/);
  await refused({ name: "x", param: Object.create(null) }, "TypeError", /of type object/);
  await refused({ name: "x", fds: [9999] }, "DpdkError", /EBADF|descriptor 9999 is closed/);
  await refused(
    { name: "x", fds: Array(mostFds + 1).fill(0) },
    "RangeError",
    new RegExp(`${mostFds + 1} file descriptors, at most ${mostFds} fit`),
  );
  const event = FileDescriptor.event();
  event.close();
  await refused({ name: "x", fds: [event] }, "DpdkError", /is closed/);
  assert.throws(() => event.number, { name: "DpdkError", code: "EBADF" });
  assert.throws(() => event.write(new Uint8Array(8)), { code: "EBADF" });
  event.close();
  // The longest that fit, do.
  assert.equal(mp.requestSync({ name: "n".repeat(63), param: new Uint8Array(256) }).sent, 0);
  assert.equal(mp.requestSync({ name: "x", param: "p".repeat(255) }).sent, 0);
});

ealCase("options of a request are checked", async ({ args }) => {
  using _eal = Eal.init(args);
  for (const timeoutMs of [0, -1, 1.5, NaN, Infinity, 2 ** 31]) {
    await assert.rejects(mp.request({ name: "x" }, { timeoutMs }), RangeError);
    assert.throws(() => mp.requestSync({ name: "x" }, { timeoutMs }), RangeError);
  }
  await assert.rejects(mp.request({ name: "x" }, { timeout: 5 } as never), /option "timeout"/);
  assert.throws(() => mp.requestSync({ name: "x" }, { signal: null } as never), /option "signal"/);
  for (const options of [null, 5, "5"]) {
    const wrong = { name: "TypeError", message: /takes \{ timeoutMs/ };
    await assert.rejects(mp.request({ name: "x" }, options as never), wrong);
    assert.throws(() => mp.requestSync({ name: "x" }, options as never), wrong);
  }
  const signal = new AbortController() as never;
  await assert.rejects(mp.request({ name: "x" }, { signal }), {
    name: "TypeError",
    message: /no AbortSignal/,
  });
  const reason = new Error("not now");
  await assert.rejects(mp.request({ name: "x" }, { signal: AbortSignal.abort(reason) }), reason);
  assert.throws(() => mp.poll(0), RangeError);
});

ealCase("a handler's name is checked, and there is one of each", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const nothing = () => {};
  assert.throws(() => mp.on("", nothing), TypeError);
  assert.throws(() => mp.on("n".repeat(64), nothing), RangeError);
  assert.throws(() => mp.on("x", undefined as unknown as MpHandler), TypeError);
  const action = mp.on("x", nothing);
  assert.throws(() => mp.on("x", nothing), {
    name: "DpdkError",
    code: "EEXIST",
    call: "rte_mp_action_register",
    message: /this script has a handler of that name/,
  });
  assert.throws(() => mp.on("mp_malloc_request", nothing), {
    code: "EEXIST",
    message: /C code of this process, or DPDK itself, answers to that name/,
  });
  action.close();
  action.close();
  assert.equal(action.alive, false);
  mp.on("x", () => ({ param: "again" })).close();
  using _again = mp.on("x", () => ({ param: "again" }));
  const c = await secondaryPeer(prefix);
  assert.deepEqual(await c.ask("request x - 1000"), ["sent 1 received 1", "reply x 6 again 0"]);
  await c.end();
});

ealCase("an answer that does not fit is told and not sent", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const told: string[] = [];
  mp.onError = (error, { name }) => told.push(`${name}: ${(error as Error).message}`);
  const answers: Record<string, unknown> = {
    a: { name: "b", param: "x" },
    c: "text",
    d: { param: new Uint8Array(257) },
    e: { fds: [9999] },
    f: { params: "x" },
    g: 7,
    h: null,
    j: [],
    k: new Uint8Array(2),
    l: (function* () {})(),
    m: {
      get then(): unknown {
        throw new Error("on purpose");
      },
    },
  };
  for (const name in answers) mp.on(name, () => answers[name] as never);
  // What only looks like a promise may settle twice, and is answered once.
  mp.on("n", () => ({
    then: (settle: (answer: object) => void) => {
      settle({ param: "first" });
      settle({ param: "second" });
      throw new Error("and fail");
    },
  } as never));
  mp.on("i", () => ({ name: "i", param: "its own name will do" } as never));
  const c = await secondaryPeer(prefix);
  for (const name in answers) {
    assert.deepEqual(await c.ask(`request ${name} - 100`), ["error 110 sent 1"], name);
  }
  assert.equal((await c.ask("request i - 1000"))[0], "sent 1 received 1");
  assert.deepEqual(await c.ask("request n - 1000"), ["sent 1 received 1", "reply n 6 first 0"]);
  assert.equal(told.length, Object.keys(answers).length, told.join("\n"));
  assert.match(told[0]!, /a: Cannot answer "a" with "b": a reply has its request's name/);
  assert.match(told[1]!, /c: Cannot answer "c" with "text": a handler returns/);
  assert.match(told[2]!, /d: .*257 bytes/);
  assert.match(told[3]!, /e: .*9999 is closed/);
  assert.match(told[4]!, /f: .*"params"/);
  assert.throws(() => mp.onError = 7 as never, TypeError);
  await c.end();
});

ealCase("one request of a name at a time", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const c = await secondaryPeer(prefix);
  await c.ask("register slow slow 300");
  const taken = { name: "DpdkError", code: "EEXIST", message: /of that name is under way/ };
  const first = mp.request({ name: "slow" });
  await assert.rejects(mp.request({ name: "slow" }), taken);
  assert.throws(() => mp.requestSync({ name: "slow" }), taken);
  assert.equal((await first).received, 1);
  assert.equal((await mp.request({ name: "slow" })).received, 1);

  // One that was given up is still DPDK's.
  const controller = new AbortController();
  const aborted = mp.request({ name: "slow" }, { signal: controller.signal });
  controller.abort();
  await assert.rejects(aborted, { name: "AbortError" });
  await assert.rejects(mp.request({ name: "slow" }), {
    code: "EEXIST",
    message: /an earlier one was aborted, which DPDK cannot withdraw/,
  });
  await c.ask("waitcount slow 3 2000");
  // Until it is answered, and that is seen.
  let result: MpResult | undefined;
  while (result === undefined) {
    result = await mp.request({ name: "slow" }).catch((error: DpdkError) => {
      assert.equal(error.code, "EEXIST", error.message);
      return undefined;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.equal(result.received, 1);
  await c.end();
});

for (const option of ["--no-shconf", "--in-memory"]) {
  ealCase(`there are no messages with ${option}`, { args: [option] }, async ({ args }) => {
    using _eal = Eal.init(args);
    const off = { name: "DpdkError", code: "ENOTSUP", message: /shares nothing with others/ };
    assert.throws(() => mp.on("x", () => {}), off);
    assert.throws(() => mp.send({ name: "x" }), off);
    assert.throws(() => mp.requestSync({ name: "x" }), off);
    await assert.rejects(mp.request({ name: "x" }), off);
  });
}

ealCase("a primary that switched multi-process off is told so", async ({ args }) => {
  using _eal = Eal.init(args);
  using before = mp.on("before", () => {});
  assert.equal(mp.disable(), true);
  assert.equal(mp.disable(), true);
  const off = { name: "DpdkError", code: "ENOTSUP", message: /switched off \(rte_mp_disable\)/ };
  assert.throws(() => mp.on("x", () => {}), off);
  assert.throws(() => mp.send({ name: "x" }), off);
  assert.throws(() => mp.requestSync({ name: "x" }), off);
  await assert.rejects(mp.request({ name: "x" }), off);
  assert.equal(before.alive, true);
});

ealCase("a primary with secondaries cannot switch it off", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const c = await secondaryPeer(prefix);
  assert.equal(mp.disable(), false);
  using _x = mp.on("x", () => ({}));
  assert.equal((await c.ask("request x - 1000"))[0], "sent 1 received 1");
  await c.end();
});

for (const [how, code] of [["ends", "ENOENT"], ["is killed", "ECONNREFUSED"]] as const) {
  ealCase(`a primary that ${how} is gone`, { args: ["--proc-type=secondary"] }, async (
    { args, prefix },
  ) => {
    const c = await primaryPeer(prefix);
    await c.ask("register x upper");
    Eal.init(args);
    assert.equal((await mp.request({ name: "x" })).received, 1);
    if (how === "ends") {
      await c.end();
    } else {
      const [pid] = await c.ask("pid");
      process.kill(Number(pid), "SIGKILL");
      await assert.rejects(c.ask("pid"));
    }
    const gone = { name: "DpdkError", code, message: /the primary is gone/ };
    assert.throws(() => mp.send({ name: "x" }), gone);
    assert.throws(() => mp.requestSync({ name: "x" }), gone);
    await assert.rejects(mp.request({ name: "x" }), gone);
  });
}

describe("without EAL", () => {
  test("messages are refused", async () => {
    const message = /EAL is not initialised/;
    assert.throws(() => mp.on("x", () => {}), { name: "DpdkError", message });
    assert.throws(() => mp.send({ name: "x" }), { message });
    assert.throws(() => mp.requestSync({ name: "x" }), { message });
    assert.throws(() => mp.disable(), { message });
    await assert.rejects(mp.request({ name: "x" }), { message });
    assert.equal(mp.poll(), 0);
    assert.equal(mp.waiting + mp.dropped, 0);
  });

  test("nobody makes a channel or an action", () => {
    assert.throws(() => new Mp(undefined as never), TypeError);
    assert.throws(() => new FileDescriptor(undefined as never, 1), TypeError);
  });
});

ealCase("the 1:1 functions are there", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const c = await secondaryPeer(prefix);
  await c.ask("register note collect");
  const bytes = new Uint8Array(new ArrayBuffer(1344));
  new TextEncoder().encodeInto("note", bytes);
  new DataView(bytes.buffer).setInt32(64, 1, true);
  bytes[72] = 0x30;
  assert.equal(rte.rte_mp_sendmsg(runtime.pointerTo(bytes.buffer) as never), 0);
  assert.deepEqual(await c.ask("waitcount note 1 2000"), ["count 1 inorder 1 last 0 fds 0"]);
  assert.equal(rte.rte_mp_disable(), false);
  rte.rte_mp_action_unregister("there is none");
  await c.end();
});

test("a message's text ends at its NUL, or where it ends", () => {
  const message = (text: string) =>
    new MpMessage("x", new TextEncoder().encode(text), [], new Uint8Array(0)).text;
  assert.deepEqual(["", "a", "a\0", "a\0b"].map(message), ["", "a", "a", "a"]);
});

ealCase("a Worker may send and ask, but not handle", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const c = await secondaryPeer(prefix);
  await c.ask("register x upper");
  const worker = new Worker(new URL("./scripts/worker.ts", import.meta.url), { type: "module" });
  const answer = await new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data));
  worker.terminate();
  assert.deepEqual(answer, { sync: "ASK", on: "EPERM", request: "EPERM" });
  await c.end();
});
