// Handles that outlive what they stand for, and pools that others still need.

import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { Eal, EthDev, MbufCursor, PktmbufPool, PointerBuffer, TxBuffer } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { bringUp } from "./ports.ts";

const ONE = { args: ["--no-huge", "--no-shconf", "--vdev=net_null0"] };

ealCase("a queue of a removed port is not that of the next one", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const pool = PktmbufPool.create("pool", 2047);
  const packets = new MbufCursor();
  const burst = new PointerBuffer(32);
  const [old] = EthDev.probe("net_null7");
  bringUp(old!, pool);
  const [rx, tx] = [old!.rxQueue(0), old!.txQueue(0)];
  assert.equal(rx.rxBurst(burst), 32);
  assert.equal(tx.txBurst(burst), 32);
  old!.remove();
  const [next] = EthDev.probe("net_null8");
  bringUp(next!, pool);
  assert.equal(next!.portId, old!.portId, "the driver's functions, and maybe all addresses, too");
  for (let i = 0; i < 3; i++) {
    assert.throws(() => rx.rxBurst(burst), { message: /net_null7.*was closed|gone|freed/ });
    assert.throws(() => tx.txBurst(burst, 0), { message: /net_null7.*was closed|gone|freed/ });
  }
  assert.equal(next!.rxQueue(0).rxBurst(burst), 32);
  packets.freeBulk(burst);
  assert.equal(pool.availCount, 2047);
});

ealCase("a pool that a port needs is not freed, whichever thread tries", ONE, async ({ args }) => {
  using _eal = Eal.init(args);
  const worker = new Worker(new URL("scripts/pool_worker.ts", import.meta.url));
  const told = async () => (await once(worker, "message"))[0] as string;
  assert.equal(await told(), "made");
  const pool = PktmbufPool.lookup("worker");
  const dev = bringUp(EthDev.get(0), pool);
  const burst = new PointerBuffer(32);
  worker.postMessage("free");
  assert.match(await told(), /EBUSY|port 0 \(net_null0\) takes its packets from it/);
  assert.equal(dev.rxQueue(0).rxBurst(burst), 32);
  new MbufCursor().freeBulk(burst);
  dev.stop();
  dev.close();
  assert.equal(pool.availCount, pool.size);
  worker.postMessage("free");
  assert.equal(await told(), "freed");
  await worker.terminate();
});

ealCase("a packet that is twice in a burst is told with check: all", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const pool = PktmbufPool.create("pool", 2047);
  const dev = bringUp(EthDev.get(0), pool);
  const tx = dev.txQueue(0, { check: "all" });
  const packets = new MbufCursor();
  const burst = new PointerBuffer(4);
  pool.allocBulk(burst);
  for (let i = 0; i < 4; i++) packets.at(burst, i).append(60 + i);
  const [one, other] = [burst.get(1), burst.get(2)];
  burst.set(2, one);
  assert.throws(() => tx.txBurst(burst), /send packets: the one at .* is there twice/);
  burst.set(2, 4096);
  assert.throws(() => tx.txBurst(burst), /there is no mbuf/);
  burst.set(2, other);
  for (let i = 0; i < 4; i++) {
    assert.deepEqual([packets.at(burst, i).pktLen, packets.headroom], [60 + i, 128], "unharmed");
  }
  assert.equal(tx.txBurst(burst), 4);
  assert.equal(pool.availCount, 2047);
});

ealCase("a tx buffer takes packets only, and gives all of them back", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const pool = PktmbufPool.create("pool", 2047);
  const dev = bringUp(EthDev.get(0), pool);
  for (const queue of [dev.rxQueue(0), dev, null, undefined, 3]) {
    assert.throws(() => new TxBuffer(queue as never), /it is no TxQueue/);
  }
  const buffer = new TxBuffer(dev.txQueue(0), { size: 8 });
  const burst = new PointerBuffer(4);
  pool.allocBulk(burst);
  const packets = new MbufCursor();
  for (let i = 0; i < 4; i++) buffer.add(burst, i);
  for (const address of [0, 4096, burst.get(0) + 64]) {
    assert.throws(() => buffer.addAddress(address), /there is no mbuf/);
  }
  assert.throws(() => buffer.addAddress(NaN), RangeError);
  packets.moveTo(burst.get(2)).free();
  assert.throws(() => buffer.add(burst, 2), /this process freed/);
  assert.equal(buffer.length, 4);
  assert.throws(() => buffer.clear(), /this process freed/);
  assert.deepEqual([buffer.length, pool.availCount], [0, 2047]);
});
