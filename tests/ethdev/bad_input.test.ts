import process from "node:process";
import { EthDev, type EthDevOptions, type RssFunction } from "../../ffi/ethdev/mod.ts";
import { PktmbufPool } from "../../ffi/mbuf/mod.ts";
import { Eal, Mempool } from "../../mod.ts";
import { assert, ealCase, test } from "../kit.ts";

/** An interface that no other process makes. */
const TUN = `dte${process.pid.toString(36)}`;

const ALONE = ["--no-huge", "--no-shconf"];
const ONE = { args: [...ALONE, "--vdev=net_null0"] };
const TAP = { args: [...ALONE, `--vdev=net_tap0,iface=${TUN}`] };

/** Every method that a port has, as far as it can be called with good arguments. */
function uses(dev: EthDev, pool: PktmbufPool): readonly (() => unknown)[] {
  return [...readings(dev), ...controls(dev, pool)];
}

function readings(dev: EthDev): readonly (() => unknown)[] {
  return [
    () => dev.socketId,
    () => dev.isRemoved,
    () => dev.info(),
    () => dev.conf(),
    () => dev.firmwareVersion(),
    () => dev.supportedPacketTypes(),
    () => dev.adjustDescriptors(100, 100),
    () => dev.rxQueueInfo(0),
    () => dev.txQueueInfo(0),
    () => dev.txDoneCleanup(0),
    () => dev.promiscuous,
    () => dev.allmulticast,
    () => dev.macAddress,
    () => dev.macAddresses(),
    () => dev.mtu,
    () => dev.link(),
    () => dev.linkNowait(),
    () => dev.stats(),
    () => dev.resetStats(),
    () => dev.owner(),
    () => dev.disown(dev.own("me")),
    () => dev.xstats.count,
    () => dev.xstats.names(),
    () => dev.xstats.all(),
    () => dev.xstats.byId([0, 7, 3]),
    () => dev.xstats.id("rx_good_packets"),
    () => dev.xstats.get("rx_good_packets"),
    () => dev.xstats.reset(),
    () => dev.rss.conf(),
    () => dev.rss.reta(),
    () => dev.vlan.offloads(),
  ];
}

function controls(dev: EthDev, pool: PktmbufPool): readonly (() => unknown)[] {
  return [
    () => dev.rxQueueSetup(0, 128, pool),
    () => dev.txQueueSetup(0, 128),
    () => dev.rxQueueStart(0),
    () => dev.rxQueueStop(0),
    () => dev.txQueueStart(0),
    () => dev.txQueueStop(0),
    () => dev.mtu = 1400,
    () => dev.promiscuous = true,
    () => dev.allmulticast = true,
    () => dev.setMacAddress("02:00:00:00:00:01"),
    () => dev.addMacAddress("02:00:00:00:00:02"),
    () => dev.removeMacAddress("02:00:00:00:00:02"),
    () => dev.setLinkDown(),
    () => dev.setLinkUp(),
    () => dev.rss.update({ functions: ["IP"] }),
    () => dev.rss.update({ key: new Uint8Array(40) }),
    () => dev.rss.updateReta(new Map([[0, 0]])),
    () => dev.vlan.setOffloads({ strip: true }),
    () => dev.vlan.filter(1, true),
    () => dev.vlan.stripOnQueue(0, true),
    () => dev.vlan.setPvid(1),
    () => dev.start(),
    () => dev.stop(),
    () => dev.reset(),
    () => dev.configure(),
    () => dev.close(),
    () => dev.remove(),
  ];
}

/** Calls; an error must be one of ours. Gives how many calls went well. */
function tryAll(calls: readonly (() => unknown)[]): number {
  let well = 0;
  for (const call of calls) {
    try {
      call();
      well++;
    } catch (error) {
      assert.equal((error as Error).name, "DpdkError", `${call}: ${error}`);
    }
  }
  return well;
}

