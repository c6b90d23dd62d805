import process from "node:process";
import { EthDev, type RssFunction } from "../../ffi/ethdev/mod.ts";
import { type BitNames, rssBits, rxOffloads, txOffloads } from "../../ffi/ethdev/names.ts";
import { PktmbufPool } from "../../ffi/mbuf/mod.ts";
import { Eal } from "../../mod.ts";
import { assert, ealCase, removePrefix } from "../kit.ts";
import { type Dialog, dialog } from "../peers/dialog.ts";
import { randomIntegers } from "../ring/modes.ts";
import {
  confLine,
  infoLine,
  linkLine,
  macLines,
  modesLine,
  ownerLine,
  portLines,
  statsLine,
  xstatsLines,
} from "./view.ts";

const TWO = { args: ["--vdev=net_null0,size=100", "--vdev=net_ring0"] };

/** All that both can see of a port, alike. */
async function same(dev: EthDev, c: Dialog): Promise<void> {
  const { portId } = dev;
  assert.deepEqual(await c.ask(`info ${portId}`), [infoLine(dev)]);
  assert.deepEqual(await c.ask(`stats ${portId}`), [statsLine(dev)]);
  assert.deepEqual(await c.ask(`xstats ${portId}`), xstatsLines(dev));
  assert.deepEqual(await c.ask(`link ${portId}`), [linkLine(dev)]);
  assert.deepEqual(await c.ask(`macs ${portId}`), macLines(dev));
  assert.deepEqual(await c.ask(`modes ${portId}`), [modesLine(dev)]);
  assert.deepEqual(await c.ask(`owner ${portId}`), [ownerLine(dev)]);
  if (dev.conf() !== undefined) {
    const [conf] = await c.ask(`conf ${portId}`);
    assert.equal(conf!.replace(/ key \d+$/, ""), confLine(dev));
  }
}

/** Configures a port, sets its queues up and starts it. */
function run(dev: EthDev, rxQueues: number, txQueues: number, pool: PktmbufPool): void {
  dev.configure({ rxQueues, txQueues });
  for (let queue = 0; queue < rxQueues; queue++) dev.rxQueueSetup(queue, 128, pool);
  for (let queue = 0; queue < txQueues; queue++) dev.txQueueSetup(queue, 128);
  dev.start();
}

ealCase(
  "C sees the ports as TypeScript configures, starts and counts them",
  TWO,
  async ({ args, prefix }) => {
    using _eal = Eal.init(args);
    using pool = PktmbufPool.create("packets", 2047);
    const c = await dialog("view_ethdev", prefix);
    assert.deepEqual(await c.ask("ports"), portLines());
    const devices = EthDev.all();
    assert.deepEqual(devices.map(String), ["port 0 (net_null0)", "port 1 (net_ring0)"]);
    for (const dev of devices) {
      assert.equal(dev.conf(), undefined);
      assert.deepEqual(await c.ask(`conf ${dev.portId}`), ["0 0 0 0 0 0 0 0 0 0 key 0"]);
      await same(dev, c);
      run(dev, 3, 2, pool);
      assert.deepEqual([dev.info().rxQueues, dev.info().txQueues], [3, 2]);
      await same(dev, c);
      // A secondary that is there before a port is configured never gets to know its queues.
      const late = await dialog("view_ethdev", prefix);
      await late.ask(`forward ${dev.portId} 10`);
      await late.end();
      await same(dev, c);
      dev.promiscuous = true;
      dev.allmulticast = true;
      await same(dev, c);
      if (dev.portId === 0) {
        // Its mode is always on.
        assert.throws(() => dev.promiscuous = false, { name: "DpdkError", code: "ENOTSUP" });
      } else dev.promiscuous = false;
      await same(dev, c);
      dev.stop();
      assert.equal(dev.linkNowait().up, false);
      await same(dev, c);
    }
    const [dev] = devices;
    const { ipackets, opackets } = dev!.stats();
    assert.deepEqual([ipackets, opackets], [320n, 320n]);
    assert.equal(dev!.xstats.get("rx_good_packets"), 320n);
    dev!.resetStats();
    assert.equal(dev!.stats().ipackets, 0n);
    await same(dev!, c);
    for (const dev of devices) dev.close();
    assert.deepEqual(EthDev.all(), []);
    assert.equal(pool.availCount, pool.size);
    await c.end();
  },
);

