// examples/client_server_mp: what servers and clients refuse, each in one line. This file runs once on
// each runtime.

import {
  assert,
  type Child,
  type ChildResult,
  describe,
  outcome,
  type Runtime,
  runtimeName,
  test,
} from "../kit.ts";
import { leftovers, NULLS, TEST_MS } from "./client_server.ts";
import { CLIENT, ended, Party, type Program, SERVER } from "./forwarding.ts";

const OTHER: Runtime = runtimeName === "deno" ? "bun" : "deno";

/** Wants a refusal in one line, with the usage below it or not, and a process that left nothing. */
async function refused(party: Party, child: Child, message: RegExp, usage: boolean): Promise<void> {
  const result = await child.result;
  assert.equal(result.code, 1, outcome(result));
  const [first = "", ...others] = result.stderr.trimEnd().split("\n");
  assert.match(first, message);
  if (usage) {
    const text = /^\n(server|client)\.ts \[EAL options\] (.*\n)+.*NUM_CLIENTS.*$/;
    assert.match(others.join("\n"), text);
  } else {
    assert.deepEqual(others, []);
  }
  assert.doesNotMatch(result.stderr + result.stdout, /^\s+at |Error:/m);
  assert.doesNotMatch(result.stdout, /PORTS|Finished/);
  assert.deepEqual(leftovers(party.prefix).pages, []);
}

describe("refused in one line", () => {
  test("what a server cannot use", { timeoutMs: TEST_MS }, async (context) => {
    const number = /^Cannot use .* as -n NUM_CLIENTS: it is a number from 1 to 16$/;
    const pairs = /^Cannot use "1" as port mask: .* in pairs; use an even number$/;
    const hexadecimal = /^Cannot use .*port mask: it is a hexadecimal number, such as 3$/;
    const cases: readonly (readonly [readonly string[], RegExp, boolean?])[] = [
      [["-p", "3", "-n", "0"], number],
      [["-p", "3", "-n", "17"], number],
      [["-p", "3", "-n", "x"], number],
      [["-p", "3", "-n", ""], number],
      [["-p", "3", "-n", "1.5"], number],
      [["-p", "3"], number],
      [["-p", "3", "-n", "2", "--nonsense"], /^Unknown option '--nonsense'/],
      [["-p", "3", "-n"], /^Option '-n, .*argument missing/],
      [["-p", "zz", "-n", "2"], hexadecimal],
      [["-p", "", "-n", "2"], hexadecimal],
      [["-n", "2"], hexadecimal],
      [["-p", "123456789", "-n", "2"], hexadecimal],
      [["-p", "0", "-n", "2"], /^Cannot use "0" as port mask: it has no port$/],
      [["-p", "1", "-n", "2"], pairs],
      [
        ["-p", "c", "-n", "2"],
        /^Cannot use "c" as port mask: it has port 2, 3; there are 0 \(net_null0\), 1 \(net_null1\)$/,
      ],
      [
        ["-p", "3", "-n", "2"],
        /^Cannot use "3" as port mask: it has port 0, 1; there are none; start EAL with devices, /,
        true,
      ],
    ];
    for (const [own, message, bare = false] of cases) {
      const party = new Party(context);
      const child = party.start(runtimeName, SERVER, { eal: bare ? [] : NULLS, own });
      await refused(party, child, message, true);
    }
  });

  test("what a client cannot use, and processes in each other's place", {
    timeoutMs: TEST_MS,
  }, async (context) => {
    const id = /^Cannot use .* as -n CLIENT_ID: it is a number from 0 to 15$/;
    const lone = new Party(context);
    const secondary = { type: "secondary" } as const;
    for (const n of ["16", "-1", "x", ""]) {
      const child = lone.start(runtimeName, CLIENT, { ...secondary, own: [`-n=${n}`] });
      await refused(lone, child, id, true);
    }
    const nobody = lone.start(runtimeName, CLIENT, { ...secondary, own: ["-n", "0"] });
    await refused(lone, nobody, /^Cannot attach to the primary .*: there is none /, false);
    const asPrimary = lone.start(runtimeName, CLIENT, { type: "primary", own: ["-n", "0"] });
    await refused(
      lone,
      asPrimary,
      /^Cannot be a client as a primary: start it with --proc-type=secondary$/,
      true,
    );

    // A primary that is no server.
    const strange = new Party(context);
    const other: Program = { script: "symmetric_mp", peer: "symmetric" };
    const own = ["-p", "3", "--num-procs", "1", "--proc-id", "0"];
    const primary = strange.start(runtimeName, other, { eal: NULLS, own });
    await primary.waitForLine(/^lcore 0 using queue 0 of each port$/);
    const lost = strange.start(runtimeName, CLIENT, { own: ["-n", "0"] });
    const noServer = await lost.result;
    assert.equal(noServer.code, 1);
    assert.match(
      noServer.stderr,
      /^Cannot be client 0: this group has no client_server_mp server; start the server first\n/,
    );
    await ended(primary);

    const group = new Party(context);
    const server = group.start(runtimeName, SERVER, { eal: NULLS, own: ["-p", "3", "-n", "2"] });
    await server.waitForLine(/^Finished Process Init\.$/);
    const join = (program: Program, ...words: string[]): Promise<ChildResult> =>
      group.start(runtimeName, program, { own: words }).result;
    const few = await join(CLIENT, "-n", "2");
    assert.equal(few.code, 1);
    assert.match(
      few.stderr,
      /^Cannot be client 2: the server was started for fewer clients; see its -n NUM_CLIENTS\n/,
    );
    const second = await join(SERVER, "-p", "3", "-n", "2");
    assert.equal(second.code, 1);
    assert.match(
      second.stderr,
      /^Cannot serve as a secondary: start the server without --proc-type=secondary\n/,
    );
    const again = await group.start(runtimeName, SERVER, {
      type: "primary",
      own: ["-p", "3", "-n", "2"],
    }).result;
    assert.equal(again.code, 1, outcome(again));
    assert.match(
      again.stderr,
      /^Cannot start as the primary of file prefix .*: another primary is running; .*\n$/,
    );

    // A place is taken for as long as its holder lives.
    for (const holder of [OTHER, runtimeName]) {
      const first = group.start(holder, CLIENT, { own: ["-n", "1"] });
      await first.waitForLine(/^Client process 1 handling packets$/);
      const rival = await join(CLIENT, "-n", "1");
      assert.equal(rival.code, 1);
      assert.match(
        rival.stderr,
        new RegExp(`^Cannot be client 1: process ${first.pid} is; take another id\n`),
      );
      if (holder === OTHER) {
        first.kill("SIGKILL");
        await first.result;
      } else {
        await ended(first);
      }
    }
    const next = group.start(runtimeName, CLIENT, { own: ["-n", "1"] });
    await next.waitForLine(/^Client process 1 handling packets$/);
    await ended(next);
    await ended(server);
  });
});
