import process from "node:process";
import { rteErrno } from "../../ffi/eal/mod.ts";
import {
  Eal,
  ElementRing,
  Mempool,
  MempoolCache,
  Memzone,
  PointerBuffer,
  Ring,
  rte,
} from "../../mod.ts";
import { assert, ealCase, test } from "../kit.ts";
import { ready, startEal } from "./start.ts";

/** Everything that needs EAL. */
const USES: readonly (() => unknown)[] = [
  () => Memzone.reserve("a", 64),
  () => Memzone.lookup("a"),
  () => Memzone.list(),
  () => Memzone.dump(),
  () => Ring.create("a", 64),
  () => Ring.lookup("a"),
  () => Ring.init(new ArrayBuffer(4096), "a", 64),
  () => Ring.at(new ArrayBuffer(4096)),
  () => Ring.dumpAll(),
  () => ElementRing.create("a", 4, 64),
  () => ElementRing.lookup("a", 4),
  () => Mempool.create("a", 63, 64),
  () => Mempool.lookup("a"),
  () => Mempool.dumpAll(),
  () => MempoolCache.create(32),
];

function refuseAll(message: RegExp): void {
  for (const use of USES) assert.throws(use, { name: "DpdkError", message }, String(use));
}

test("before Eal.init, everything that needs EAL is refused and says to call it", () => {
  assert.equal(Eal.running, false);
  refuseAll(/: EAL is not initialised; call Eal\.init\(\) first$/);
});

ealCase("a second Eal.init is refused while EAL runs", ({ args }) => {
  using eal = Eal.init(args);
  assert.equal(Eal.running, true);
  for (const again of [args, ["--no-huge"], {}]) {
    assert.throws(() => Eal.init(again), {
      name: "DpdkError",
      code: "EALREADY",
      errno: 114,
      message: /^Cannot start EAL: .*runs already in this process; a Worker uses the same EAL$/,
    });
  }
  assert.equal(eal.processType, "primary");
  Ring.create("still_there", 64).free();
});

ealCase("after Eal.init failed, EAL cannot be started in this process, nor used", ({ args }) => {
  assert.throws(() => Eal.init([...args, "--huge-dir=/no/such"]), { name: "DpdkError" });
  assert.equal(Eal.running, false);
  assert.throws(() => Eal.init(args), {
    name: "DpdkError",
    code: "EALREADY",
    message: /only once, and here it failed; start a new process$/,
  });
  refuseAll(/: Eal\.init\(\) failed; a process can start EAL only once$/);
});

ealCase("what is refused before EAL is touched leaves EAL to be started", ({ args }) => {
  assert.throws(() => Eal.init(["--no-such"]), { name: "TypeError" });
  assert.throws(() => Eal.init({ memory: -1 }), { name: "RangeError" });
  assert.throws(() => Eal.init({ filePrefix: "none", processType: "secondary" }), /there is none/);
  using eal = Eal.init(args);
  assert.equal(eal.processType, "primary");
});

ealCase("after cleanup, EAL cannot be started again, nor used", ({ args }) => {
  const eal = Eal.init(args);
  eal.cleanup();
  assert.equal(Eal.running, false);
  eal.cleanup();
  assert.throws(() => Eal.init(args), {
    name: "DpdkError",
    code: "EALREADY",
    message: /only once, and here it was cleaned up; start a new process$/,
  });
  refuseAll(/: EAL was cleaned up; a process can start EAL only once$/);
  const facts = ["processType", "socketId", "mainLcore", "lcores", "runtimeDirectory"] as const;
  for (const fact of [...facts, "hasHugepages" as const]) {
    assert.throws(() => eal[fact], { name: "DpdkError", message: /EAL was cleaned up/ });
  }
});

ealCase("cleanup is EAL's own, which does its work once", ({ args }) => {
  Eal.init(args).cleanup();
  assert.deepEqual([rte.rte_eal_cleanup(), rteErrno()], [-1, 114 /* EALREADY */]);
});

ealCase("a using block cleans up at its end, also when it is left by an error", ({ args }) => {
  assert.throws(() => {
    using _eal = Eal.init(args);
    assert.equal(Eal.running, true);
    throw new Error("out");
  }, /out/);
  assert.equal(Eal.running, false);
});

ealCase("cleanup ends every handle and detaches every view", ({ args }) => {
  const eal = Eal.init(args);
  const zone = Memzone.reserve("zone", 4096);
  const ring = Ring.create("ring", 64);
  const found = Ring.lookup("ring");
  const inline = Ring.lookup("ring", { path: "inline" });
  const elements = ElementRing.create("elements", 4, 64);
  const pool = Mempool.create("pool", 63, 64, { cacheSize: 8, privateDataSize: 8 });
  const cache = MempoolCache.create(8);
  const cursor = pool.cursor();
  const burst = new PointerBuffer(8);
  pool.getBulk(burst);
  cursor.at(burst, 0).setU32(0, 1);
  const bytes = zone.bytes;
  const object = cursor.bytes();
  const counter = zone.counter32(0);
  const { privateData } = pool;

  eal.cleanup();
  assert.deepEqual([bytes.length, object.length, privateData.length], [0, 0, 0]);
  assert.deepEqual([zone, ring, found, inline, elements, pool].map(({ alive }) => alive), [
    ...Array(6).fill(false),
  ]);
  const gone = { name: "DpdkError", message: /EAL was cleaned up/ };
  for (const one of [ring, found, inline]) {
    assert.throws(() => one.enqueueBurst(burst), gone);
    assert.throws(() => one.dequeueBulk(burst), gone);
    assert.throws(() => one.count, gone);
  }
  assert.throws(() => ring.free(), gone);
  assert.throws(() => elements.free(), gone);
  assert.throws(() => pool.getBulk(burst), gone);
  assert.throws(() => pool.putBulk(burst), gone);
  assert.throws(() => pool.free(), gone);
  assert.throws(() => pool.availCount, gone);
  assert.throws(() => zone.buffer, gone);
  assert.throws(() => zone.free(), Error);
  assert.throws(() => cache.length, gone);
  assert.throws(() => cursor.u32(0), Error);
  assert.throws(() => cursor.at(burst, 0), Error);
  assert.throws(() => counter.load(), Error);
  for (const one of [zone, ring, elements, pool, cache]) one[Symbol.dispose]();
});

ealCase(
  "a child process that inherits the environment has an EAL of its own",
  async ({ args, prefix }) => {
    using _eal = Eal.init(args);
    assert.match(process.env["DPDK_TS_CASE"] ?? "", /child process/);
    const child = startEal([...args.toSpliced(0, 2, "--lcores=1@0"), "--proc-type=secondary"], {
      env: { DPDK_TS_CASE: undefined, DPDK_TS_EAL: `${process.pid}:running` },
    });
    assert.equal((await ready(child))["runtimeDirectory"], `/var/run/dpdk/${prefix}`);
    child.stdin.end();
    assert.equal((await child.result).code, 0);
  },
);
