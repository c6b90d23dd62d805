// Much at once: a TCP transfer between two kernels whose packets TypeScript forwards, and frames that
// take several mbufs.

import { Eal, EthDev, MbufCursor, PktmbufPool, PointerBuffer } from "../../mod.ts";
import { afPacket, assert, ealCase, network, pcapPort } from "../kit.ts";
import { fetch, serve } from "../interop/web.ts";
import { body, fnv } from "../interop/web_body.ts";
import { rawPackets } from "../peers/raw_packets.ts";
import { filled, sameFrames } from "./frames.ts";
import { bringUp, Forwarder } from "./ports.ts";
import { take } from "./vhost.ts";

const BYTES = 10_000_000, WEB = 8080, FIRST_PORT = 41_000;
const ALONE = ["--no-huge", "--no-shconf"];

ealCase("10 MB of TCP pass from port to port unharmed, both ways", async (context) => {
  const net = network(context);
  const addresses = ["10.9.60.1", "10.9.60.2"] as const;
  const wires = addresses.map((address) => net.port({ address: `${address}/24` }));
  const ports = wires.map(([near], i) => afPacket(i, near, "framecnt=4096", "blocksz=65536"));
  using _eal = Eal.init([...context.args, ...ALONE, ...ports]);
  const pool = PktmbufPool.create("packets", 4095);
  const [one, other] = EthDev.all().map((dev) => bringUp(dev, pool)) as [EthDev, EthDev];
  const homes = wires.map(([, { namespace }]) => namespace);
  for (const home of homes) await serve(context, home, BYTES, WEB);
  const whole = [`${FIRST_PORT} ${BYTES} ${fnv(body(BYTES))}`];
  await using forwarder = Forwarder.between(one, other);
  const asking = { firstPort: FIRST_PORT, connections: 1, waitMs: 20_000 };
  for (const [i, home] of homes.entries()) {
    assert.deepEqual(await fetch(home, addresses[1 - i]!, WEB, asking), whole);
  }
  await forwarder.stop();
  for (const { received, sent, dropped } of forwarder.lanes) {
    assert.deepEqual([sent, dropped], [received, 0]);
    assert.ok(received > BYTES / 1460, `${received} packets`);
  }
  assert.equal(pool.availCount, pool.size);
  for (const dev of [one, other]) dev.stop();
});

ealCase("a frame of 9,000 bytes goes each way, in several mbufs", async (context) => {
  const [near, far] = network(context).port({ mtu: 9000 });
  const there = await rawPackets(context, far);
  using _eal = Eal.init([...context.args, ...ALONE, pcapPort(0, near)]);
  const pool = PktmbufPool.create("packets", 1023);
  const dev = bringUp(EthDev.get(0), pool);
  const packets = new MbufCursor();
  const frame = filled({ to: far, from: near }, 9000);
  const room = pool.dataRoomSize - 128;
  const [head, ...tails] = Array.from(
    { length: Math.ceil(frame.length / room) },
    (_, i) => packets.moveTo(pool.alloc()!).fill(frame.subarray(i * room, (i + 1) * room)).address,
  );
  for (const tail of tails) packets.moveTo(head!).chain(tail);
  assert.deepEqual([packets.moveTo(head!).nbSegs, packets.pktLen], [5, 9000]);
  const burst = new PointerBuffer(1);
  burst.set(0, head!);
  assert.equal(dev.txQueue(0).txBurst(burst), 1);
  assert.equal(await there.wait(1), 1);
  sameFrames(await there.frames(), [frame]);

  const back = filled({ to: near, from: far }, 9000, 1);
  await there.send(back);
  const got = await take(dev, 1);
  // The first has headroom, the others none.
  const segments = 1 + Math.ceil((back.length - room) / pool.dataRoomSize);
  assert.deepEqual(
    [packets.at(got, 0).pktLen, packets.nbSegs, packets.check()],
    [9000, segments, undefined],
  );
  sameFrames([packets.read()], [back]);
  packets.freeBulk(got);
  dev.stop();
  dev.close();
  assert.equal(pool.availCount, pool.size);
});
