import { EthDev } from "../../ffi/ethdev/mod.ts";
import { PktmbufPool } from "../../ffi/mbuf/mod.ts";
import { Eal } from "../../mod.ts";
import { assert, ealCase, removePrefix } from "../kit.ts";
import { dialog } from "../peers/dialog.ts";
import { infoLine, portLines } from "./view.ts";

const ALONE = { args: ["--no-huge", "--no-shconf"] };

ealCase("devices come and go, and handles with them", ALONE, ({ args }) => {
  using _eal = Eal.init(args);
  assert.deepEqual([EthDev.count, EthDev.all()], [0, []]);
  const [first] = EthDev.probe("net_null3,size=80");
  assert.deepEqual([first!.name, first!.portId], ["net_null3", 0]);
  assert.deepEqual([first!.info().busName, first!.info().deviceName], ["vdev", "net_null3"]);
  const [second] = EthDev.hotplugAdd("vdev", "net_null4", "copy=1");
  const [third] = EthDev.hotplugAdd("vdev", "net_ring4");
  assert.deepEqual([second, third].map(String), ["port 1 (net_null4)", "port 2 (net_ring4)"]);
  assert.deepEqual(EthDev.all().map(({ portId }) => portId), [0, 1, 2]);
  assert.equal(EthDev.find("net_null4").portId, 1);

  for (
    const again of [
      () => EthDev.probe("net_null4"),
      () => EthDev.probe("vdev:net_null4,size=9"),
      () => EthDev.hotplugAdd("vdev", "net_null4"),
    ]
  ) {
    assert.throws(again, { name: "DpdkError", code: "EEXIST", message: /EthDev\.find finds/ });
  }
  EthDev.hotplugRemove("vdev", "net_null4");
  assert.equal(second!.alive, false);
  // The id is taken anew, and the old handle stays dead.
  const [fourth] = EthDev.probe("net_null5");
  assert.equal(fourth!.portId, 1);
  assert.equal(second!.alive, false);
  assert.throws(() => second!.stats(), {
    code: "ENODEV",
    message:
      /port 1 \(net_null4\): it was closed, or its device removed; there are 0 \(net_null3\)/,
  });
  // Also when the new one has the old one's name.
  fourth!.remove();
  const [fifth] = EthDev.probe("net_null5");
  assert.deepEqual([fourth!.alive, fifth!.alive], [false, true]);
  assert.equal(fifth!.stats().ipackets, 0n);
  for (const dev of EthDev.all()) dev.remove();
  assert.deepEqual(EthDev.all(), []);
});

ealCase("devices that cannot come, or go, are told", ALONE, ({ args }) => {
  using _eal = Eal.init(args);
  const refused = (what: () => unknown, message: RegExp) =>
    assert.throws(what, { name: "DpdkError", message });
  refused(() => EthDev.probe("no_such"), /^Cannot probe device "no_such": rte_dev_probe failed/);
  refused(() => EthDev.hotplugAdd("no_such", "net_null0"), /to bus "no_such"/);
  refused(() => EthDev.hotplugAdd("vdev", "net_null0", "nose=1"), /rte_eal_hotplug_add failed/);
  refused(() => EthDev.hotplugRemove("vdev", "net_null0"), /rte_eal_hotplug_remove failed/);
  refused(() => EthDev.hotplugRemove("no_such", "net_null0"), /there is no such device/);
  assert.deepEqual(EthDev.all(), []);
});

ealCase("a started port's device is removed, and its id used again", ALONE, ({ args }) => {
  using _eal = Eal.init(args);
  using pool = PktmbufPool.create("packets", 255);
  for (let i = 0; i < 20; i++) {
    const [dev] = EthDev.probe(`net_null${i}`);
    assert.equal(dev!.portId, 0);
    dev!.configure();
    dev!.rxQueueSetup(0, 64, pool);
    dev!.txQueueSetup(0, 64);
    dev!.start();
    dev!.remove();
    assert.equal(dev!.alive, false);
  }
  assert.equal(pool.inUseCount, 0);
});

ealCase("what a primary adds and removes comes and goes in a C secondary", async (context) => {
  using _eal = Eal.init(context.args);
  const c = await dialog("view_ethdev", context.prefix);
  assert.deepEqual(await c.ask("ports"), ["0 0"]);
  const [dev] = EthDev.probe("net_null0,size=90");
  assert.deepEqual(await c.ask("ports"), portLines());
  assert.deepEqual(await c.ask("info 0"), [infoLine(dev!)]);
  dev!.remove();
  assert.deepEqual(await c.ask("ports"), ["0 0"]);

  // And the other way round: C asks, and this process, the primary, does.
  assert.deepEqual(await c.ask("probe net_null1"), []);
  assert.deepEqual(EthDev.all().map(String), ["port 0 (net_null1)"]);
  const theirs = EthDev.get(0);
  assert.deepEqual(await c.ask("remove 0"), []);
  assert.equal(theirs.alive, false);
  assert.throws(() => theirs.info(), { code: "ENODEV" });
  await c.end();
});

ealCase("a secondary's device comes in a C primary, too", async ({ prefix, cleanup }) => {
  const c = await dialog(
    "view_ethdev",
    prefix,
    "--proc-type=primary",
    ...["-m", "64", "--base-virtaddr=0x600000000000"],
  );
  cleanup(() => removePrefix(prefix));
  using _eal = Eal.init([
    ...["-l", "0", "--proc-type=secondary", "--file-prefix", prefix, "--no-pci"],
  ]);
  assert.throws(() => EthDev.probe(`net_null0,${"x".repeat(120)}`), {
    name: "RangeError",
    message: /at most 127 fit/,
  });
  const [dev] = EthDev.probe("net_null0,size=90");
  assert.equal(dev!.name, "net_null0");
  assert.deepEqual(await c.ask("ports"), portLines());
  dev!.remove();
  assert.deepEqual(await c.ask("ports"), ["0 0"]);
  assert.deepEqual(await c.ask("probe net_null7"), []);
  const seven = EthDev.find("net_null7");
  assert.deepEqual(await c.ask("remove 0"), []);
  assert.equal(seven.alive, false);
  await c.end();
});
