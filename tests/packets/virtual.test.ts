// Ports that are wired to each other in shared memory: net_vhost and net_virtio_user, net_memif.

import { join } from "node:path";
import { Eal, EthDev, MbufCursor, PktmbufPool, PointerBuffer } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { filled, sameFrames } from "./frames.ts";
import { bringUp, until } from "./ports.ts";
import { openStub } from "./stub.ts";
import { pass, take, temporaryFolder, vhost } from "./vhost.ts";

const ADDRESSES = { to: { mac: "02:00:00:00:00:01" }, from: { mac: "02:00:00:00:00:02" } };
const FRAMES = Array.from({ length: 300 }, (_, i) => filled(ADDRESSES, 60 + (i * 101) % 1455, i));

ealCase(
  "frames go both ways between a vhost and a virtio device, and are counted",
  async (context) => {
    const { eal: _eal, pool, dev, plug } = vhost(context);
    bringUp(dev, pool, { txOffloads: ["MULTI_SEGS"] });
    const peer = plug();
    await until(() => dev.linkNowait().up, "they are connected");
    const c = openStub();
    await pass(pool, peer, dev, FRAMES);
    await pass(pool, dev, peer, FRAMES);
    const bytes = BigInt(FRAMES.reduce((sum, { length }) => sum + length, 0));
    for (const { ipackets, opackets, ibytes, obytes } of [dev.stats(), peer.stats()]) {
      assert.deepEqual([ipackets, opackets], [300n, 300n]);
      assert.deepEqual([ibytes, obytes], [bytes, bytes]);
    }

    // What waits, as the driver counts it, here and in C.
    const rx = dev.rxQueue(0);
    const burst = new PointerBuffer(64);
    const packets = new MbufCursor();
    const seen: number[] = [];
    for (let n = 0; n < 40; n += 5) {
      assert.equal(pool.allocBulk(burst, 5), 5);
      for (let i = 0; i < 5; i++) packets.at(burst, i).append(60);
      assert.equal(peer.txQueue(0).txBurst(burst, 5), 5);
      await until(() => rx.count === n + 5, "they wait");
      assert.equal(c.c_queue_count(dev.portId, 0), n + 5);
    }
    for (let left = 40; left > 0; left -= 8) {
      assert.equal(rx.rxBurst(burst, 8), 8);
      packets.freeBulk(burst, 8);
      assert.deepEqual([rx.count, c.c_queue_count(dev.portId, 0)], [left - 8, left - 8]);
      seen.push(rx.count);
    }
    assert.deepEqual(seen, [32, 24, 16, 8, 0]);

    // A chain is one packet at the other end.
    const frame = filled(ADDRESSES, 1500);
    const parts = Array.from(
      { length: 5 },
      (_, i) => packets.moveTo(pool.alloc()!).fill(frame.subarray(300 * i, 300 * i + 300)).address,
    );
    for (const part of parts.slice(1)) packets.moveTo(parts[0]!).chain(part);
    burst.set(0, parts[0]!);
    assert.equal(peer.txQueue(0).txPrepare(burst, 1), 1);
    assert.equal(peer.txQueue(0).txBurst(burst, 1), 1);
    const got = await take(dev, 1);
    assert.equal(packets.at(got, 0).nbSegs, 1);
    sameFrames([packets.read()], [frame]);
    packets.freeBulk(got);
    peer.stop();
    peer.close();
    dev.stop();
    dev.close();
    assert.equal(pool.availCount, pool.size);
  },
);

ealCase(
  "frames go both ways through a memif",
  { args: ["--single-file-segments"] },
  async (context) => {
    const socket = join(temporaryFolder(context), "memif");
    const own = `socket=${socket},socket-abstract=no,bsize=2048,rsize=8`;
    using _eal = Eal.init([
      ...[...context.args, "--log-level=pmd.net.memif:error"],
      `--vdev=net_memif0,role=server,${own}`,
      `--vdev=net_memif1,role=client,${own}`,
    ]);
    const pool = PktmbufPool.create("packets", 2047);
    const [one, other] = EthDev.all().map((dev) => bringUp(dev, pool)) as [EthDev, EthDev];
    await until(() => one.linkNowait().up && other.linkNowait().up, "they are connected");
    // A client offers room to the server when it receives for the first time.
    assert.equal(other.rxQueue(0).rxBurst(new PointerBuffer(32)), 0);
    await pass(pool, one, other, FRAMES);
    await pass(pool, other, one, FRAMES);
    for (const { ipackets, opackets } of [one.stats(), other.stats()]) {
      assert.deepEqual([ipackets, opackets], [300n, 300n]);
    }
    // The ring has 256 places: what it does not take stays the script's.
    const burst = new PointerBuffer(400);
    const packets = new MbufCursor();
    assert.equal(pool.allocBulk(burst), 400);
    for (let i = 0; i < 400; i++) packets.at(burst, i).append(64);
    const sent = one.txQueue(0).txBurst(burst);
    assert.ok(sent > 200 && sent <= 256, `${sent}`);
    packets.freeBulk(burst, 400 - sent, sent);
    packets.freeBulk(await take(other, sent));
    for (const dev of [one, other]) {
      dev.stop();
      dev.close();
    }
    assert.equal(pool.availCount, pool.size);
  },
);
