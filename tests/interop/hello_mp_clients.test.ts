// The clients of examples/hello_mp: their clocks, their ends, and what they say when it goes wrong.

import { assert, describe, runtimeName, test } from "../kit.ts";
import { LANGUAGES } from "./group.ts";
import {
  assertAsked,
  end,
  gap,
  lines,
  OTHER,
  Party,
  STATUS_MS,
  TEST_MS,
  well,
} from "./hello_mp.ts";

describe("clients", () => {
  test("send a NUL behind their texts, and take replies without one", {
    timeoutMs: TEST_MS,
  }, async (context) => {
    const party = new Party(context);
    const server = await party.serveBare();
    for (const client of LANGUAGES) {
      const { stdout } = await well(party.ask(client, 2));
      assert.deepEqual(lines(stdout, "[SYNC] Reply: "), ["1", "1"]);
      assert.deepEqual(lines(stdout, "[ASYNC] Reply: "), ["1", "1"]);
    }
    await end(server);
  });

  test("ask every 3 s and every 5 s, and the server tells every 3 s, unless told otherwise", {
    timeoutMs: TEST_MS,
  }, async (context) => {
    const party = new Party(context);
    const server = await party.serve(OTHER);
    const client = party.ask(runtimeName);
    const gaps = await Promise.all([
      gap(client, "[SYNC] Reply:"),
      gap(client, "[ASYNC] Reply:"),
      gap(server, "[Server] Handled"),
    ]);
    for (const [i, wanted] of [3000, 5000, STATUS_MS].entries()) {
      assert.ok(gaps[i]! > 0.9 * wanted && gaps[i]! < 1.4 * wanted, `${gaps}`);
    }
    await end(server);
    await well(client);
  });

  test("have two clocks: --interval-ms and --async-interval-ms", {
    timeoutMs: TEST_MS,
  }, async (context) => {
    const party = new Party(context);
    const server = await party.serve(OTHER);
    const clocks = ["--count", "5", "--interval-ms", "100", "--async-interval-ms", "200"];
    for (const client of LANGUAGES) {
      const { stdout } = await well(party.client(client, ...clocks));
      assert.equal(lines(stdout, "[SYNC] Reply: ").length, 5);
      assert.equal(lines(stdout, "[ASYNC] Reply: ").length, 3);
    }
    await end(server);
  });

  test("end by SIGINT and SIGTERM, and the server goes on", {
    timeoutMs: TEST_MS,
  }, async (context) => {
    const party = new Party(context);
    const server = await party.serve(OTHER);
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      const client = party.ask(runtimeName);
      await client.waitForLine(/^\[ASYNC\] Reply:/);
      client.kill(signal);
      assertAsked(await well(client), 1);
    }
    assertAsked(await well(party.ask(runtimeName, 1)), 1, 3);
    await end(server);
  });

  test("refuse options that mean nothing, in one line", { timeoutMs: TEST_MS }, async (context) => {
    const party = new Party(context);
    const server = await party.serve(OTHER);
    const cases = [
      [["--cuont", "3"], /^Unknown option '--cuont'.*\n$/],
      [["--count", "0"], /^Cannot use 0 as --count: .*\n$/],
      [["--interval-ms", "soon"], /^Cannot use soon as --interval-ms: .*\n$/],
    ] as const;
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = await party.client(runtimeName, ...args).result;
      assert.equal(code, 1);
      assert.equal(stdout, "");
      assert.match(stderr, message);
    }
    await end(server);
  });

  test("without a server say so in one line", { timeoutMs: TEST_MS }, async (context) => {
    const { code, stdout, stderr } = await new Party(context).ask(runtimeName, 1).result;
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /^Cannot attach to the primary .*: there is none .*\n$/);
  });

  test("say in one line that their server was killed", { timeoutMs: TEST_MS }, async (context) => {
    const party = new Party(context);
    const server = await party.serve(OTHER);
    const client = party.client(runtimeName, "--interval-ms", "500");
    await client.waitForLine(/^\[SYNC\] Reply:/);
    await client.waitForLine(/^\[ASYNC\] Reply:/);
    server.kill("SIGKILL");
    const { code, stderr } = await client.result;
    assert.equal(code, 1);
    const own = stderr.split("\n").filter((line) => line !== "" && !line.startsWith("EAL:"));
    assert.equal(own.length, 1, stderr);
    assert.match(own[0]!, /^Cannot request "hello_\w+": .* the primary is gone$/);
  });
});
