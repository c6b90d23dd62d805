// Workers with lcore ids: in a group in the place of EAL threads that idle, outside by registering.

import { Worker } from "node:worker_threads";
import {
  Eal,
  Mempool,
  PointerBuffer,
  Ring,
  RING_F_MC_RTS_DEQ,
  RING_F_MP_RTS_ENQ,
  standIn,
} from "../../mod.ts";
import { assert, ealCase, outcome, spawnPeer } from "../kit.ts";
import { cpus } from "../interop/group.ts";
import type { Order } from "./fixtures/worker.ts";

const FIXTURE = new URL("./fixtures/worker.ts", import.meta.url);

/** A Worker that obeys. */
class Obedient {
  readonly worker = new Worker(FIXTURE);

  ask(order: Order): Promise<{ value?: unknown; error?: { message: string; code?: string } }> {
    const answer = new Promise((resolve, reject) => {
      this.worker.once("message", resolve);
      this.worker.once("error", reject);
    });
    this.worker.postMessage(order);
    return answer as ReturnType<Obedient["ask"]>;
  }

  /** What it answers, if all is well. */
  async do(order: Order): Promise<unknown> {
    const { value, error } = await this.ask(order);
    assert.equal(error?.message, undefined);
    return value;
  }

  /** Why it refuses. */
  async refusal(order: Order): Promise<{ message: string; code?: string }> {
    const { error } = await this.ask(order);
    assert.notEqual(error, undefined);
    return error!;
  }
}

function group(prefix: string, lcores: string): string[] {
  return [`--lcores=${lcores}`, "--no-pci", "--no-telemetry", "-m", "64", "--file-prefix", prefix];
}

ealCase(
  "a Worker stands in for an lcore, works by its cache, and gives it back",
  async ({ prefix }) => {
    using eal = Eal.init(group(prefix, "0@0,3@0,5@0"));
    using pool = Mempool.create("pool", 1023, 64, { cacheSize: 32 });
    const [one, two, three] = [new Obedient(), new Obedient(), new Obedient()];
    assert.equal(await one.do({ do: "stand in" }), 3);
    assert.equal(await two.do({ do: "stand in" }), 5);
    assert.deepEqual(await one.do({ do: "affinity" }), [0]);

    const third = await three.refusal({ do: "stand in" });
    assert.equal(
      third.message,
      "Cannot stand in for an lcore: a Worker has taken lcore 3, 5, or it is at work",
    );
    assert.equal(third.code, "EBUSY");
    assert.match(
      (await one.refusal({ do: "stand in" })).message,
      /this thread is lcore 3 already$/,
    );
    assert.match(
      (await three.refusal({ do: "stand in", lcoreId: 0 })).message,
      /^Cannot stand in for lcore 0: this process has lcores 3, 5 to stand in for; start EAL with one/,
    );

    const C_INDEX = 1; // rte_lcore_index(-1) in C on that thread: the second of three
    assert.equal(await one.do({ do: "get and put" }), C_INDEX);
    const dump = () => /cache_count\[3\]=(\d+)/.exec(pool.dump())?.[1];
    assert.equal(dump(), "40", "8 and 32 that came along lie in the cache of lcore 3");

    assert.equal(await one.do({ do: "release" }), 0xffffffff);
    assert.equal(await three.do({ do: "stand in", lcoreId: 3 }), 3);
    assert.equal(pool.availCount, 1023);
    assert.throws(() => standIn(), /this thread is lcore 0 already$/);
    for (const worker of [one, two, three]) await worker.worker.terminate();
    eal.cleanup();
  },
);

ealCase(
  "the lcore of a Worker that ended without giving it back is had again",
  async ({ prefix }) => {
    using eal = Eal.init(group(prefix, "0@0,1@0"));
    using pool = Mempool.create("pool", 255, 64, { cacheSize: 32 });
    for (let i = 0; i < 3; i++) {
      const worker = new Obedient();
      assert.equal(await worker.do({ do: "stand in" }), 1);
      await worker.do({ do: "get and put" });
      await worker.worker.terminate();
    }
    assert.equal(pool.availCount, 255);
    eal.cleanup();
  },
);

ealCase("a process with one lcore has none to stand in for", async ({ prefix }) => {
  using _eal = Eal.init(group(prefix, "4@0"));
  const worker = new Obedient();
  const { message, code } = await worker.refusal({ do: "stand in" });
  assert.match(
    message,
    /this process has no worker lcores to stand in for; start EAL with one more/,
  );
  assert.equal(code, "EINVAL");
  await worker.worker.terminate();
});