ealCase(
  "what a port is configured with is what C finds in its struct rte_eth_conf",
  { args: ["--vdev=net_null0", `--vdev=net_tap0,iface=dte${process.pid.toString(36)}`] },
  async ({ args, prefix }) => {
    using _eal = Eal.init(args);
    using pool = PktmbufPool.create("packets", 1023);
    const c = await dialog("view_ethdev", prefix);
    const key = Uint8Array.from({ length: 40 }, (_, i) => i + 1);
    const [none, tap] = [EthDev.find("net_null0"), EthDev.find("net_tap0")];
    none.configure({
      mtu: 1234,
      maxLroPacketSize: 9000,
      loopbackMode: 7,
      rss: { functions: ["IP", "NONFRAG_IPV4_UDP"], key },
    });
    assert.deepEqual(await c.ask("conf 0"), [`${confLine(none)} key 40`]);
    const conf = none.conf()!;
    assert.deepEqual(
      [conf.mtu, conf.maxLroPacketSize, conf.loopbackMode, conf.rss],
      [1234, 9000, 7, true],
    );
    assert.deepEqual(conf.rssFunctions, [
      ...["IPV4", "FRAG_IPV4", "NONFRAG_IPV4_UDP", "NONFRAG_IPV4_OTHER", "IPV6", "FRAG_IPV6"],
      ...["NONFRAG_IPV6_OTHER", "IPV6_EX"],
    ]);
    for (const mqMode of ["RSS", "NONE"] as const) {
      none.configure({ mqMode });
      const [line] = await c.ask("conf 0");
      assert.equal(line, `${confLine(none)} key 0`);
      assert.equal(line!.split(" ")[4], mqMode === "RSS" ? "1" : "0"); // RTE_ETH_MQ_RX_RSS
    }
    none.configure();
    const { mtu, mqMode, txMqMode, ...rest } = none.conf()!;
    assert.deepEqual([mtu, mqMode, txMqMode], [1500, "NONE", "NONE"]);
    assert.deepEqual(Object.values(rest).flat().filter(Boolean), []);

    tap.configure({
      rxOffloads: ["IPV4_CKSUM", "SCATTER"],
      txOffloads: ["MULTI_SEGS", "TCP_TSO"],
      lsc: true,
    });
    assert.deepEqual(await c.ask("conf 1"), [`${confLine(tap)} key 0`]);
    assert.deepEqual(tap.conf()!.rxOffloads, ["IPV4_CKSUM", "SCATTER"]);
    assert.equal(tap.conf()!.lsc, true);
    tap.rxQueueSetup(0, 256, pool, { offloads: ["UDP_CKSUM"], socketId: -1 });
    tap.txQueueSetup(0, 256, { offloads: ["IPV4_CKSUM"], freeThreshold: 3 });
    await c.end();
    for (const dev of [none, tap]) dev.close();
    assert.equal(pool.availCount, pool.size);
  },
);

ealCase("offloads have the names that C has for them", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const c = await dialog("view_ethdev", prefix);
  const nameOf = (known: BitNames, i: number) =>
    Object.keys(known).find((name) => known[name] === 1n << BigInt(i)) ?? "UNKNOWN";
  const ours = Array.from({ length: 64 }, (_, i) => {
    return `${i} ${nameOf(rxOffloads(), i)} ${nameOf(txOffloads(), i)}`;
  });
  assert.deepEqual(ours, await c.ask("offloads"));
  assert.equal(ours[0], "0 VLAN_STRIP VLAN_INSERT");
  await c.end();
});

ealCase(
  "C and TypeScript change a redirection table in turn, C finds a hash changed, TypeScript an MTU",
  { args: ["--vdev=net_null0"] },
  async ({ args, prefix }) => {
    using _eal = Eal.init(args);
    const c = await dialog("view_ethdev", prefix);
    const dev = EthDev.get(0);
    dev.configure({ rxQueues: 16, rss: { functions: ["IP"] } });
    const random = randomIntegers(7);
    let table = dev.rss.reta();
    assert.equal(table.length, 128);
    for (let i = 0; i < 40; i++) {
      const some = new Map(Array.from({ length: 1 + random(60) }, () => [random(128), random(16)]));
      if (random(4) === 0) {
        table = table.map(() => random(16));
        dev.rss.updateReta(table);
      } else if (random(2) === 0) {
        for (const [entry, queue] of some) table[entry] = queue;
        assert.deepEqual(await c.ask(`set_reta 0 ${[...some].flat().join(" ")}`), []);
      } else {
        for (const [entry, queue] of some) table[entry] = queue;
        dev.rss.updateReta(some);
      }
      assert.deepEqual(dev.rss.reta(), table);
      assert.deepEqual(await c.ask("reta 0 128"), [table.join(" ")]);
    }
    dev.rss.updateReta(new Map());
    assert.deepEqual(dev.rss.reta(), table);

    for (const functions of [["UDP"], ["TCP", "VXLAN"], ["L2_PAYLOAD"]] as const) {
      const key = Uint8Array.from({ length: 40 }, () => random(256));
      dev.rss.update({ functions, key });
      const { functions: now, key: nowKey } = dev.rss.conf();
      assert.deepEqual(nowKey, key);
      const line = async () => (await c.ask("rss 0"))[0]!.split(" ");
      const bits = rssBits(now as RssFunction[]);
      assert.deepEqual(await line(), [String(bits), ...[...key].map(String)]);
      // Left out, each stays.
      const next = Uint8Array.from({ length: 40 }, () => random(256));
      dev.rss.update({ key: next });
      assert.deepEqual(dev.rss.conf(), { functions: now, key: next });
      dev.rss.update({ functions: ["IPV4"] });
      assert.deepEqual(dev.rss.conf(), { functions: ["IPV4"], key: next });
      assert.deepEqual(await line(), [String(rssBits(["IPV4"])), ...[...next].map(String)]);
    }
    for (const mtu of [1400, 1500]) {
      assert.deepEqual(await c.ask(`set_mtu 0 ${mtu}`), []);
      assert.equal(dev.mtu, mtu);
    }
    await c.end();
    dev.close();
  },
);

