import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { EthDev } from "../../ffi/ethdev/mod.ts";
import { PktmbufPool } from "../../ffi/mbuf/mod.ts";
import { Eal } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";

const ALONE = ["--no-huge", "--no-shconf"];
const skip = existsSync("/dev/net/tun") ? undefined : "there is no /dev/net/tun";

/** Configures a port with one queue of each kind, and starts it. */
function run(dev: EthDev, pool: PktmbufPool): void {
  dev.configure();
  dev.rxQueueSetup(0, 256, pool);
  dev.txQueueSetup(0, 256);
  dev.start();
}

/** An interface that no other process makes. */
const TUN = `dte${process.pid.toString(36)}`;

ealCase(
  "the kernel has the interface of a net_tap as the port says",
  { skip, args: [...ALONE, `--vdev=net_tap0,iface=${TUN}`] },
  ({ args }) => {
    using _eal = Eal.init(args);
    using pool = PktmbufPool.create("packets", 1023);
    const dev = EthDev.find("net_tap0");
    const file = (name: string) => readFileSync(`/sys/class/net/${TUN}/${name}`, "utf8").trim();
    const [UP, PROMISC, ALLMULTI] = [0x1, 0x100, 0x200];
    const flag = (bit: number) => (Number(file("flags")) & bit) !== 0;
    const info = dev.info();
    assert.equal(info.driverName, "net_tap");
    assert.equal(info.ifIndex, Number(file("ifindex")));
    assert.deepEqual(info.speeds, [10, 100, 1000, 2500, 5000, 10000]);
    assert.equal(dev.macAddress.toLowerCase(), file("address"));
    run(dev, pool);
    assert.deepEqual([flag(UP), dev.link().up], [true, true]);
    for (const mtu of [1400, 900, 1500]) {
      dev.mtu = mtu;
      assert.deepEqual([dev.mtu, file("mtu")], [mtu, String(mtu)]);
    }
    dev.setMacAddress("02:00:00:00:AA:01");
    assert.deepEqual([dev.macAddress, file("address")], ["02:00:00:00:AA:01", "02:00:00:00:aa:01"]);
    for (const on of [true, false, true]) {
      dev.promiscuous = on;
      dev.allmulticast = !on;
      assert.deepEqual([dev.promiscuous, flag(PROMISC)], [on, on]);
      assert.deepEqual([dev.allmulticast, flag(ALLMULTI)], [!on, !on]);
    }
    dev.setLinkDown();
    assert.deepEqual([dev.linkNowait().up, flag(UP)], [false, false]);
    dev.setLinkUp();
    assert.deepEqual([dev.linkNowait().up, flag(UP)], [true, true]);
    for (
      const [stop, start] of [
        [() => dev.rxQueueStop(0), () => dev.rxQueueStart(0)],
        [() => dev.txQueueStop(0), () => dev.txQueueStart(0)],
      ] as const
    ) {
      stop();
      start();
    }
    assert.equal(dev.supportedPacketTypes().length > 10, true);
    assert.equal(dev.supportedPacketTypes(0).length, 0);
    dev.stop();
    dev.close();
    assert.equal(existsSync(`/sys/class/net/${TUN}`), false);
  },
);

ealCase(
  "a port of net_ring has a link and addresses that can be set",
  { args: [...ALONE, "--vdev=net_ring0"] },
  ({ args }) => {
    using _eal = Eal.init(args);
    using pool = PktmbufPool.create("packets", 1023);
    const dev = EthDev.get(0);
    run(dev, pool);
    assert.deepEqual(dev.link(), { up: true, speedMbps: 10000, duplex: "full", autoneg: false });
    dev.setLinkDown();
    assert.equal(dev.linkNowait().up, false);
    dev.setLinkUp();
    assert.equal(dev.link().up, true);
    dev.addMacAddress("02:00:00:00:00:07");
    assert.deepEqual(dev.macAddresses(), ["02:00:00:00:00:07"]);
    assert.throws(() => dev.removeMacAddress("02:00:00:00:00:07"), { code: "EADDRINUSE" });
    assert.throws(() => dev.addMacAddress("02:00:00:00:00:08"), { code: "ENOSPC" });
    for (const on of [true, false]) {
      dev.promiscuous = dev.allmulticast = on;
      assert.deepEqual([dev.promiscuous, dev.allmulticast], [on, on]);
    }
    dev.stop();
    dev.close();
  },
);

ealCase("a port of net_pcap reads and writes files", ({ args, cleanup }) => {
  const folder = mkdtempSync(join(tmpdir(), "dpdk-ts-pcap-"));
  cleanup(() => rmSync(folder, { recursive: true }));
  const header = Uint8Array.from([
    ...[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0],
  ]);
  const [input, output] = [join(folder, "in.pcap"), join(folder, "out.pcap")];
  writeFileSync(input, header);
  using _eal = Eal.init([
    ...[...args, ...ALONE, `--vdev=net_pcap0,rx_pcap=${input},tx_pcap=${output}`],
  ]);
  using pool = PktmbufPool.create("packets", 1023);
  const dev = EthDev.find("net_pcap0");
  assert.equal(dev.info().driverName, "net_pcap");
  assert.deepEqual([dev.info().maxRxQueues, dev.info().maxTxQueues], [1, 1]);
  run(dev, pool);
  assert.equal(dev.stats().ipackets, 0n);
  assert.equal(dev.link().up, true);
  dev.stop();
  dev.close();
  assert.equal(readFileSync(output).length, 24);
});