ealCase("a Worker registers outside a group, and is refused in one", async ({ prefix }) => {
  using _eal = Eal.init(group(prefix, "0@0"));
  const worker = new Obedient();
  const { message, code } = await worker.refusal({ do: "register" });
  assert.match(message, /DPDK would switch multi-process off for that; use standIn\(\), or start/);
  assert.equal(code, "EPERM");
  await worker.worker.terminate();
});

ealCase("outside a group it gets an id of DPDK's choice", async ({ prefix }) => {
  const args = ["-l", "0", "--no-pci", "--no-huge", "--no-shconf", "-m", "64"];
  using _eal = Eal.init([...args, "--file-prefix", prefix]);
  using pool = Mempool.create("pool", 255, 64, { cacheSize: 32 });
  const [one, two] = [new Obedient(), new Obedient()];
  assert.equal(await one.do({ do: "register" }), 1);
  assert.equal(await two.do({ do: "register" }), 2);
  await one.do({ do: "get and put" });
  const inCache = () => /cache_count\[1\]=(\d+)/.exec(pool.dump())?.[1];
  assert.equal(inCache(), "40");
  assert.match((await one.refusal({ do: "register" })).message, /this thread is lcore 1 already$/);
  // Without the id the cache is none of that thread, also for a handle that worked with it.
  assert.equal(await one.do({ do: "get" }), 8);
  assert.equal(await one.do({ do: "release" }), 0xffffffff);
  await one.do({ do: "put" });
  assert.deepEqual([inCache(), pool.inUseCount], ["32", 0]);
  assert.equal(await one.do({ do: "register" }), 1);
  await one.do({ do: "get and put" });
  assert.equal(await one.do({ do: "release" }), 0xffffffff);
  assert.equal(await one.do({ do: "get" }), 8);
  assert.deepEqual([inCache(), pool.inUseCount], ["32", 8]);
  await one.do({ do: "put" });
  assert.equal(await one.do({ do: "register" }), 1);
  for (const { worker } of [one, two]) await worker.terminate();
});

ealCase(
  "main script, stand-ins, a Worker with a cache and a C process share a pool, and no object twice",
  { timeoutMs: 120_000 },
  async ({ prefix, cleanup }) => {
    const all = cpus();
    using eal = Eal.init(group(prefix, `0@${all},1@${all},2@${all}`));
    // More threads than CPUs: in other sync modes they would wait for one that does not run.
    using pool = Mempool.create("pool", 511, 64, { cacheSize: 32, opsName: "ring_mt_rts" });
    using ring = Ring.create("ring", 256, { flags: RING_F_MP_RTS_ENQ | RING_F_MC_RTS_DEQ });
    const peer = spawnPeer("churn", [
      ...[`--lcores=9@${all}`, "--no-pci", "--no-telemetry", "--proc-type=secondary"],
      ...["--file-prefix", prefix],
    ]);
    cleanup(() => peer.kill("SIGKILL"));
    await peer.waitForLine(/^ready$/);
    const workers = [new Obedient(), new Obedient(), new Obedient()];
    assert.equal(await workers[0]!.do({ do: "stand in" }), 1);
    assert.equal(await workers[1]!.do({ do: "stand in" }), 2);
    const rounds = 30_000;
    const done = workers.map((worker, i) => worker.do({ do: "churn", rounds, cache: i === 2 }));
    const burst = new PointerBuffer(32);
    const cursor = pool.cursor();
    for (let round = 0; round < rounds; round++) {
      const n = 1 + round % 32;
      if (pool.getBulk(burst, n) === 0) continue;
      for (let i = 0; i < n; i++) cursor.at(burst, i).setU32(0, round);
      for (let i = 0; i < n; i++) assert.equal(cursor.at(burst, i).u32(0), round);
      pool.putBulk(burst, n);
    }
    assert.deepEqual(await Promise.all(done), [0, 0, 0], "nobody else signed their objects");
    peer.stdin.end();
    const result = await peer.result;
    assert.equal(result.code, 0, outcome(result));
    assert.equal(pool.availCount + ring.count, 511);
    for (const { worker } of workers) await worker.terminate();
    eal.cleanup();
  },
);
