// Mempool drivers have one number in the primary and in our secondaries, whatever order either loaded
// them in: a pool says by number whose it is.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { elfSymbol } from "../../ffi/core/mod.ts";
import { mempoolOps } from "../../ffi/ring/mod.ts";
import { primaryMempoolOps } from "../../ffi/mempool/mod.ts";
import { Eal, Mempool, PointerBuffer } from "../../mod.ts";
import {
  assert,
  type CaseContext,
  compilePeer,
  ealCase,
  outcome,
  spawnProgram,
  test,
} from "../kit.ts";
import { ready, startEal } from "../eal/start.ts";
import { ownDriver } from "./own_driver.ts";
import { type Dialog, dialog } from "../peers/dialog.ts";

const BASE = "--base-virtaddr=0x600000000000";

/** Where the system's libraries are. */
function libraryFolder(): string {
  const maps = readFileSync("/proc/self/maps", "utf8");
  return /\s(\/\S*)\/libc\.so\.6$/m.exec(maps)![1]!;
}

/** A driver of the system, to be loaded with -d. */
function driver(name: string): string {
  const folder = libraryFolder();
  const file = readdirSync(folder).find((one) => one.startsWith(`librte_mempool_${name}.so.`));
  assert.ok(file !== undefined && existsSync(join(folder, file)), `${name} in ${folder}`);
  return join(folder, file);
}

function primary(prefix: string, ...args: string[]): Promise<Dialog> {
  return dialog("view_drivers", prefix, "--proc-type=primary", "-m", "32", BASE, ...args);
}

function attach({ prefix }: CaseContext, ...args: string[]): Eal {
  const usual = ["--lcores=1@0", "--no-pci", "--file-prefix", prefix, "--proc-type=secondary"];
  return Eal.init([...usual, ...args]);
}

function names(ops: readonly { name: string }[] | undefined): string[] {
  return (ops ?? []).map(({ name }) => name);
}

/** Takes all objects and gives them back, as only the right driver can. */
function takeAll(pool: Mempool): void {
  const burst = new PointerBuffer(64);
  assert.equal(pool.getBulk(burst, 64), 64);
  assert.equal(new Set(burst.toArray()).size, 64);
  assert.equal(pool.getBulk(new PointerBuffer(1), 1), 0, "there are no more");
  pool.putBulk(burst, 64);
}

for (const [who, change] of [["the primary", "primary"], ["the secondary", "secondary"]] as const) {
  ealCase(`${who} loaded its drivers in another order`, async (context) => {
    const other = ["-d", driver("stack")];
    const peer = await primary(context.prefix, ...change === "primary" ? other : []);
    assert.deepEqual(await peer.ask("make before stack"), ["made"]);
    using eal = attach(context, ...change === "secondary" ? other : []);
    const theirs = await peer.ask("drivers");
    assert.deepEqual(names(primaryMempoolOps()), theirs);
    assert.deepEqual(names(mempoolOps()).slice(0, theirs.length), theirs);

    assert.deepEqual(await peer.ask("make behind ring_mp_mc"), ["made"]);
    for (const [name, ops] of [["before", "stack"], ["behind", "ring_mp_mc"]] as const) {
      const pool = Mempool.lookup(name);
      assert.equal(pool.opsName, ops);
      takeAll(pool);
      assert.deepEqual(await peer.ask(`look ${name}`), [`${ops} 64`]);
      assert.deepEqual(await peer.ask(`get ${name} 64`), ["0"]);
    }
    using made = Mempool.create("ours", 63, 64, { opsName: "lf_stack" });
    assert.deepEqual(await peer.ask("look ours"), ["lf_stack 63"]);
    assert.equal(made.opsName, "lf_stack");
    eal.cleanup();
    await peer.end();
  });
}

