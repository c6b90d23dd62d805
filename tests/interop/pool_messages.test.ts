// Two processes send each other messages that are objects of one pool. This file runs once on each
// runtime: each run has half of the pairs of languages.

import process from "node:process";
import { assert, describe, runtimeName, test, type TestContext } from "../kit.ts";
import { Group, type Language, type Worker } from "./group.ts";

/** Primary and secondary. */
const PAIRS: Readonly<Record<typeof runtimeName, readonly (readonly [Language, Language])[]>> = {
  deno: [["deno", "c"], ["c", "bun"], ["deno", "bun"]],
  bun: [["bun", "c"], ["c", "deno"], ["bun", "deno"]],
};

interface Scene {
  readonly name: string;
  /** Objects of the pool. */
  readonly objects: number;
  /** Objects that each lcore's cache keeps. */
  readonly cache: number;
  /** Slots of each of the two rings. */
  readonly slots: number;
  /** Whether the pool has too few objects to fill both rings. */
  readonly scarce: boolean;
}

/** Each of the four sends so many messages each way. */
const COUNT = 300_000;

const SCENES: readonly Scene[] = [
  { name: "PLENTY32", objects: 4095, cache: 32, slots: 1024, scarce: false },
  { name: "PLENTY0", objects: 4095, cache: 0, slots: 1024, scarce: false },
  { name: "SCARCE32", objects: 127, cache: 32, slots: 64, scarce: true },
  { name: "SCARCE0", objects: 127, cache: 0, slots: 64, scarce: true },
];

interface Counts {
  readonly starved: number;
  readonly full: number;
  readonly empty: number;
}

const ANSWER =
  /^exchange \d+ sent (\d+) got (\d+) faults (\d+) starved (\d+) full (\d+) empty (\d+)$/;

function check(line: string, count: number): Counts {
  const words = line.match(ANSWER);
  assert.notEqual(words, null, line);
  const [sent, got, faults, starved, full, empty] = words!.slice(1).map(Number);
  assert.deepEqual({ sent, got, faults }, { sent: count, got: count, faults: 0 });
  return { starved: starved!, full: full!, empty: empty! };
}

/** Both send `count` messages, and what happened on the way is added up. */
async function exchange(
  [one, other]: readonly [Worker, Worker],
  pool: string,
  slot: number,
  count: number,
): Promise<Counts> {
  const answers = await Promise.all([
    one.ask(`exchange ${slot} ${pool} ${pool}-A ${pool}-B 1 2 ${count}`),
    other.ask(`exchange ${slot} ${pool} ${pool}-B ${pool}-A 2 1 ${count}`),
  ]);
  const [a, b] = answers.map((line) => check(line, count)) as [Counts, Counts];
  return { starved: a.starved + b.starved, full: a.full + b.full, empty: a.empty + b.empty };
}

/** After the caches were flushed, all objects can be taken at once, each of them once. */
async function checkNothingLost(workers: readonly Worker[], pool: string, size: number) {
  for (const worker of workers) await worker.ask(`flush ${pool}`);
  for (const worker of workers) {
    assert.equal(
      await worker.ask(`drain ${pool}`),
      `drained size ${size} unique ${size} more 0 avail ${size}`,
    );
    await worker.ask(`flush ${pool}`);
  }
}

async function create(primary: Worker, { name, objects, cache, slots }: Scene): Promise<void> {
  await primary.ask(`pool ${name} ${objects} ${cache}`);
  for (const end of ["A", "B"]) await primary.ask(`ring ${name}-${end} ${slots}`);
}

async function pair(
  context: TestContext,
  languages: readonly [Language, Language],
): Promise<[Group, Worker, Worker]> {
  const group = new Group(context, "pool_worker");
  const primary = await group.join("primary", languages[0]);
  return [group, primary, await group.join("secondary", languages[1])];
}

describe("messages", () => {
  for (const languages of PAIRS[runtimeName]) {
    test(`between ${languages.join(" and ")}`, { timeoutMs: 200_000 }, async (context) => {
      const [, primary, secondary] = await pair(context, languages);
      for (const [slot, scene] of SCENES.entries()) {
        await create(primary, scene);
        const counts = await exchange([primary, secondary], scene.name, slot, COUNT);
        if (scene.scarce) {
          for (const [what, times] of Object.entries(counts)) {
            assert.notEqual(times, 0, `${scene.name}: the counter "${what}" stayed 0`);
          }
        }
        await checkNothingLost([primary, secondary], scene.name, scene.objects);
      }
      await secondary.quit();
      await primary.quit();
    });
  }
});

describe("death of a secondary", () => {
  const others: readonly Language[] = runtimeName === "deno" ? ["deno", "c"] : ["bun", "deno"];
  for (const language of others) {
    const name = `${language} is killed between messages; ${runtimeName} goes on, others attach`;
    test(name, { timeoutMs: 120_000 }, async (context) => {
      const [group, primary, first] = await pair(context, [runtimeName, language]);
      const scene = SCENES[2]!;
      await create(primary, scene);
      await exchange([primary, first], scene.name, 0, 5_000);
      let slot = 1;
      for (const next of ["c", "deno", "bun"] as const) {
        // The next one takes over the lcore id of the one that died, and with it its cache.
        const doomed = slot === 1 ? first : await group.join("secondary", language, 1);
        await exchange([primary, doomed], scene.name, slot++, 5_000);
        // Not by its `kill`: on Deno that closes its stdin first, at which it would begin to clean up
        // EAL, and then die with DPDK's heap locked.
        process.kill(doomed.child.pid, "SIGKILL");
        assert.equal((await doomed.child.result).signal, "SIGKILL");
        const secondary = await group.join("secondary", next, 1);
        await exchange([primary, secondary], scene.name, slot++, 5_000);
        await checkNothingLost([primary, secondary], scene.name, scene.objects);
        await secondary.quit();
      }
      await primary.quit();
    });
  }
});