ealCase(
  "a secondary reads what C configured, and changes nothing but counters and owners",
  async ({ prefix, cleanup }) => {
    const c = await dialog(
      "view_ethdev",
      prefix,
      "--proc-type=primary",
      ...["-m", "64", "--base-virtaddr=0x600000000000"],
      ...["--vdev=net_null0", "--vdev=net_ring0"],
    );
    cleanup(() => removePrefix(prefix));
    using _eal = Eal.init(["-l", "0", "--proc-type=secondary", "--file-prefix", prefix]);
    assert.deepEqual(await c.ask("ports"), portLines());
    for (const dev of EthDev.all()) {
      await same(dev, c);
      assert.deepEqual(await c.ask(`setup ${dev.portId} 2 3`), []);
      await same(dev, c);
      await c.ask(`forward ${dev.portId} 5`);
      await same(dev, c);
      await c.ask(`promiscuous ${dev.portId} 1`);
      await same(dev, c);
    }
    const dev = EthDev.find("net_null0");
    assert.equal(dev.stats().ipackets, 160n);
    dev.resetStats();
    assert.equal(await c.ask("stats 0").then(([line]) => line), statsLine(dev));

    const mine = dev.own("script");
    assert.deepEqual(await c.ask("owner 0"), [`${mine.id} script`]);
    assert.equal(EthDev.count, 1);
    assert.deepEqual(await c.ask("own 0 theirs"), ["error 1"]);
    assert.deepEqual(await c.ask("ports"), portLines());
    dev.disown(mine);
    assert.deepEqual(await c.ask("own 0 theirs"), []);
    assert.equal(dev.owner()!.name, "theirs");
    assert.throws(() => dev.own("script"), { code: "EPERM", message: /it has an owner already/ });
    assert.throws(() => dev.disown(mine), { code: "EPERM" });
    assert.deepEqual(await c.ask(`disown 0 ${dev.owner()!.id}`), []);
    assert.equal(dev.owner(), undefined);

    const refused = {
      name: "DpdkError",
      code: "EPERM",
      message: /: this process is a secondary; only the primary configures ports$/,
    };
    const pool = PktmbufPool.lookup("c_pool");
    for (
      const control of [
        () => dev.configure(),
        () => dev.rxQueueSetup(0, 128, pool),
        () => dev.txQueueSetup(0, 128),
        () => dev.start(),
        () => dev.stop(),
        () => dev.close(),
        () => dev.reset(),
        () => dev.rxQueueStart(0),
        () => dev.txQueueStop(0),
        () => dev.promiscuous = true,
        () => dev.allmulticast = false,
        () => dev.mtu = 1400,
        () => dev.setMacAddress("02:00:00:00:00:01"),
        () => dev.addMacAddress("02:00:00:00:00:01"),
        () => dev.removeMacAddress("02:00:00:00:00:01"),
        () => dev.setLinkUp(),
        () => dev.setLinkDown(),
        () => dev.rss.update({ functions: ["IP"] }),
        () => dev.rss.updateReta(new Map([[0, 1]])),
        () => dev.vlan.setOffloads({ strip: true }),
        () => dev.vlan.filter(1, true),
        () => dev.vlan.stripOnQueue(0, true),
        () => dev.vlan.setPvid(1),
      ]
    ) assert.throws(control, refused, String(control));
    await same(dev, c);

    // The primary closes it, and the handle is told.
    await c.ask("stop 0");
    await c.ask("close 0");
    assert.equal(dev.alive, false);
    assert.throws(() => dev.stats(), { code: "ENODEV", message: /it was closed, or its device/ });
    assert.throws(() => EthDev.get(0), { code: "ENODEV", message: /there are 1 \(net_ring0\)$/ });
    await c.ask("stop 1");
    await c.ask("close 1");
    assert.equal(pool.availCount, pool.size);
    await c.end();
  },
);
