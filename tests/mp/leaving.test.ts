// How scripts leave a group, and what stays of them.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Eal, mp, type MpMessage } from "../../mod.ts";
import {
  assert,
  type Child,
  ealCase,
  outcome,
  removePrefix,
  runtimeName,
  spawnScript,
  test,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import type { Dialog } from "../peers/dialog.ts";
import { ended, primaryPeer, secondaryPeer, secondaryThat } from "./peers.ts";
import { busy, sleep, until } from "./time.ts";

const script = (name: string): string =>
  fileURLToPath(new URL(`./scripts/${name}.ts`, import.meta.url));

/** Whether DPDK's message thread is there. */
function messageThread(): boolean {
  return readdirSync("/proc/self/task").some((tid) => {
    try {
      const name = readFileSync(`/proc/self/task/${tid}/comm`, "utf8").trim();
      return name === "rte_mp_handle" || name === "dpdk-mp-msg";
    } catch {
      return false; // it has ended meanwhile
    }
  });
}

ealCase("cleanup waits for no script that was busy, and for no handler", async (
  { args, prefix },
) => {
  const eal = Eal.init(args);
  const told: string[] = [];
  mp.onError = (error, { name }) => told.push(`${name}: ${(error as Error).message}`);
  let seen = 0;
  let settle: ((answer: { param: string }) => void) | undefined;
  mp.on("flood", () => void seen++);
  mp.on("never", () => new Promise((resolve) => settle = resolve));
  const c = await secondaryPeer(prefix);
  await c.ask("async never x 50000");
  await until(() => settle !== undefined);
  const child = secondaryThat(prefix, "send flood x 5000");
  await sleep(1);
  // DPDK's thread would wait here for the script, were its messages calls of the script.
  busy(30_000, () => ended(child.pid));
  assert.deepEqual([seen, mp.waiting], [0, 5000]);
  assert.equal(messageThread(), true);
  const pending = mp.request({ name: "silent" }, { timeoutMs: 50_000 });
  pending.catch(() => {});
  eal.cleanup();
  assert.equal(messageThread(), false, "cleanup has ended it");
  assert.deepEqual([seen, mp.waiting], [0, 0], "and its messages");
  await assert.rejects(pending, { name: "DpdkError", message: /"silent": .*EAL was cleaned up/ });
  settle!({ param: "too late" });
  await sleep(1);
  assert.equal(told.length, 1, told.join("\n"));
  assert.match(told[0]!, /^never: Cannot answer "never": .*EAL was cleaned up/);
  await child.result;
});

ealCase("a handler may clean up, and there are no messages after it", async ({ args, prefix }) => {
  const eal = Eal.init(args);
  const seen: string[] = [];
  mp.onError = (error, { name }) => seen.push(`${name}: ${(error as Error).message}`);
  const left = new Promise<MpMessage>((resolve) => {
    mp.on("leave", (message) => {
      eal.cleanup();
      resolve(message);
      return { param: "gone" };
    });
  });
  const c = await secondaryPeer(prefix);
  await c.ask("async leave x 100");
  await left;
  await sleep(1);
  assert.equal(messageThread(), false);
  assert.equal(seen.length, 1, seen.join("\n"));
  assert.match(seen[0]!, /^leave: Cannot answer "leave": .*EAL was cleaned up/);
  assert.equal(mp.poll(), 0);
  const message = /EAL was cleaned up/;
  assert.throws(() => mp.send({ name: "x" }), { name: "DpdkError", message });
  assert.throws(() => mp.on("x", () => {}), { name: "DpdkError", message });
  await assert.rejects(mp.request({ name: "x" }), { name: "DpdkError", message });
});

/** A script's life in a group that a C primary rains messages on. */
async function inTheRain(
  { cleanup }: TestContext,
  how: string,
  times: number,
): Promise<void> {
  const prefix = uniquePrefix(`rain-${how}`);
  cleanup(() => removePrefix(prefix));
  const c = await primaryPeer(prefix);
  await c.ask("register silent silent");
  let raining = true;
  const rain = (async () => {
    while (raining) await c.ask("send rain x 200");
  })();
  for (let i = 0; i < times; i++) {
    const child = spawnScript(runtimeName, script("rain"), [how, prefix]);
    child.stdin.end();
    const result = await child.result;
    assert.equal(result.code, how === "throw" ? 1 : 0, outcome(result).slice(-2000));
    assert.match(result.stdout, /leaving/);
  }
  raining = false;
  await rain;
  await c.end();
}

for (const how of ["cleanup", "exit", "end", "pending", "throw"]) {
  test(
    `a script leaves a group by ${how} while messages arrive`,
    { timeoutMs: 60_000 },
    (context) => inTheRain(context, how, 5),
  );
}

test("a primary leaves by an uncaught error while replies arrive", { timeoutMs: 120_000 }, async (
  { cleanup },
) => {
  const prefix = uniquePrefix("replies");
  cleanup(() => removePrefix(prefix));
  const names = Array.from({ length: 10 }, (_, i) => `ask-${i}`);
  for (let round = 0; round < 3; round++) {
    const args = [prefix, names.join()];
    const child = spawnScript(runtimeName, script("replies"), args, { timeoutMs: 100_000 });
    cleanup(() => child.kill("SIGKILL"));
    await child.waitForLine(/^ready$/);
    const c = await secondaryPeer(prefix, "--log-level=lib.eal:2");
    for (const name of names) await c.ask(`register ${name} echo`);
    child.stdin.write("go\n");
    const result = await child.result;
    // Not by SIGSEGV: no thread of DPDK is in a callback that has gone with the script.
    assert.deepEqual([result.code, result.signal], [1, null], outcome(result));
    assert.match(result.stderr, /on purpose/);
    await c.ask("quit").catch(() => {});
  }
});

/** How a script leaves: what makes it, and how its end looks from outside. */
const WAYS: Record<string, { leave(child: Child): unknown; end: unknown }> = {
  "process.exit": { leave: ({ stdin }) => stdin.write("exit\n"), end: [0, null] },
  "an uncaught error": { leave: ({ stdin }) => stdin.write("throw\n"), end: [1, null] },
  "a rejection": { leave: ({ stdin }) => stdin.write("reject\n"), end: [1, null] },
  SIGINT: { leave: (child) => child.kill("SIGINT"), end: [null, "SIGINT"] },
  SIGKILL: { leave: (child) => child.kill("SIGKILL"), end: [null, "SIGKILL"] },
};

for (const role of ["primary", "secondary"] as const) {
  for (const [way, { leave, end }] of Object.entries(WAYS)) {
    test(`a ${role} that leaves by ${way} with requests pending stops no next start`, async ({ cleanup }) => {
      const prefix = uniquePrefix("pending");
      cleanup(() => removePrefix(prefix));
      let directory = "";
      let c: Dialog | undefined = role === "primary" ? undefined : await primaryPeer(prefix);
      for (let round = 1; round <= 2; round++) {
        const child = spawnScript(runtimeName, script("pending"), [role, prefix]);
        cleanup(() => child.kill("SIGKILL"));
        directory = (await child.waitForLine(/^ready (.*)$/))[1]!;
        c ??= await secondaryPeer(prefix);
        await c.ask("register silent silent");
        await c.ask("register echo echo");
        // What the one before left is no obstacle.
        child.stdin.write("check\n");
        assert.equal((await child.waitForLine(/^received (.*)$/))[1], "1 of 1");
        await c.ask("reset silent");
        child.stdin.write("ask\n");
        assert.match((await c.ask("waitcount silent 1 5000"))[0]!, /^count 1 /);
        leave(child);
        const result = await child.result;
        assert.deepEqual([result.code, result.signal], end, outcome(result));
        if (role === "secondary") {
          assert.deepEqual(await c.ask("send note x"), ["sent 1"]);
        } else {
          await c.ask("quit").catch(() => {});
          c = undefined;
        }
      }
      // A broadcast takes away what killed secondaries left.
      const sockets = readdirSync(directory).filter((name) => name.startsWith("mp_socket_"));
      if (role === "secondary") assert.deepEqual(sockets, []);
      await c?.ask("quit").catch(() => {});
    });
  }
}