ealCase("testpmd, which is linked with its drivers, has an order of its own", async (context) => {
  const { prefix, cleanup } = context;
  const child = spawnProgram("dpdk-testpmd", [
    ...["--lcores=0@0,2@0", "--no-pci", "--no-telemetry", "--file-prefix", prefix],
    ...["-m", "64", BASE, "--vdev=net_null0"],
    ...["--", "-i", "--total-num-mbufs=2048"],
  ]);
  cleanup(() => child.kill("SIGKILL"));
  await child.waitForLine(/^Checking link statuses/);
  using _eal = attach(context);
  const pool = Mempool.lookup("mb_pool_0");
  // testpmd asks for the best driver of the platform, which is this one.
  assert.equal(pool.opsName, "ring_mp_mc");
  assert.notEqual(primaryMempoolOps(), undefined);
  assert.deepEqual(names(mempoolOps()), names(primaryMempoolOps()));
  child.stdin.write("quit\n");
  const result = await child.result;
  assert.equal(result.code, 0, outcome(result));
});

ealCase("a pool whose driver this process has not is refused", async (context) => {
  const peer = await primary(context.prefix, "-d", ownDriver(context));
  assert.deepEqual(await peer.ask("make pool own_stack"), ["made"]);
  assert.throws(() => attach(context), {
    name: "DpdkError",
    message: 'Cannot work with the mempools of this group: one has the driver "own_stack", which ' +
      "the primary has loaded and this process has not; load the same drivers (-d) in all processes",
  });
  await peer.end();
});

ealCase("and is worked with once it is loaded here, too", async (context) => {
  const peer = await primary(context.prefix, "-d", ownDriver(context));
  assert.deepEqual(await peer.ask("make pool own_stack"), ["made"]);
  using eal = attach(context, "-d", driver("stack"), "-d", ownDriver(context));
  const pool = Mempool.lookup("pool");
  assert.equal(pool.opsName, "own_stack");
  takeAll(pool);
  assert.deepEqual(await peer.ask("get pool 64"), ["0"]);
  eal.cleanup();
  await peer.end();
});

ealCase("a pool of such a driver that comes later is refused alone", async (context) => {
  const peer = await primary(context.prefix, "-d", ownDriver(context));
  using eal = attach(context);
  assert.deepEqual(await peer.ask("make pool own_stack"), ["made"]);
  assert.deepEqual(await peer.ask("make other stack"), ["made"]);
  assert.throws(() => Mempool.lookup("pool"), {
    name: "DpdkError",
    message: /^Cannot use mempool "pool": its driver has index \d+, and this process has loaded no/,
  });
  takeAll(Mempool.lookup("other"));
  eal.cleanup();
  await peer.end();
});

ealCase("a primary in TypeScript is read as one in C", async (context) => {
  const { prefix, args, cleanup } = context;
  const other = startEal([...args, "-d", driver("stack")]);
  cleanup(() => other.kill("SIGKILL"));
  await ready(other);
  using eal = attach(context);
  // Its two drivers register themselves in either order.
  assert.deepEqual(names(mempoolOps()).slice(0, 2).sort(), ["lf_stack", "stack"]);
  assert.deepEqual(names(mempoolOps()), names(primaryMempoolOps()));
  takeAll(Mempool.create(prefix.slice(-20), 64, 64, { opsName: "lf_stack" }));
  eal.cleanup();
  other.stdin.end();
  assert.equal((await other.result).code, 0);
});

test("symbols of files are found as nm finds them", () => {
  const program = compilePeer("view_drivers");
  const find = (name: string) => {
    const lines = outputOf("nm", [program]).split("\n").map((line) => line.trim().split(" "));
    const line = lines.find((words) => words.at(-1)?.split("@")[0] === name && words.length === 3);
    return line === undefined ? undefined : parseInt(line[0]!, 16);
  };
  for (const name of ["rte_mempool_ops_table", "main", "no_such_symbol"]) {
    assert.equal(elfSymbol(program, name)?.value, find(name), name);
  }
  assert.equal(elfSymbol(program, "main")?.relocatable, true);
  assert.equal(elfSymbol(program, "rte_mempool_create_empty"), undefined, "another file has it");
  for (const path of ["/no/such/file", "/dev/null", "/etc/passwd", "/proc/self/status"]) {
    assert.equal(elfSymbol(path, "main"), undefined, path);
  }
});

function outputOf(command: string, args: readonly string[]): string {
  const { stdout } = spawnSync(command, [...args], { encoding: "utf8" });
  return stdout;
}
