// examples/client_server_mp: the server's screen is DPDK's. This file runs once on each runtime.

import { assert, describe, runtimeName, test } from "../kit.ts";
import { countsOf, Group, NULLS, TEST_MS } from "./client_server.ts";
import { ended, Party, SERVER, well } from "./forwarding.ts";

/** The screen of a server with two ports and two clients. */
function screen(macs: readonly string[], rx: number, tx: number): string {
  const value = (n: number) => String(n).padStart(9);
  return "PORTS\n-----\n" +
    macs.map((mac, i) => `Port ${i}: '${mac.toUpperCase()}'\t`).join("") + "\n\n" +
    `Port 0 - rx: ${value(rx)}\ttx: ${value(0)}\n` +
    `Port 1 - rx: ${value(0)}\ttx: ${value(tx)}\n` +
    "\nCLIENTS\n-------\n" +
    [0, 1].map((id) =>
      `Client ${String(id).padStart(2)} - rx: ${value(rx / 2)}, rx_drop: ${value(0)}\n` +
      `            tx: ${value(tx / 2)}, tx_drop: ${value(0)}\n`
    ).join("") + "\n";
}

describe("the screen", () => {
  test("is DPDK's", { timeoutMs: TEST_MS }, async (context) => {
    const group = await Group.serve(context, runtimeName, 2);
    const started = performance.now();
    await group.server.waitForLine(/^PORTS$/);
    assert.ok(performance.now() - started > 2_000);
    const clients = [await group.join("c", 0), await group.join("c", 1)];
    const traffic = group.wires.traffic();
    await traffic.send([group.wires.frame(99)], 100);
    await traffic.arrive();
    for (const client of clients) await ended(client);
    const { stdout } = await ended(group.server);
    assert.ok(!stdout.includes("\x1b"));
    const macs = stdout.match(/'[0-9A-F:]{17}'/g)!.slice(0, 2).map((mac) => mac.slice(1, -1));
    assert.ok(stdout.includes(screen(macs, 0, 0)), stdout);
    assert.ok(stdout.endsWith(`Exiting on SIGINT\n${screen(macs, 100, 100)}`), stdout);
  });

  test("is refreshed in place on a terminal", { timeoutMs: TEST_MS }, async (context) => {
    const party = new Party(context);
    const server = party.start(runtimeName, SERVER, {
      eal: NULLS,
      own: ["-p", "3", "-n", "1"],
      by: (
        words,
      ) => [
        "script",
        "--quiet",
        "--return",
        "--command",
        // The shell gives its place away: one that stays dies of the ^C itself (dash does).
        `exec ${words.map((word) => `'${word}'`).join(" ")}`,
        "/dev/null",
      ],
    });
    await server.waitForLine(/Port 0 Link up/);
    let screens = 0;
    for await (const line of server.lines()) if (/PORTS/.test(line) && ++screens === 2) break;
    server.stdin.write("\x03");
    const { stdout } = await well(server);
    const parts = stdout.split("\x1b[2J\x1b[1;1H").slice(1);
    assert.ok(parts.length >= 3, stdout);
    for (const part of parts) assert.match(part, /^PORTS\r?\n-----\r?\nPort 0: '/);
    assert.ok(!parts.join("").includes("\x1b"), stdout);
    assert.equal(countsOf(parts.join("").replaceAll("\r", "")).length, parts.length);
  });
});