test("without EAL there are no ports", () => {
  const refused = {
    name: "DpdkError",
    message: /EAL is not initialised; call Eal\.init\(\) first/,
  };
  for (
    const use of [
      () => EthDev.count,
      () => EthDev.all(),
      () => EthDev.get(0),
      () => EthDev.find("net_null0"),
      () => EthDev.probe("net_null0"),
      () => EthDev.hotplugAdd("vdev", "net_null0"),
      () => EthDev.hotplugRemove("vdev", "net_null0"),
    ]
  ) assert.throws(use, refused, String(use));
});

test("what is no port id, no name and no handle is refused", () => {
  for (const bad of [-1, 1.5, NaN, 65536, "0", undefined]) {
    assert.throws(() => EthDev.get(bad as number), { name: "RangeError", message: /a port id/ });
  }
  assert.throws(() => EthDev.find(""), TypeError);
  assert.throws(() => EthDev.find("x".repeat(64)), RangeError);
  assert.throws(() => EthDev.probe(""), TypeError);
  assert.throws(() => EthDev.probe("a\0b"), TypeError);
  assert.throws(() => EthDev.probe("x".repeat(5000)), RangeError);
  assert.throws(() => EthDev.hotplugAdd("", "net_null0"), TypeError);
  assert.throws(() => EthDev.hotplugAdd("vdev", "x".repeat(64)), RangeError);
  assert.throws(() => EthDev.hotplugRemove("vdev", ""), TypeError);
  assert.throws(() => Reflect.construct(EthDev, ["", 0]), {
    name: "TypeError",
    message: "Cannot construct a EthDev: use EthDev.get, EthDev.find or EthDev.all",
  });
});

ealCase("a port that does not exist is told from those that do", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const known = { name: "DpdkError", code: "ENODEV", message: /: there are 0 \(net_null0\)$/ };
  for (const id of [1, 31, 32, 33, 65535]) assert.throws(() => EthDev.get(id), known);
  assert.throws(() => EthDev.find("net_null1"), {
    ...known,
    message: /^Cannot find port "net_null1": rte_eth_dev_get_port_by_name failed with ENODEV: /,
  });
  EthDev.get(0).close();
  assert.throws(() => EthDev.get(0), {
    name: "DpdkError",
    message: /there are no ports; start EAL with a device/,
  });
});

ealCase("what no port can be configured with is refused", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const dev = EthDev.get(0);
  const range = (options: EthDevOptions, message: RegExp) =>
    assert.throws(() => dev.configure(options), { name: "RangeError", message });
  const type = (options: object, message: RegExp) =>
    assert.throws(() => dev.configure(options), { name: "TypeError", message });
  for (const bad of [-1, 1.5, NaN, 1025, "1"] as number[]) {
    range({ rxQueues: bad }, /as rxQueues/);
    range({ txQueues: bad }, /as txQueues/);
  }
  range({ rxQueues: 0, txQueues: 0 }, /without queues/);
  for (const mtu of [0, -1, 65536, NaN]) range({ mtu }, /as mtu/);
  range({ mtu: 45 }, /45 as the MTU of port 0 \(net_null0\): it must be an integer from 46 to/);
  range({ loopbackMode: -1 }, /loopbackMode/);
  type({ queues: 1 }, /option "queues" of configure: it is unknown; there are rxQueues/);
  type({ lsc: 1 }, /1 as lsc: it is true or false/);
  type({ mqMode: "VLAN" }, /"VLAN" as mqMode: there are NONE, RSS, DCB, DCB_RSS, VMDQ_ONLY/);
  type({ rxOffloads: ["IPV4"] }, /"IPV4" as a receive offload: there are VLAN_STRIP, IPV4_CKSUM/);
  type({ txOffloads: "MULTI_SEGS" }, /it is no list; each is a transmit offload/);
  type({ txOffloads: [1] }, /"1" as a transmit offload/);
  type({ rss: { functions: ["ipv4"] } }, /"ipv4" as an RSS function: there are IPV4/);
  type({ rss: { functions: ["toString"] } }, /"toString" as an RSS function/);
  type({ rss: { functions: [], keys: 1 } }, /option "keys" of rss/);
  type({ rss: { functions: [], key: "key" } }, /as the key of rss: it is no Uint8Array/);
  for (const length of [0, 256]) {
    range({ rss: { functions: [], key: new Uint8Array(length) } }, /a key of \d+ bytes for rss/);
  }
  const unable = (options: EthDevOptions, message: RegExp) =>
    assert.throws(() => dev.configure(options), { name: "DpdkError", message });
  unable(
    { rxOffloads: ["VLAN_STRIP", "SCATTER"] },
    /no receive offload VLAN_STRIP, SCATTER; it has/,
  );
  unable({ rss: { functions: ["AH" as RssFunction] } }, /no RSS function AH; it has IPV4, FRAG_/);
  unable({ lsc: true }, /failed with EINVAL[^]*Driver net_null does not support lsc/);
  unable({ rmv: true }, /failed with EINVAL[^]*Driver net_null does not support rmv/);
  assert.equal(dev.conf(), undefined);
  assert.throws(() => dev.start(), { message: /it was not configured; call configure, rxQueueS/ });
});

