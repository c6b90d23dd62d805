// Which part a process has, whether a primary lives, and what becomes of its secondaries when it dies.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  Eal,
  rte,
  RTE_PROC_AUTO,
  RTE_PROC_INVALID,
  RTE_PROC_PRIMARY,
  RTE_PROC_SECONDARY,
} from "../../mod.ts";
import {
  assert,
  type Child,
  describe,
  ealCase,
  outcome,
  removePrefix,
  runtimeName,
  spawnPeer,
  spawnScript,
  test,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import { ready, refusal, startEal } from "./start.ts";

const SCRIPT = fileURLToPath(new URL("./fixtures/gone.ts", import.meta.url));

function takePrefix({ cleanup }: TestContext): string {
  const prefix = uniquePrefix("roles");
  cleanup(() => removePrefix(prefix));
  return prefix;
}

const usual = (prefix: string): string[] => [
  ...["-l", "0", "--no-pci", "--no-telemetry", "-m", "32", "--file-prefix", prefix],
];
const secondary = (prefix: string, lcore = 1): string[] => [
  ...usual(prefix).toSpliced(0, 2, `--lcores=${lcore}@0`),
  "--proc-type=secondary",
];

/** A primary in C or in TypeScript on this runtime. */
async function primary(language: string, prefix: string): Promise<Child> {
  const child = language === "c"
    ? spawnPeer("eal_facts", [...usual(prefix), "--base-virtaddr=0x600000000000"])
    : startEal(usual(prefix));
  await child.waitForLine(/^READY/);
  return child;
}

async function end(...children: Child[]): Promise<void> {
  for (const child of children) {
    child.stdin.end();
    const result = await child.result;
    assert.equal(result.code, 0, outcome(result));
  }
}

ealCase("the parts are DPDK's numbers, and rte gives one of them", ({ args }) => {
  assert.deepEqual(
    [RTE_PROC_AUTO, RTE_PROC_PRIMARY, RTE_PROC_SECONDARY, RTE_PROC_INVALID],
    [-1, 0, 1, 2],
  );
  using eal = Eal.init(args);
  assert.equal(rte.rte_eal_process_type(), RTE_PROC_PRIMARY);
  assert.equal(eal.processType, "primary");
});

test("auto is the primary when there is none, and a secondary when there is", async (context) => {
  const prefix = takePrefix(context);
  const options = { filePrefix: prefix, processType: "auto", memory: 32, noPci: true } as const;
  const first = startEal(options);
  assert.equal((await ready(first))["processType"], "primary");
  const second = startEal(options);
  assert.equal((await ready(second))["processType"], "secondary");
  // With devices to probe, too: the primary has no ports, so EAL must not look for any.
  const third = startEal({ filePrefix: prefix, processType: "auto" });
  assert.equal((await ready(third))["processType"], "secondary");
  await end(third, second, first);
});

test("the wrong order is an error that names the fix", async (context) => {
  const prefix = takePrefix(context);
  const joins = secondary(prefix);
  for (const args of [joins, [...joins.slice(0, -1), "--proc-type=SECONDARY"]]) {
    const { message } = await refusal(args);
    assert.match(message, /there is none .*; start the primary first, with the same file prefix$/);
  }
  const first = await primary("typescript", prefix);
  for (const type of [[], ["--proc-type=PRIMARY"], ["--proc-type", "Primary"]]) {
    assert.match(
      (await refusal([...usual(prefix), ...type])).message,
      /another primary is running; start as a secondary \(processType: "secondary"/,
    );
  }
  const other = startEal([...joins.slice(0, -1), "--proc-type=AUTO"]);
  assert.equal((await ready(other))["processType"], "secondary");
  await end(other, first);
});

describe("whether a primary lives", () => {
  test("is told of any group, before EAL and without DPDK", async (context) => {
    const prefix = takePrefix(context);
    assert.equal(Eal.primaryAlive(prefix), false, "there is none");
    for (const language of ["c", "typescript"]) {
      const child = await primary(language, prefix);
      for (let i = 0; i < 100; i++) assert.equal(Eal.primaryAlive(prefix), true);
      child.kill("SIGKILL");
      await child.result;
      assert.equal(Eal.primaryAlive(prefix), false, "it was killed");
    }
    const child = await primary("c", prefix);
    await end(child);
    assert.equal(Eal.primaryAlive(prefix), false, "it ended");
    assert.doesNotMatch(readFileSync("/proc/self/maps", "utf8"), /librte_/);
    assert.equal(Eal.running, false);
  });

  test("is not asked of what is no prefix", () => {
    for (const wrong of ["", "a/b", "..", 5, null]) {
      assert.throws(() => Eal.primaryAlive(wrong as string), { name: "TypeError" });
    }
  });

  ealCase("does not cost a primary the lock by which it is known", async ({ args, prefix }) => {
    const eal = Eal.init(args);
    for (let i = 0; i < 10; i++) {
      assert.equal(Eal.primaryAlive(prefix), true);
      assert.equal(eal.primaryAlive, true);
    }
    assert.equal(Eal.primaryAlive(`${prefix}-other`), false);
    assert.match((await refusal(usual(prefix))).message, /another primary is running/);
    const child = startEal(secondary(prefix));
    assert.equal((await ready(child))["processType"], "secondary");
    await end(child);
    eal.cleanup();
    assert.equal(Eal.primaryAlive(prefix), true, "until it ends, its prefix is taken");
    assert.match((await refusal(usual(prefix))).message, /another primary is running/);
  });
});

describe("the end of a primary", () => {
  for (const language of ["c", "typescript"]) {
    for (const how of ["SIGKILL", "a clean end"]) {
      test(`in ${language} by ${how} is told to its secondaries, once`, async (context) => {
        const prefix = takePrefix(context);
        const first = await primary(language, prefix);
        const child = spawnScript(runtimeName, SCRIPT, [
          JSON.stringify(secondary(prefix)),
          "stay",
        ]);
        await child.waitForLine(/^READY$/);
        child.stdin.write("\n");
        await child.waitForLine(/^HEARD$/);
        if (how === "SIGKILL") first.kill("SIGKILL");
        else first.stdin.end();
        await first.result;
        await child.waitForLine(/^GONE false$/);
        await child.waitForLine(/^GONE TOO$/);
        child.stdin.end();
        const { stdout, code } = await child.result;
        assert.equal(code, 0);
        assert.equal(stdout, "READY\nHEARD\nGONE false\nGONE TOO\nCLEANED\n");
      });
    }
  }

  test("is not told any more to who has ended the watch, nor after cleanup", async (context) => {
    const prefix = takePrefix(context);
    const first = await primary("c", prefix);
    const child = spawnScript(runtimeName, SCRIPT, [JSON.stringify(secondary(prefix)), "dispose"]);
    await child.waitForLine(/^READY$/);
    child.stdin.write("\n");
    await child.waitForLine(/^HEARD$/);
    const cleaned = spawnScript(runtimeName, SCRIPT, [
      JSON.stringify(secondary(prefix, 2)),
      "stay",
    ]);
    await cleaned.waitForLine(/^READY$/);
    await end(cleaned);
    assert.equal((await cleaned.result).stdout, "READY\nCLEANED\n");
    first.kill("SIGKILL");
    await first.result;
    await child.waitForLine(/^GONE TOO$/);
    await end(child);
    assert.equal((await child.result).stdout, "READY\nHEARD\nGONE TOO\nCLEANED\n");
  });

  test("is not waited for by a script that has nothing else to do", async (context) => {
    const prefix = takePrefix(context);
    const first = await primary("c", prefix);
    const child = spawnScript(runtimeName, SCRIPT, [JSON.stringify(secondary(prefix)), "end"]);
    const { stdout, code } = await child.result;
    assert.deepEqual([stdout, code], ["READY\n", 0]);
    await end(first);
  });

  test("is told when another primary took its place meanwhile", async (context) => {
    const prefix = takePrefix(context);
    const first = await primary("c", prefix);
    const child = spawnScript(runtimeName, SCRIPT, [JSON.stringify(secondary(prefix)), "stay"]);
    await child.waitForLine(/^READY$/);
    child.kill("SIGSTOP"); // it looks again when all is over
    first.kill("SIGKILL");
    await first.result;
    // EAL would not let a primary start over a living secondary; this only takes the lock.
    const file = `/var/run/dpdk/${prefix}/config`;
    const next = spawnPeer("eal_config", [file, "25344", "0", "0", "40", "0", "0"]);
    await next.waitForLine(/^READY$/);
    child.kill("SIGCONT");
    await child.waitForLine(/^GONE true$/);
    await end(child, next);
  });

  ealCase("cannot be waited for by the primary", ({ args }) => {
    using eal = Eal.init(args);
    assert.throws(() => eal.onPrimaryGone(() => {}), {
      name: "DpdkError",
      message: "Cannot wait for the end of the primary: this process is the primary",
    });
    assert.throws(() => eal.onPrimaryGone(5 as never), {
      name: "TypeError",
      message: /Cannot call 5 when the primary has gone: no function/,
    });
    eal.cleanup();
    assert.throws(() => eal.onPrimaryGone(() => {}), /EAL was cleaned up/);
  });
});

test("of several auto processes that start at once one is the primary, and each has its lcore", async (context) => {
  const filePrefix = takePrefix(context);
  const options = { filePrefix, processType: "auto", noPci: true, memory: 32 } as const;
  const children = Array.from({ length: 4 }, () => startEal(options));
  for (const child of children) context.cleanup(() => child.kill("SIGKILL"));
  const facts = [];
  for (const child of children) facts.push(await ready(child));
  const types = facts.map((one) => one["processType"]).sort();
  assert.deepEqual(types, ["primary", "secondary", "secondary", "secondary"]);
  assert.equal(new Set(facts.map((one) => String(one["lcores"]))).size, 4);
  for (const [i, child] of children.entries()) {
    if (facts[i]!["processType"] === "primary") continue;
    child.stdin.end();
    assert.equal((await child.result).code, 0);
  }
});
