// What is seen from outside is what the processes of the group, in C and in TypeScript, say themselves.

import process from "node:process";
import { Eal, Mempool, Memzone, Ring, rte, type Snapshot, Tailq } from "../../mod.ts";
import { assert, ealCase, test } from "../kit.ts";
import { dialog } from "../peers/dialog.ts";
import { inspected, outsider } from "./outside.ts";

const SYNC = { MT: 0, ST: 1, RTS: 2, HTS: 3 } as const;
const RING_FLAGS = [0, 0x1 | 0x2, 0x4, 0x8 | 0x10, 0x20 | 0x40, 0x8 | 0x2, 0x1 | 0x40];

/** A ring of a snapshot as the C peer prints it. */
function ringLine(snapshot: Snapshot, name: string): string {
  const ring = snapshot.rings.find((one) => one.name === name);
  if (ring === undefined) return `no ring ${name}`;
  const { address, flags, size, capacity, count, prod, cons } = ring;
  return [
    ...[name, address, flags, size, size - 1, capacity, count, capacity - count],
    ...[Number(count === capacity), Number(count === 0)],
    ...[SYNC[prod.sync!], SYNC[cons.sync!]],
  ].join(" ");
}

ealCase("rings in every sync mode are as C says, full, empty and in between", async (context) => {
  const { args, prefix } = context;
  using _eal = Eal.init(args);
  const c = await dialog("view_ring", prefix);
  const outside = await outsider(context, prefix);
  for (const [i, flags] of RING_FLAGS.entries()) {
    const exact = (flags & 0x4) !== 0;
    await c.ask(`make r${i} 8 ${exact ? 20 : 64} ${flags}`);
    for (const [put, got] of [[0, 0], [7, 3], [12, 0], [64, 30], [0, 64]] as const) {
      await c.ask(`enqueue r${i} 8 ${put} 0 1`);
      await c.ask(`dequeue r${i} 8 ${got} 0`);
      const snapshot = await outside.snapshot();
      assert.deepEqual([ringLine(snapshot, `r${i}`)], await c.ask(`look r${i}`));
    }
  }
  await c.end();
});

ealCase("element sizes, memzones of rings, and rings of pools are told", async (context) => {
  const { args, prefix } = context;
  using _eal = Eal.init(args);
  using plain = Ring.create("plain", 64);
  using pool = Mempool.create("pool", 63, 64);
  const c = await dialog("view_ring", prefix);
  for (const size of [4, 16, 20, 64]) await c.ask(`make e${size} ${size} 256 0`);
  await c.ask("make tiny 4 2 0");
  using zone = Memzone.reserve("own", 4096);
  await c.ask(`init @own mine 64 0`);
  const outside = await outsider(context, prefix);
  const { rings } = await outside.snapshot();
  const told = new Map(rings.map((ring) => [ring.name, ring]));
  assert.equal(told.get("plain")!.elementSize, 8);
  assert.equal(told.get("plain")!.memzone, "RG_plain");
  assert.equal(told.get("plain")!.address, plain.address);
  for (const size of [4, 16, 20, 64]) assert.equal(told.get(`e${size}`)!.elementSize, size);
  assert.equal(told.get(`MP_${pool.name}`)!.mempool, pool.name);
  assert.equal(told.get("plain")!.mempool, undefined);
  assert.equal(told.has("mine"), false, "a ring that is on no tailq is none of the group's");
  assert.equal(zone.length, 4096);
  await c.end();
});