ealCase("a key must be as long as the device wants it", TAP, ({ args }) => {
  using _eal = Eal.init(args);
  const dev = EthDev.get(0);
  const key = new Uint8Array(39);
  const refused = { name: "RangeError", message: /a key of 39 bytes to .*: its device wants 40/ };
  assert.throws(() => dev.configure({ rss: { functions: ["IP"], key } }), refused);
  assert.throws(() => dev.rss.update({ functions: ["IP"], key }), refused);
  const { maxRxQueues } = dev.info();
  const rxQueues = maxRxQueues + 1;
  assert.throws(() => dev.configure({ rxQueues }), {
    name: "RangeError",
    message: `Cannot use ${rxQueues} as rxQueues of port 0 (net_tap0): it has at most ` +
      maxRxQueues,
  });
});

ealCase("queues are set up as they were configured, with pools of mbufs", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using pool = PktmbufPool.create("packets", 255);
  const dev = EthDev.get(0);
  for (const early of [() => dev.rxQueueSetup(0, 64, pool), () => dev.txQueueSetup(0, 64)]) {
    assert.throws(early, { code: "EINVAL", message: /was not configured; call configure first$/ });
  }
  dev.configure({ rxQueues: 2, txQueues: 1 });
  assert.throws(() => dev.rxQueueSetup(2, 64, pool), {
    name: "RangeError",
    message: "Cannot use receive queue 2 of port 0 (net_null0): it was configured with 2",
  });
  assert.throws(() => dev.txQueueSetup(1, 64), { message: /transmit queue 1 .* with 1$/ });
  for (const bad of [-1, 1.5, NaN, 1024] as number[]) {
    assert.throws(() => dev.rxQueueSetup(bad, 64, pool), RangeError);
    assert.throws(() => dev.txQueueSetup(bad, 64), RangeError);
    assert.throws(() => dev.rxQueueInfo(bad), RangeError);
    assert.throws(() => dev.txQueueStart(bad), RangeError);
  }
  for (const bad of [-1, 1.5, 65536]) {
    assert.throws(() => dev.rxQueueSetup(0, bad, pool), RangeError);
    assert.throws(() => dev.txQueueSetup(0, bad), RangeError);
    assert.throws(() => dev.adjustDescriptors(bad, 1), RangeError);
  }
  assert.throws(() => dev.rxQueueSetup(0, 64, pool, { dropEnable: 1 } as object), TypeError);
  assert.throws(() => dev.rxQueueSetup(0, 64, pool, { rsThreshold: 1 } as object), TypeError);
  assert.throws(() => dev.txQueueSetup(0, 64, { freeThreshold: 65536 }), RangeError);
  assert.throws(() => dev.txQueueSetup(0, 64, { socketId: -2 }), RangeError);
  const thresholds = { prefetch: 256, host: 0, writeBack: 0 };
  assert.throws(() => dev.txQueueSetup(0, 64, { thresholds }), RangeError);
  assert.throws(() => dev.txQueueSetup(0, 64, { offloads: ["MULTI_SEGS"] }), {
    code: "ENOTSUP",
    message: /its driver has no transmit offload for one queue MULTI_SEGS; it has none$/,
  });

  for (const none of [undefined, null, {}, 0, "packets"] as unknown as PktmbufPool[]) {
    assert.throws(() => dev.rxQueueSetup(0, 64, none), {
      name: "TypeError",
      message: /no Pktmbuf/,
    });
  }
  using plain = Mempool.create("plain", 63, 2304);
  using alike = Mempool.create("alike", 63, 2304, { privateDataSize: 64 });
  for (
    const [other, message] of [
      [plain, /its objects are no mbufs/],
      [alike, /have room for 0 bytes/],
    ] as const
  ) {
    assert.throws(() => dev.rxQueueSetup(0, 64, other), { name: "DpdkError", message });
  }
  using small = PktmbufPool.create("small", 63, { dataRoomSize: 127 });
  assert.throws(() => dev.rxQueueSetup(0, 64, small), {
    message:
      /"small" have room for 0 bytes behind their headroom, .* dataRoomSize of at least 128$/,
  });
  using few = PktmbufPool.create("few", 63);
  assert.throws(() => dev.rxQueueSetup(0, 64, few), {
    message: /"few" has 63 mbufs, and the queue takes 64 of them at once; make a larger pool/,
  });
  const gone = PktmbufPool.create("gone", 63);
  gone.free();
  assert.throws(() => dev.rxQueueSetup(0, 64, gone), { message: /"gone": it was freed/ });

  // All must be set up before the port starts.
  dev.rxQueueSetup(1, 64, pool.mempool);
  assert.throws(() => dev.start(), {
    code: "EINVAL",
    message: /not set up: receive queue 0, transmit queue 0; call rxQueueSetup and txQueueSetup/,
  });
  dev.rxQueueSetup(0, 0, pool);
  dev.txQueueSetup(0, 0);
  dev.start();
  dev.start();
  assert.throws(() => pool.free(), { code: "EBUSY", message: /port 0 \(net_null0\) takes its/ });
  assert.throws(() => dev.configure(), { code: "EBUSY", message: /started; stop it first/ });
  assert.throws(() => dev.rxQueueSetup(0, 64, pool), { code: "EBUSY", message: /stop it first/ });
  assert.throws(() => dev.close(), { code: "EINVAL", message: /it is started; stop it first/ });
  assert.equal(dev.alive, true);
  dev.stop();
  dev.stop();
  // A port that is configured anew keeps what it had; new queues must be set up.
  dev.configure({ rxQueues: 3, txQueues: 1 });
  assert.throws(() => dev.start(), { message: /not set up: receive queue 2;/ });
  dev.configure({ rxQueues: 0, txQueues: 1 });
  dev.start();
  dev.stop();
  dev.close();
});

