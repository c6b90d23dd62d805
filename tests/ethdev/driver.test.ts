// What a driver is handed, and what it answers, where DPDK's virtual drivers do not look or have none.

import process from "node:process";
import { EthDev } from "../../ffi/ethdev/mod.ts";
import { rxOffloads, txOffloads } from "../../ffi/ethdev/names.ts";
import { PktmbufPool } from "../../ffi/mbuf/mod.ts";
import { Eal, PointerBuffer, runtime } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { bringUp } from "../packets/ports.ts";
import { openDriver } from "./driver.ts";

const TAP = {
  args: [
    ...["--no-huge", "--no-shconf"],
    `--vdev=net_tap0,iface=dtd${process.pid.toString(36)}`,
  ],
};
const NULL = { args: ["--no-huge", "--no-shconf", "--vdev=net_null0"] };

ealCase("a driver is handed all options of a queue", TAP, ({ args }) => {
  using _eal = Eal.init(args);
  const pool = PktmbufPool.create("packets", 2047);
  const dev = EthDev.get(0);
  const c = openDriver();
  assert.equal(c.driver_install(0), 0);
  dev.configure({ rxQueues: 2, txQueues: 2 });
  const [rx, tx] = [rxOffloads(), txOffloads()];
  const sum = (...bits: (bigint | undefined)[]) => bits.reduce<bigint>((all, b) => all | b!, 0n);
  const thresholds = { prefetch: 201, host: 102, writeBack: 3 };

  const rxOptions = { thresholds, freeThreshold: 4005, offloads: ["SCATTER", "UDP_CKSUM"] };
  const rxBits = sum(rx["SCATTER"], rx["UDP_CKSUM"]);
  for (const [dropEnable, deferredStart] of [[true, false], [false, true]] as const) {
    dev.rxQueueSetup(1, 259, pool, { ...rxOptions, dropEnable, deferredStart, socketId: -1 });
    const flags = `${Number(dropEnable)} ${Number(deferredStart)}`;
    assert.equal(c.driver_seen(), `rx 1 259 -1 packets 201 102 3 4005 ${flags} ${rxBits}`);
  }
  const txOptions = {
    ...{ thresholds, rsThreshold: 4006, freeThreshold: 4007 },
    offloads: ["MULTI_SEGS", "IPV4_CKSUM"],
  };
  const txBits = sum(tx["MULTI_SEGS"], tx["IPV4_CKSUM"]);
  for (const deferredStart of [true, false]) {
    dev.txQueueSetup(1, 261, { ...txOptions, deferredStart, socketId: 0 });
    const flag = Number(deferredStart);
    assert.equal(c.driver_seen(), `tx 1 261 0 201 102 3 4006 4007 ${flag} ${txBits}`);
  }

  // One at a time, the others are the driver's.
  const { defaultRxConf, defaultTxConf } = dev.info();
  assert.deepEqual(
    [defaultRxConf.freeThreshold, defaultTxConf.rsThreshold, defaultTxConf.freeThreshold],
    [0, 0, 0],
  );
  dev.rxQueueSetup(0, 256, pool, { freeThreshold: 9, socketId: 0 });
  assert.equal(c.driver_seen(), "rx 0 256 0 packets 0 0 0 9 0 0 0");
  dev.txQueueSetup(0, 256, { rsThreshold: 9, socketId: 0 });
  assert.equal(c.driver_seen(), "tx 0 256 0 0 0 0 9 0 0 0");
  dev.txQueueSetup(0, 256, { freeThreshold: 9, socketId: 0 });
  assert.equal(c.driver_seen(), "tx 0 256 0 0 0 0 0 9 0 0");
  dev.close();
});

ealCase("what a driver tells of its queues arrives", TAP, ({ args }) => {
  using _eal = Eal.init(args);
  const pool = PktmbufPool.create("packets", 2047);
  const dev = EthDev.get(0);
  const unsupported = { code: "ENOTSUP", message: /its driver does not tell$/ };
  bringUp(dev, pool, { rxQueues: 2, txQueues: 2 });
  assert.throws(() => dev.rxQueueInfo(0), unsupported);
  assert.throws(() => dev.txQueueInfo(0), unsupported);
  assert.equal(openDriver().driver_install(0), 0);
  for (const queue of [0, 1]) {
    for (const state of ["started", "stopped"] as const) {
      if (state === "stopped") {
        dev.rxQueueStop(queue);
        dev.txQueueStop(queue);
      }
      assert.deepEqual(dev.rxQueueInfo(queue), {
        ...{ poolAddress: 0x123456789a80, descriptors: 1500 + queue, bufferSize: 1600 + queue },
        ...{ scattered: queue === 0, state },
        conf: {
          thresholds: { prefetch: 11, host: 12, writeBack: 13 },
          ...{ freeThreshold: 1400 + queue, dropEnable: queue === 0, deferredStart: queue === 1 },
          offloads: ["VLAN_STRIP", "SCATTER"],
        },
      });
      assert.deepEqual(dev.txQueueInfo(queue), {
        ...{ descriptors: 2600 + queue, state },
        conf: {
          thresholds: { prefetch: 21, host: 22, writeBack: 23 },
          ...{ rsThreshold: 2400 + queue, freeThreshold: 2500 + queue },
          ...{ deferredStart: queue === 1, offloads: ["TCP_TSO", "MULTI_SEGS"] },
        },
      });
    }
  }
  dev.stop();
  dev.close();
});

ealCase("a port is reset if its driver can", NULL, ({ args }) => {
  using _eal = Eal.init(args);
  const pool = PktmbufPool.create("packets", 1023);
  const dev = bringUp(EthDev.get(0), pool);
  const [rx, tx] = [dev.rxQueue(0), dev.txQueue(0)];
  const burst = new PointerBuffer(8);
  const pass = () => {
    assert.equal(rx.rxBurst(burst), 8);
    assert.equal(tx.txBurst(burst), 8);
  };
  pass();
  assert.throws(() => dev.reset(), {
    name: "DpdkError",
    code: "ENOTSUP",
    call: "rte_eth_dev_reset",
    message: "Cannot reset port 0 (net_null0): rte_eth_dev_reset failed with ENOTSUP: its driver " +
      "cannot do that",
  });
  pass();

  const c = openDriver();
  assert.equal(c.driver_install(0), 0);
  assert.equal(c.driver_resets(-11), 0);
  assert.throws(() => dev.reset(), { code: "EAGAIN", message: /: try again later$/ });
  assert.equal(c.driver_resets(0), 1);
  dev.reset();
  assert.equal(c.driver_resets(0), 2);
  // It is stopped, and to be configured and started again.
  assert.throws(() => rx.rxBurst(burst), /it is not started/);
  bringUp(dev, pool);
  pass();
  assert.equal(pool.availCount, pool.size);
  dev.stop();
  dev.close();
});

ealCase("C finds the key of RSS as it was given", NULL, ({ args }) => {
  using _eal = Eal.init(args);
  const dev = EthDev.get(0);
  const c = openDriver();
  const key = Uint8Array.from({ length: 40 }, (_, i) => (i * 37 + 11) & 0xff);
  const found = new Uint8Array(256);
  for (const some of [key, key.toReversed()]) {
    const given = some.slice();
    dev.configure({ rss: { functions: ["IP"], key: given } });
    given.fill(0); // DPDK has a copy
    assert.equal(c.driver_key(0, runtime.pointerTo(found.buffer)), 40);
    assert.deepEqual(found.slice(0, 40), some);
  }
  dev.close();
});
