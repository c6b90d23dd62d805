// A secondary that leaves takes nothing of the primary's down: the devices are the primary's.

import { deviceSymbols, hasDevices } from "../../ffi/eal/devices.ts";
import { Eal, Memzone, runtime } from "../../mod.ts";
import {
  assert,
  compileC,
  compilePeer,
  ealCase,
  outcome,
  RUNTIMES,
  spawnProgram,
  test,
} from "../kit.ts";
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

test("the prototypes of what lists devices are those of the installed headers", () => {
  const lines = Object.entries(deviceSymbols).map(([name, prototype]) => {
    const open = prototype.indexOf("(");
    return `${prototype.slice(0, open)} (*p_${name})${prototype.slice(open)} = ${name};`;
  });
  const source = [
    "#define ALLOW_EXPERIMENTAL_API",
    "#include <rte_bus.h>",
    "#include <rte_dev.h>",
    ...lines,
    "int main(void) { return 0; }",
  ];
  compileC(source.join("\n"), ["-O0", "-Werror", "-Wincompatible-pointer-types"]);
  assert.equal(lines.length > 0, true);
});

ealCase("a process without devices has none, whatever buses there are", ({ args }) => {
  using _eal = Eal.init(args);
  assert.equal(hasDevices(), false);
});

ealCase("a process with a port has a device", ({ args }) => {
  using _eal = Eal.init([...args, "--vdev=net_null0"]);
  assert.equal(hasDevices(), true);
});
