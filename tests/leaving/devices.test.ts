// A secondary that leaves takes nothing of the primary's down: the devices are the primary's.

import { Eal, Memzone, runtime } from "../../mod.ts";
import { assert, compilePeer, ealCase, outcome, RUNTIMES, spawnProgram } from "../kit.ts";
import { exitCode, Group, SECONDARY_WAYS } from "./group.ts";

ealCase(
  "a secondary's leaving removes no device, as DPDK's own cleanup does",
  { timeoutMs: 90_000 },
  async (context) => {
    const { args, prefix } = context;
    const driver = compilePeer("vdev_stub", { shared: true, libraries: ["rte_bus_vdev"] });
    runtime.open(driver, { stub_there: "int (void)" }).stub_there();
    const eal = Eal.init([...args, "--vdev=vdev_stub0"]);
    const counts = new Uint32Array(Memzone.lookup("vdev_stub").buffer, 0, 2);
    assert.deepEqual([...counts], [1, 0]);
    const group = new Group(context, prefix);

    const before = group.leftovers();
    let probes = 1;
    for (const name of RUNTIMES) {
      for (const { steps, signal, code } of SECONDARY_WAYS) {
        const child = await group.secondary(["before driver", ...steps], name, driver);
        assert.deepEqual([...counts], [++probes, 0]);
        if (signal !== undefined) child.kill(signal);
        const result = await child.result;
        assert.equal(exitCode(result), code, outcome(result));
        if (signal !== "SIGKILL") assert.deepEqual(group.leftovers(), before);
        assert.deepEqual([...counts], [probes, 0], `${name}: ${steps}`);
      }
    }

    // So it can be told: a secondary in C has its drivers remove the device.
    const c = spawnProgram(compilePeer("eal_facts"), [
      ...["--lcores", "1@0", "--no-pci", "--file-prefix", prefix, "--proc-type=secondary"],
    ], { env: { LD_PRELOAD: driver } });
    context.cleanup(() => c.kill("SIGKILL"));
    await c.waitForLine(/^READY$/);
    c.stdin.end();
    await c.result;
    assert.deepEqual([...counts], [probes + 1, 1]);

    // And the primary's own cleanup does: the memory is gone then, so the counts are in the log only.
    eal.cleanup();
    assert.deepEqual(group.leftovers(), []);
  },
);
