// No two processes of a group use one lcore id: ours claim theirs, and of others what can be told is.

import { type ClaimedLcore, claimedLcores, sharedLcores } from "../../ffi/lcore/mod.ts";
import { Eal, lcoreUsers, Mempool, Memzone, PointerBuffer } from "../../mod.ts";
import { LCORES_ZONE } from "../../ffi/lcore/claim.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import {
  assert,
  type CaseContext,
  ealCase,
  executable,
  outcome,
  ROOT,
  runtimeName,
  spawnPeer,
  spawnProgram,
} from "../kit.ts";
import { ready, refusal, startEal } from "../eal/start.ts";

const BASE = "--base-virtaddr=0x600000000000";

function member({ prefix }: CaseContext, lcores: string, type = "secondary"): string[] {
  const size = type === "primary" ? ["-m", "32"] : [];
  return [
    ...[`--lcores=${lcores}`, "--no-pci", "--no-telemetry", "--file-prefix", prefix, ...size],
    ...[`--proc-type=${type}`, ...type === "primary" ? [BASE] : []],
  ];
}

/** The start time of a process, as ps has it: the 22nd field. */
function started(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ")[19]);
}

function mine(lcoreId: number, pid: number = process.pid): ClaimedLcore {
  return { lcoreId, pid, started: started(pid) };
}

ealCase(
  "an lcore of a living process is refused, and no other of the same call is kept",
  async (context) => {
    const { cleanup } = context;
    using eal = Eal.init(member(context, "0@0,3@0", "primary"));
    assert.deepEqual(claimedLcores(), [mine(0), mine(3)]);
    const { name, message, code } = await refusal(member(context, "1@0,3@0"));
    assert.deepEqual([name, code], ["DpdkError", "EBUSY"]);
    assert.equal(
      message,
      `Cannot use lcore 3: process ${process.pid} of this group uses it, and two processes on one ` +
        `lcore id corrupt each other's mempool caches; choose other ids, on the same CPU if need ` +
        `be: lcores: "1@0", --lcores 1@0`,
    );
    assert.deepEqual(claimedLcores(), [mine(0), mine(3)], "lcore 1 was given up");

    const other = startEal(member(context, "1@0,2@0"));
    cleanup(() => other.kill("SIGKILL"));
    await ready(other);
    assert.deepEqual(claimedLcores(), [mine(0), mine(1, other.pid), mine(2, other.pid), mine(3)]);
    other.stdin.end();
    assert.equal((await other.result).code, 0);
    assert.deepEqual(claimedLcores(), [mine(0), mine(3)], "its cleanup gave them up");
    eal.cleanup();
  },
);

ealCase("what a dead process claimed is free, also of a pid that lives again", async (context) => {
  using _eal = Eal.init(member(context, "0@0", "primary"));
  const dead = startEal(member(context, "1@0"));
  await ready(dead);
  dead.kill("SIGKILL");
  await dead.result;
  assert.deepEqual(claimedLcores(), [mine(0)]);
  const zone = Memzone.lookup(LCORES_ZONE);
  assert.equal(zone.view.getBigUint64(8, true) & 0x3fffffn, BigInt(dead.pid), "it is there still");
  // A process of that number which started at another time: this one, a tick earlier.
  const past = ((BigInt(started(process.pid)) - 1n) << 22n) | BigInt(process.pid);
  zone.view.setBigUint64(16, past, true);
  assert.deepEqual(claimedLcores(), [mine(0)]);

  const next = startEal(member(context, "1@0,2@0"));
  await ready(next);
  assert.deepEqual(claimedLcores(), [mine(0), mine(1, next.pid), mine(2, next.pid)]);
  next.stdin.end();
  await next.result;
});

ealCase(
  "ours claim in a group whose primary is in C, too, and are told from it",
  async (context) => {
    const { cleanup } = context;
    const peer = spawnPeer("eal_facts", [...member(context, "0@0,7@0", "primary"), "--", "x"]);
    cleanup(() => peer.kill("SIGKILL"));
    await peer.waitForLine(/^READY$/);
    const first = startEal(member(context, "1@0"));
    cleanup(() => first.kill("SIGKILL"));
    await ready(first);
    using eal = Eal.init(member(context, "2@0"));
    const users = lcoreUsers();
    assert.deepEqual(
      users.map(({ pid, lcoreIds, from }) => ({ pid, lcoreIds, from })),
      [
        { pid: peer.pid, lcoreIds: [0, 7], from: "guess" as const },
        { pid: first.pid, lcoreIds: [1], from: "claim" as const },
        { pid: process.pid, lcoreIds: [2], from: "claim" as const },
      ].sort((a, b) => a.pid - b.pid),
    );
    assert.ok(users.find(({ pid }) => pid === peer.pid)!.command.includes("x"));
    assert.deepEqual(sharedLcores(), []);
    assert.match((await refusal(member(context, "1@0"))).message, /^Cannot use lcore 1: process/);
    eal.cleanup();
    for (const child of [first, peer]) {
      child.stdin.end();
      assert.equal((await child.result).code, 0, outcome(await child.result));
    }
  },
);