ealCase("counters, tables, addresses and VLANs that are not there", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const dev = EthDev.get(0);
  const { count } = dev.xstats;
  for (const bad of [-1, count, 1.5, NaN, 2 ** 53]) {
    assert.throws(() => dev.xstats.byId([0, bad]), RangeError);
  }
  assert.throws(() => dev.xstats.byId(Array(count + 1).fill(0)), RangeError);
  assert.throws(() => dev.xstats.byId("0" as unknown as number[]), TypeError);
  assert.deepEqual(dev.xstats.byId([]), []);
  assert.throws(() => dev.xstats.id("nose"), {
    code: "EINVAL",
    message: /"nose" .*: there is none of that name; there are rx_good_packets, /,
  });
  assert.throws(() => dev.xstats.id("x".repeat(64)), RangeError);

  dev.configure({ rxQueues: 2 });
  const off = { code: "ENOTSUP", message: /the port was not configured with mqMode "RSS"/ };
  assert.throws(() => dev.rss.updateReta(new Map([[0, 1]])), off);
  assert.throws(() => dev.rss.update({ functions: ["IP"] }), off);
  dev.configure({ rxQueues: 2, mqMode: "RSS" });
  assert.throws(() => dev.rss.updateReta([0, 1]), { message: /has 128 entries, and the list 2/ });
  for (const [entry, queue] of [[128, 0], [-1, 0], [0, 2], [0, -1], [0.5, 0], [0, NaN]] as const) {
    assert.throws(() => dev.rss.updateReta(new Map([[entry, queue]])), RangeError);
  }
  assert.throws(() => dev.rss.updateReta({} as number[]), TypeError);
  assert.throws(() => dev.rss.update({ functions: ["AH"] }), { code: "ENOTSUP" });
  assert.throws(() => dev.rss.update({ function: [] } as object), TypeError);

  for (const bad of ["", "02:00:00:00:00", "02-00-00-00-00-01", "zz:00:00:00:00:00"]) {
    assert.throws(() => dev.setMacAddress(bad), SyntaxError);
    assert.throws(() => dev.addMacAddress(bad), SyntaxError);
    assert.throws(() => dev.removeMacAddress(bad), SyntaxError);
  }
  for (const bad of ["01:00:5E:00:00:01", "FF:FF:FF:FF:FF:FF", "00:00:00:00:00:00"]) {
    assert.throws(() => dev.setMacAddress(bad), { name: "RangeError", message: /unicast/ });
  }
  assert.throws(() => dev.addMacAddress("00:00:00:00:00:00"), RangeError);
  assert.throws(() => dev.addMacAddress("02:00:00:00:00:01", 64), RangeError);
  assert.throws(() => dev.promiscuous = 1 as unknown as boolean, TypeError);
  for (const mtu of [0, 45, 65536, 1.5]) assert.throws(() => dev.mtu = mtu, RangeError);
  for (const id of [-1, 4096, NaN]) {
    assert.throws(() => dev.vlan.filter(id, true), RangeError);
    assert.throws(() => dev.vlan.setPvid(id), RangeError);
  }
  assert.throws(() => dev.vlan.filter(1, 1 as unknown as boolean), TypeError);
  assert.throws(() => dev.vlan.filter(1, true), { code: "ENOSYS", message: /"VLAN_FILTER"/ });
  assert.throws(() => dev.vlan.setOffloads({ strip: true }), { code: "EINVAL" });
  assert.throws(() => dev.vlan.setOffloads({ stripe: true } as object), TypeError);
  assert.throws(() => dev.own(""), TypeError);
  assert.throws(() => dev.own("x".repeat(64)), RangeError);
  const owner = dev.own("x".repeat(63));
  assert.deepEqual(dev.owner(), owner);
  assert.throws(() => dev.disown({ id: 0n, name: "" }), { name: "DpdkError" });
  assert.throws(() => dev.disown({ id: 1, name: "" } as never), TypeError);
  dev.disown(owner);
  assert.equal(dev.owner(), undefined);
});