ealCase("mempools and their caches are as C says, with every driver", async (context) => {
  const { args, prefix } = context;
  using _eal = Eal.init(args);
  const c = await dialog("view_mempool", prefix, "--lcores=5@0");
  const outside = await outsider(context, prefix);
  const made = [
    ["plain", 63, 64, {}],
    ["cached", 1000, 100, { cacheSize: 32, privateDataSize: 24 }],
    ["rts", 64, 64, { opsName: "ring_mt_rts", cacheSize: 4 }],
    ["stack", 64, 64, { opsName: "stack", cacheSize: 8 }],
    ["lf", 64, 64, { opsName: "lf_stack" }],
  ] as const;
  for (const [name, n, elementSize, options] of made) {
    const pool = Mempool.create(name, n, elementSize, options);
    const [own, before] = [pool.get()!, await outside.snapshot()];
    await c.ask(`get ${name} 9`);
    const snapshot = await outside.snapshot();
    const seen = snapshot.mempools.find((one) => one.name === name)!;
    const [line = ""] = await c.ask(`look ${name}`);
    const [, address, size, element, cache, flags, socket, priv, ops, available, inUse] = line
      .split(" ");
    assert.deepEqual([seen.address, seen.size, seen.elementSize, seen.cacheSize, seen.flags], [
      ...[address, size, element, cache, flags].map(Number),
    ]);
    assert.deepEqual([seen.socketId, seen.privateSize], [Number(socket), Number(priv)]);
    assert.deepEqual([seen.available, seen.inUse], [Number(available), Number(inUse)], name);
    assert.equal(seen.driver, ops!.includes("stack") ? "stack" : "ring");
    assert.equal(seen.populatedSize, n);
    const cached = seen.caches.find(({ lcoreId }) => lcoreId === 5)?.length ?? 0;
    const [state = ""] = await c.ask(`get ${name} 0`);
    assert.equal(cached, Number(/cache \d+ \d+ (\d+)/.exec(state)?.[1] ?? 0), name);
    assert.equal(before.mempools.find((one) => one.name === name)!.inUse, 1);
    assert.equal(
      seen.common,
      Number(available) - seen.caches.reduce((n, { length }) => n + length, 0),
    );
    await c.ask(`put ${name} 9`);
    pool.put(own);
    pool.free();
    assert.equal((await outside.snapshot()).mempools.some((one) => one.name === name), false);
  }
  await c.end();
});

ealCase("memzones and tailqs are those that the group lists", async (context) => {
  const { args, prefix } = context;
  using _eal = Eal.init(args);
  using _ring = Ring.create("ring", 64);
  using _pool = Mempool.create("pool", 63, 64, { cacheSize: 8, opsName: "stack" });
  using _zone = Memzone.reserve("a zone", 5000, { align: 4096, flags: 0x1 | 0x4 });
  const outside = await outsider(context, prefix);
  const snapshot = await outside.snapshot();
  assert.deepEqual(
    snapshot.memzones.map(({ name, address, length, pageSize, socketId, flags }) => ({
      ...{ name, address, length, hugepageSize: pageSize, socketId, flags },
    })),
    Memzone.list().map(({ name, address, length, hugepageSize, socketId, flags }) => ({
      ...{ name, address, length, hugepageSize, socketId, flags },
    })),
  );
  assert.deepEqual(
    snapshot.tailqs.map(({ name, count }) => ({ name, count })),
    Tailq.list().map(({ name, count }) => ({ name, count })),
  );
  const names = (tailq: string) =>
    snapshot.tailqs.find(({ name }) => name === tailq)!.entries.map(({ name }) => name);
  assert.deepEqual(names("RTE_RING"), ["ring"]);
  assert.deepEqual(names("RTE_MEMPOOL"), ["pool"]);
  assert.deepEqual(names("RTE_STACK"), ["MP_pool"]);
  assert.deepEqual(snapshot.problems, []);
  assert.equal(snapshot.version, rte.rte_version()!.replace("DPDK ", ""));
});

ealCase("processes are told with roles, lcores, and whether they are stopped", async (context) => {
  const { args, prefix } = context;
  using _eal = Eal.init(args);
  const c = await dialog("view_ring", prefix, "--lcores=3@0,7@0");
  const outside = await outsider(context, prefix);
  const { processes, state } = await outside.snapshot();
  assert.equal(state, "running");
  const [primary, secondary, ...others] = processes;
  assert.deepEqual(others, []);
  assert.deepEqual([primary!.role, primary!.pid, primary!.lcoreIds], ["primary", process.pid, [0]]);
  assert.deepEqual([secondary!.role, secondary!.lcoreIds], ["secondary", [3, 7]]);
  assert.equal(secondary!.stopped, false);
  process.kill(secondary!.pid, "SIGSTOP");
  try {
    // The signal takes its moment.
    while (!(await outside.snapshot()).processes[1]!.stopped);
  } finally {
    process.kill(secondary!.pid, "SIGCONT");
  }
  await c.end();
  assert.deepEqual((await outside.snapshot()).processes.map(({ role }) => role), ["primary"]);
});

test("who looks opens no library of DPDK, and maps nothing of the group", async (context) => {
  const group = await inspected(context);
  await group.ask("ring ring 64 0");
  const outside = await outsider(context, group.prefix);
  assert.equal((await outside.snapshot()).rings.length, 1);
  assert.deepEqual(await outside.ask("libraries"), []);
});
