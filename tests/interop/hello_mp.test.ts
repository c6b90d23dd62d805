// examples/hello_mp: servers and clients in all pairs of Deno, Bun and C. This file runs once on each
// runtime: each run has the servers of its own runtime, and a share of those in C.

import { assert, type ChildResult, describe, type Runtime, runtimeName, test } from "../kit.ts";
import { type Language, LANGUAGES } from "./group.ts";
import { assertAsked, end, lines, numbers, Party, STATUS_MS, TEST_MS, well } from "./hello_mp.ts";

/** Servers and the clients that they are tried with. */
const PAIRS: Readonly<Record<Runtime, readonly (readonly [Language, readonly Language[]])[]>> = {
  deno: [["deno", LANGUAGES], ["c", ["deno", "c"]]],
  bun: [["bun", LANGUAGES], ["c", ["bun"]]],
};

/** The servers of this run. */
const SERVERS: readonly Language[] = [runtimeName, "c"];

/** Wants what a server prints of so many clients, one after the other. */
function assertServed({ stdout }: ChildResult, clients: number, count: number): void {
  for (const kind of ["SYNC", "ASYNC"]) {
    const one = numbers(count).map((n) => `Received: ${kind} Hello ${n} from Client`);
    assert.deepEqual(lines(stdout, `[${kind}] `), numbers(clients).flatMap(() => one));
  }
}

for (const [language, clients] of PAIRS[runtimeName]) {
  test(`server ${language}, clients ${clients.join(", ")} one after the other`, {
    timeoutMs: TEST_MS,
  }, async (context) => {
    const party = new Party(context);
    const server = await party.serve(language);
    const started = performance.now();
    const first = server.waitForLine(/^\[Server\] Handled/).then(() => performance.now());
    assert.equal(await party.visit("counters"), "force_quit 0 sync 0 async 0");
    for (const [i, client] of clients.entries()) {
      const handled = 3 * (i + 1);
      assertAsked(await well(party.ask(client, 3)), 3, handled);
      assert.equal(
        await party.visit("counters"),
        `force_quit 0 sync ${handled} async ${handled}`,
      );
    }
    const all = 3 * clients.length;
    const told = `\\[Server\\] Handled ${all} sync requests, ${all} async requests`;
    await server.waitForLine(new RegExp(`^${told}$`), 3 * STATUS_MS);
    assert.ok(await first - started > 0.9 * STATUS_MS);
    assertServed(await end(server), clients.length, 3);
  });
}

for (const language of SERVERS) {
  describe(`server ${language}`, () => {
    test("three clients at once: each has its own replies, and the counts add up", {
      timeoutMs: TEST_MS,
    }, async (context) => {
      const party = new Party(context);
      const server = await party.serve(language);
      const clients = LANGUAGES.map((client) => party.ask(client, 5));
      for (const client of clients) assertAsked(await well(client), 5);
      assert.equal(await party.visit("counters"), "force_quit 0 sync 15 async 15");
      const { stdout } = await end(server);
      for (const kind of ["SYNC", "ASYNC"]) {
        const wanted = numbers(5).flatMap((n) =>
          LANGUAGES.map(() => `Received: ${kind} Hello ${n} from Client`)
        );
        assert.deepEqual(lines(stdout, `[${kind}] `).toSorted(), wanted.toSorted());
      }
    });

    test("when it ends, its clients see force_quit and leave", {
      timeoutMs: TEST_MS,
    }, async (context) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        const party = new Party(context);
        const server = await party.serve(language);
        const clients = LANGUAGES.map((client) => party.ask(client));
        for (const client of clients) {
          await client.waitForLine(/^\[SYNC\] Reply:/);
          await client.waitForLine(/^\[ASYNC\] Reply:/);
        }
        await end(server, signal);
        // Not their next request, three seconds later, ends them.
        for (const client of clients) assertAsked(await well(client), 1, LANGUAGES.length);
      }
    });

    test("it takes texts without a NUL, and answers with one, cut where it would not fit", {
      timeoutMs: TEST_MS,
    }, async (context) => {
      const party = new Party(context);
      const server = await party.serve(language);
      for (const [kind, name] of [["SYNC", "hello_request"], ["ASYNC", "hello_async_req"]]) {
        for (const length of [0, 5, 256]) {
          const whole = `Server ${kind} reply: Got '${"x".repeat(length)}'`;
          const reply = `${whole.slice(0, 255)}\0`;
          assert.equal(
            await party.visit("ask", name!, `${length}`),
            [...reply].map((c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join(""),
          );
        }
      }
      await end(server);
    });
  });
}
