// What few virtual drivers have: counters of their own, a list of MAC addresses.

import { EthDev } from "../../ffi/ethdev/mod.ts";
import { Eal } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { filled } from "../packets/frames.ts";
import { bringUp, until } from "../packets/ports.ts";
import { pass, vhost } from "../packets/vhost.ts";
import { dialog } from "../peers/dialog.ts";
import { macLines, xstatsLines } from "./view.ts";

const ADDRESSES = { to: { mac: "02:00:00:00:00:01" }, from: { mac: "02:00:00:00:00:02" } };

ealCase("extended counters of drivers count, and are reset", async (context) => {
  const { eal: _eal, pool, dev, plug } = vhost(context);
  bringUp(dev, pool, { txOffloads: ["MULTI_SEGS"] });
  const peer = plug();
  await until(() => dev.linkNowait().up, "they are connected");
  const c = await dialog("view_ethdev", context.prefix);
  const frames = [100, 101, 1000].map((length) => filled(ADDRESSES, length));
  await pass(pool, peer, dev, frames);
  await pass(pool, dev, peer, frames.slice(1));

  const values = (port: EthDev, ...names: string[]) => names.map((name) => port.xstats.get(name));
  const sizes = ["size_65_127_packets", "size_512_1023_packets"];
  const both = ["rx", "tx"].flatMap((way) => sizes.map((size) => `${way}_q0_${size}`));
  assert.deepEqual(values(peer, ...both), [1n, 1n, 2n, 1n]);
  assert.deepEqual(values(dev, ...both), [2n, 1n, 1n, 1n]);
  for (const { xstats } of [dev, peer]) {
    const all = xstats.all();
    assert.deepEqual(all.map(({ name }) => name), xstats.names());
    assert.deepEqual(all.map(({ value }) => value), xstats.byId(all.map(({ id }) => id)));
    for (const { id, name } of all) assert.equal(xstats.id(name), id);
  }
  assert.deepEqual(await c.ask(`xstats ${peer.portId}`), xstatsLines(peer));

  peer.xstats.reset();
  assert.deepEqual(peer.xstats.all().filter(({ value }) => value !== 0n), []);
  assert.deepEqual(await c.ask(`xstats ${peer.portId}`), xstatsLines(peer));
  dev.xstats.reset();
  assert.deepEqual(values(dev, ...both), [0n, 0n, 0n, 0n]);
  // Both go on.
  await pass(pool, peer, dev, frames);
  assert.deepEqual(values(peer, ...both), [0n, 0n, 2n, 1n]);
  assert.deepEqual(values(dev, ...both), [2n, 1n, 0n, 0n]);
  assert.deepEqual(await c.ask(`xstats ${peer.portId}`), xstatsLines(peer));
  await c.end();
  for (const port of [peer, dev]) {
    port.stop();
    port.close();
  }
});

ealCase(
  "MAC addresses are added and removed",
  { args: ["--vdev=net_bonding0,mode=0"] },
  async ({ args, prefix }) => {
    using _eal = Eal.init(args);
    const dev = EthDev.get(0);
    const c = await dialog("view_ethdev", prefix);
    const [a, b, d] = ["02:00:00:00:00:21", "02:00:00:00:00:22", "01:00:5E:00:00:FB"] as const;
    const own = "02:00:00:00:00:20";
    dev.setMacAddress(own);
    const has = async (...further: string[]) => {
      assert.deepEqual(dev.macAddresses(), [own, ...further]);
      assert.deepEqual(await c.ask("macs 0"), macLines(dev));
    };
    await has();
    dev.addMacAddress(a);
    dev.addMacAddress(b);
    await has(a, b);
    dev.removeMacAddress(a);
    await has(b);
    dev.removeMacAddress(a);
    await has(b);
    dev.addMacAddress(d);
    await has(d, b);
    assert.throws(() => dev.removeMacAddress(own), { code: "EADDRINUSE" });
    await has(d, b);
    await c.end();
    dev.close();
  },
);
