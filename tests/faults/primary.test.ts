// A primary is killed with secondaries attached: they go on, and what needs a primary says so.

import { assert, outcome, runtimeName, test } from "../kit.ts";
import { ready, refusal, startEal } from "../eal/start.ts";
import { Group, type Language, type Worker } from "../interop/group.ts";
import { killed, startScript } from "./peers.ts";

const POOL = "POOL";
const OBJECTS = 511;

/** Two workers send each other `count` messages that are objects of the pool. */
async function exchange(one: Worker, other: Worker, slot: number, count: number): Promise<void> {
  const answers = Promise.all([
    one.ask(`exchange ${slot} ${POOL} A B 1 2 ${count}`),
    other.ask(`exchange ${slot} ${POOL} B A 2 1 ${count}`),
  ]);
  for (const line of await answers) {
    assert.match(line, new RegExp(`^exchange ${slot} sent ${count} got ${count} faults 0 `));
  }
}

type Told = Readonly<Record<string, readonly [code: string, message: string]>>;

for (const language of [runtimeName, "c"] as const satisfies readonly Language[]) {
  test(
    `a ${language} primary is killed, and its secondaries go on`,
    { timeoutMs: 120_000 },
    async (context) => {
      const group = new Group(context, "pool_worker");
      const { prefix: filePrefix } = group;
      const primary = await group.join("primary", language);
      await primary.ask(`pool ${POOL} ${OBJECTS} 32`);
      for (const ring of ["A", "B"]) await primary.ask(`ring ${ring} 256`);
      const [c, script] = [
        await group.join("secondary", "c"),
        await group.join("secondary", runtimeName),
      ];
      const orphan = startScript("orphan", filePrefix, 9);
      context.cleanup(() => orphan.kill("SIGKILL"));
      await orphan.waitForLine(/^READY$/);
      const tell = async (what: string): Promise<Told> => {
        const lines = orphan.lines();
        orphan.stdin.write(`${what}\n`);
        for await (const line of lines) {
          const told = /^TOLD (.*)$/.exec(line)?.[1];
          if (told !== undefined && !seen.has(told)) {
            seen.add(told);
            return JSON.parse(told);
          }
        }
        throw new Error("The orphan ended");
      };
      const seen = new Set<string>();
      const before = await tell("some");
      assert.deepEqual(before["send"]![0], "no error");
      assert.deepEqual(
        before["requestSync"],
        ["no error", "true"],
        "nobody answers, and that is told",
      );
      assert.deepEqual(before["alive"]![1], "true");

      // Killed while the two others are at it.
      const under = exchange(c, script, 0, 50_000);
      primary.child.kill("SIGKILL");
      await killed(primary.child);
      await under;
      await exchange(c, script, 1, 50_000);

      const told = await tell("all");
      for (const what of ["send", "requestSync", "request"]) {
        const [code, message] = told[what]!;
        assert.equal(code, "ECONNREFUSED", what);
        assert.match(
          message,
          /^Cannot (send|request) "\w+": \w+ failed with ECONNREFUSED: the primary is gone/,
        );
      }
      assert.deepEqual(
        told["smallRing"],
        ["no error", "made"],
        "what there is of memory is theirs",
      );
      assert.equal(told["largePool"]![0], "ENOMEM");
      assert.match(told["largePool"]![1], /its primary is gone, which alone gets more/);
      assert.deepEqual([told["alive"]![1], told["locks"]![1]], ["false", "0"]);

      const start = { filePrefix, memory: 32, noPci: true } as const;
      const { name, message } = await refusal(start);
      assert.equal(name, "DpdkError");
      for (const { pid } of [c.child, script.child, orphan]) {
        assert.match(
          message,
          new RegExp(`secondaries of it still run \\(pid .*\\b${pid}\\b.*\\); end them`),
        );
      }
      assert.match(
        (await refusal({ ...start, processType: "secondary" })).message,
        /not running any more/,
      );
      await exchange(c, script, 2, 5_000);

      // Nothing was lost: all the pool's objects are there, each once.
      for (const worker of [c, script]) await worker.ask(`flush ${POOL}`);
      const all = `drained size ${OBJECTS} unique ${OBJECTS} more 0 avail ${OBJECTS}`;
      assert.equal(await c.ask(`drain ${POOL}`), all);
      for (const worker of [c, script]) await worker.quit();
      orphan.stdin.end();
      assert.equal((await orphan.result).code, 0, outcome(await orphan.result));
      const next = startEal(start);
      assert.equal((await ready(next))["processType"], "primary");
      next.stdin.end();
      assert.equal((await next.result).code, 0);
    },
  );
}
