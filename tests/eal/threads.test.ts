// The script's thread is where EAL put it, and all others are elsewhere: engine's, Workers', later ones.

import { readdirSync, readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { Eal, setThreadAffinity, threadAffinity } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";

const WORKER = new URL("./fixtures/affinity_worker.ts", import.meta.url);

interface Seen {
  readonly tid: number;
  readonly name: string;
  readonly cpus: string;
}

/** This process's threads, as /proc has them. */
function threads(): Seen[] {
  return readdirSync("/proc/self/task").map((tid) => {
    const status = readFileSync(`/proc/self/task/${tid}/status`, "utf8");
    const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)![1]!;
    return { tid: Number(tid), name: field("Name"), cpus: field("Cpus_allowed_list") };
  });
}

/** The main thread of a process has its id. */
const isMain = ({ tid }: Seen): boolean =>
  tid === Number(readFileSync("/proc/self/stat", "utf8").split(" ")[0]);

function next(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

/** Garbage enough for the engine to start the threads that collect it. */
async function collect(): Promise<void> {
  let kept: unknown[] = [];
  for (let i = 0; i < 3e6; i++) {
    kept.push({ i });
    if (kept.length > 1e5) kept = [];
  }
  await new Promise((resolve) => setTimeout(resolve, 1500));
}

ealCase(
  "with an lcore named, all but the script's thread are kept off its CPU",
  async ({ prefix }) => {
    const all = threadAffinity();
    assert.ok(all.length > 1, "a machine with one CPU cannot show it");
    const cpu = all.at(-1)!;
    const rest = all.filter((one) => one !== cpu);
    using eal = Eal.init({ filePrefix: prefix, noPci: true, memory: 32, lcores: `0@${cpu}` });
    assert.deepEqual(threadAffinity(), [cpu]);
    const misplaced = () => threads().filter((one) => !isMain(one) && one.cpus === String(cpu));
    assert.deepEqual(misplaced(), [], "at once");

    const worker = new Worker(WORKER);
    const said = await next(worker) as { inherited: number[]; moved: number[] };
    assert.deepEqual(said.moved, rest, "a Worker that uses DPDK is moved");
    await collect();
    worker.postMessage("where?");
    assert.deepEqual(await next(worker), said.inherited, "and is left where it then wants to be");
    const own = said.inherited.join() === String(cpu) ? 1 : 0;
    assert.equal(misplaced().length, own, "and those that came later");
    await worker.terminate();
    eal.cleanup();
  },
);

ealCase("with no lcores named, the script's thread keeps its CPUs", async ({ prefix }) => {
  const all = threadAffinity();
  using eal = Eal.init({ filePrefix: prefix, noPci: true, memory: 32 });
  assert.deepEqual(threadAffinity(), all);
  assert.deepEqual(eal.lcores, [all[0]]);
  const worker = new Worker(WORKER);
  assert.deepEqual(await next(worker), { inherited: all, moved: all });
  await worker.terminate();
  eal.cleanup();
});

ealCase(
  "with no lcores named, the lcore is the first CPU that the thread may use",
  ({ prefix }) => {
    const last = threadAffinity().at(-1)!;
    setThreadAffinity([last]);
    using eal = Eal.init({ filePrefix: prefix, noPci: true, memory: 32 });
    assert.deepEqual([eal.lcores, eal.mainLcore, eal.lcoreId], [[last], last, last]);
  },
);

ealCase("where all CPUs are the main lcore's nothing is moved", ({ prefix }) => {
  const all = threadAffinity();
  using _eal = Eal.init({ filePrefix: prefix, noPci: true, memory: 32, lcores: `0@(${all})` });
  assert.deepEqual(threadAffinity(), all);
});
