// The exercises of examples/hello_mp.

import { assert, describe, test } from "../kit.ts";
import { end, lines, numbers, OTHER, Party, TEST_MS, well } from "./hello_mp.ts";

describe(`exercises, against a server on ${OTHER}`, () => {
  test("ping: a struct there and back", { timeoutMs: TEST_MS }, async (context) => {
    const party = new Party(context);
    const server = await party.serve(OTHER);
    const { stdout } = await well(
      party.exercise("ping", "secondary", "--count", "3", "--interval-ms", "50"),
    );
    const pattern = [
      ...numbers(3).map((n) => `16 bytes from the server: sequence=${n} time=\\d+\\.\\d{3} ms\n`),
      "3 requests, 3 replies\n",
      "round trip min/avg/max = \\d+\\.\\d{3}/\\d+\\.\\d{3}/\\d+\\.\\d{3} ms\n",
    ].join("");
    assert.match(stdout, new RegExp(`^${pattern}$`));
    const served = await end(server);
    assert.deepEqual(
      lines(served.stdout, "[PING] Received: "),
      numbers(3).map((n) => `sequence ${n}`),
    );
  });

  test("notices: what one says, all read", { timeoutMs: TEST_MS }, async (context) => {
    const party = new Party(context);
    const server = await party.serve(OTHER);
    // One that listens before, and until after, the other speaks.
    const listener = party.exercise(
      "notices",
      "secondary",
      "--count",
      "100",
      "--interval-ms",
      "100",
    );
    await listener.waitForLine(/^\[NOTICE\] Received:/);
    const speaker = party.exercise("notices", "secondary", "--count", "3", "--interval-ms", "100");
    const own = numbers(3).map((n) => `NOTICE ${n} of ${speaker.pid}`);
    const { stdout } = await well(speaker);
    assert.deepEqual(lines(stdout, "[NOTICE] Sent: "), own);
    const heard = lines(stdout, "[NOTICE] Received: ");
    assert.deepEqual(heard.filter((text) => own.includes(text)), own);
    assert.ok(heard.some((text) => text.endsWith(` of ${listener.pid}`)), stdout);
    await listener.waitForLine(new RegExp(`^\\[NOTICE\\] Received: ${own.at(-1)}$`));
    listener.kill("SIGKILL");
    const all = lines((await listener.result).stdout, "[NOTICE] Received: ");
    assert.deepEqual(all.filter((text) => own.includes(text)), own);
    await end(server);
  });

  test("descriptor: the server notifies an eventfd", { timeoutMs: TEST_MS }, async (context) => {
    const party = new Party(context);
    const server = await party.serve(OTHER);
    const { stdout } = await well(party.exercise("descriptor", "secondary"));
    assert.equal(
      stdout,
      [
        ...numbers(3).map((n) => `[EVENT] Reply: Notified ${n}\n`),
        "[EVENT] The eventfd's count is 6, and was to be 6\n",
      ].join(""),
    );
    assert.deepEqual(lines((await end(server)).stdout, "[EVENT] Notified: "), ["1", "2", "3"]);
  });

  test("timeout: nobody answers, then nobody is there", { timeoutMs: TEST_MS }, async (context) => {
    const party = new Party(context);
    const server = await party.serve(OTHER);
    const child = party.exercise("timeout", "secondary");
    await child.waitForLine(/^Now stop the server$/);
    await end(server);
    const { stdout } = await well(child);
    const [sync, async, now, error] = stdout.split("\n");
    assert.equal(sync, "mp.requestSync: sent 1, received 0, timedOut true");
    assert.equal(async, "mp.request: sent 1, received 0, timedOut true");
    assert.equal(now, "Now stop the server");
    assert.match(error!, /^ENOENT: Cannot request "hello_nobody": .* the primary is gone$/);
  });

  test("timeout: a primary that has nobody to ask", { timeoutMs: TEST_MS }, async (context) => {
    const { stdout } = await well(new Party(context).exercise("timeout", "primary"));
    assert.equal(
      stdout,
      ["requestSync", "request"]
        .map((call) => `mp.${call}: sent 0, received 0, timedOut false\n`).join(""),
    );
  });

  for (const name of ["ping", "notices", "descriptor", "timeout"]) {
    test(`${name} without a server says so in one line`, {
      timeoutMs: TEST_MS,
    }, async (context) => {
      const { code, stderr } = await new Party(context).exercise(name, "secondary").result;
      assert.equal(code, 1);
      assert.match(stderr, /^Cannot attach to the primary .*: there is none .*\n$/);
    });
  }
});