// Whatever is called when, the process lives on.
for (const vdev of ["net_null0", "net_ring0", `net_tap0,iface=${TUN}`]) {
  const args = [...ALONE, `--vdev=${vdev}`];
  ealCase(
    `every call in every state of ${vdev.split(",")[0]} ends in a result or an error`,
    { args },
    (context) => {
      const eal = Eal.init(context.args);
      const pool = PktmbufPool.create("packets", 1023);
      const dev = EthDev.get(0);
      const again = EthDev.get(0);
      const safe = uses(dev, pool).filter((use) =>
        !/\.(start|close|remove|configure)\(/.test(`${use}`)
      );
      assert.equal(tryAll(safe) >= 15, true);
      dev.configure({ rxQueues: 2, txQueues: 2, mqMode: "RSS" });
      assert.equal(tryAll(safe) >= 15, true);
      for (const queue of [0, 1]) {
        dev.rxQueueSetup(queue, 128, pool);
        dev.txQueueSetup(queue, 128);
      }
      assert.equal(tryAll(safe) >= 15, true);
      dev.start();
      assert.equal(tryAll(safe) >= 15, true);
      dev.stop();
      dev.close();
      for (const handle of [dev, again]) {
        assert.equal(handle.alive, false);
        for (const use of uses(handle, pool)) {
          assert.throws(use, { name: "DpdkError", code: "ENODEV", message: /it was closed, or/ });
        }
      }
      assert.equal(String(dev), `port 0 (${vdev.split(",")[0]})`);
      eal.cleanup();
      for (const use of uses(dev, pool)) {
        assert.throws(use, { name: "DpdkError", message: /EAL was cleaned up/ });
      }
      assert.equal(dev.alive, false);
    },
  );
}
