import { readdirSync, readFileSync } from "node:fs";
import { Eal, Mempool, Ring } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";

ealCase("cleanup takes no memory from under a Worker that is at work", async ({ args, prefix }) => {
  const eal = Eal.init(args);
  Mempool.create("pool", 63, 64);
  Ring.create("ring", 64);
  const { runtimeDirectory } = eal;
  const worker = new Worker(new URL("./fixtures/worker.ts", import.meta.url), { type: "module" });
  const message = () => new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data));
  assert.equal(await message(), "ready");
  const working = message();
  worker.postMessage("go");
  assert.equal(await working, "at work");

  eal.cleanup();
  assert.throws(() => Mempool.lookup("pool"), { message: /EAL was cleaned up/ });
  // Long enough for the Worker to have crashed the process many times over.
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.deepEqual(readdirSync("/dev/hugepages").filter((name) => name.startsWith(prefix)), []);
  const sockets = readdirSync(runtimeDirectory).filter((name) => /socket|telemetry/.test(name));
  assert.deepEqual(sockets, []);
});

ealCase("a Worker that never used DPDK leaves cleanup as it is", async ({ args }) => {
  const eal = Eal.init(args);
  const worker = new Worker(new URL("./fixtures/worker.ts", import.meta.url), { type: "module" });
  await new Promise((resolve) => worker.onmessage = resolve);
  const mapped = () =>
    readFileSync("/proc/self/maps", "utf8").split("\n")
      .filter((line) => line.includes("/dev/hugepages/")).length;
  assert.ok(mapped() > 0);
  eal.cleanup();
  assert.equal(mapped(), 0);
  worker.terminate();
});