ealCase("an lcore that a C process seems to use is told, and not refused", async (context) => {
  const { cleanup } = context;
  const peer = spawnPeer("eal_facts", member(context, "0@0,7@0", "primary"));
  cleanup(() => peer.kill("SIGKILL"));
  await peer.waitForLine(/^READY$/);
  for (const [lcores, common] of [["7@0", "7"], ["5@0,0@0", "0"], ["0@0,7@0", "0, 7"]]) {
    const child = startEal(member(context, lcores!));
    cleanup(() => child.kill("SIGKILL"));
    await ready(child);
    child.stdin.end();
    const { stderr } = await child.result;
    assert.match(
      stderr,
      new RegExp(
        `^dpdk\\.ts: lcore ${common} seems to be used by process ${peer.pid} \\(.*--lcores [1-9]\\d*@0\\)`,
        "m",
      ),
    );
  }
  const child = startEal(member(context, "1@0"));
  await ready(child);
  child.stdin.end();
  assert.equal((await child.result).stderr, "");
  peer.stdin.end();
  await peer.result;
});

ealCase("a process that shares nothing claims nothing", ({ prefix }) => {
  using _eal = Eal.init([
    ...["-l", "0", "--no-pci", "--no-huge", "--no-shconf", "-m", "32"],
    ...["--file-prefix", prefix],
  ]);
  assert.deepEqual(
    Memzone.list().map(({ name }) => name).filter((name) => name === LCORES_ZONE),
    [],
  );
});

ealCase(
  "two processes with ids of their own keep their caches apart on one CPU",
  async (context) => {
    using eal = Eal.init(member(context, "0@0", "primary"));
    using pool = Mempool.create("pool", 255, 64, { cacheSize: 32 });
    const burst = new PointerBuffer(16);
    pool.getBulk(burst);
    pool.putBulk(burst);
    const peer = spawnPeer("view_mempool", member(context, "1@0"));
    peer.stdin.write("get pool 8\n");
    // Its cache was empty: 8 taken, and 32 left of what the driver gave.
    await peer.waitForLine(/^0 \d+ cache 32 48 32 /);
    peer.stdin.end();
    await peer.result;
    eal.cleanup();
  },
);

ealCase("a secondary that names no lcores gets an id that nobody uses", async (context) => {
  const { prefix, cleanup } = context;
  const peer = spawnPeer("eal_facts", member(context, "(0-63)@0", "primary"));
  cleanup(() => peer.kill("SIGKILL"));
  await peer.waitForLine(/^READY$/);
  const options = { processType: "secondary", filePrefix: prefix, noPci: true } as const;
  const children = Array.from({ length: 4 }, () => startEal(options)); // at the same time
  for (const child of children) cleanup(() => child.kill("SIGKILL"));
  const ids = [];
  for (const child of children) ids.push(...(await ready(child))["lcores"] as number[]);
  using eal = Eal.init(options);
  ids.push(...eal.lcores);
  assert.deepEqual(ids.sort((a, b) => a - b), [64, 65, 66, 67, 68]);
  for (const child of [...children, peer]) {
    child.stdin.end();
    assert.equal((await child.result).code, 0, outcome(await child.result));
  }
  eal.cleanup();
});

ealCase("a process in another pid namespace is not taken for dead", async (context) => {
  const { prefix, cleanup } = context;
  using eal = Eal.init(member(context, "0@0", "primary"));
  const flags = runtimeName === "deno" ? ["run", "-A", "--no-check", "--quiet"] : ["run"];
  const script = join(ROOT, "tests/eal/fixtures/process.ts");
  const options = JSON.stringify(member(context, "1@0"));
  const child = spawnProgram("unshare", [
    ...["--pid", "--fork", "--kill-child", "--mount-proc"],
    ...[executable(runtimeName), ...flags, script, options],
  ]);
  cleanup(() => child.kill("SIGKILL"));
  await child.waitForLine(/^READY/);
  assert.deepEqual(claimedLcores().map(({ lcoreId }) => lcoreId), [0, 1]);
  assert.match((await refusal(member(context, "1@0"))).message, /^Cannot use lcore 1: process/);
  const next = startEal({ processType: "secondary", filePrefix: prefix, noPci: true });
  assert.deepEqual((await ready(next))["lcores"], [2]);
  for (const one of [next, child]) {
    one.stdin.end();
    assert.equal((await one.result).code, 0, outcome(await one.result));
  }
  assert.deepEqual(claimedLcores().map(({ lcoreId }) => lcoreId), [0]);
  eal.cleanup();
});
