// A script as the secondary of the real dpdk-testpmd: its ports, its pool, its counters.

import {
  Eal,
  EthDev,
  installation,
  MbufCursor,
  PktmbufPool,
  PointerBuffer,
  type RxQueue,
  type TxQueue,
} from "../../mod.ts";
import { assert, type CaseContext, ealCase, outcome, spawnProgram } from "../kit.ts";
import { cpus } from "../interop/group.ts";
import { filled, sameFrames } from "./frames.ts";
import { rest, until } from "./ports.ts";

const ADDRESSES = { to: { mac: "02:00:00:00:00:01" }, from: { mac: "02:00:00:00:00:02" } };

/** How many mbufs testpmd's pool has. */
const MBUFS = 4096;

/** The packets of a queue. */
function ofQueue(dev: EthDev, way: "rx" | "tx", queue: number): bigint {
  return dev.xstats.get(`${way}_q${queue}_packets`);
}

/** What testpmd tells of a port. */
interface Counters {
  readonly rx: number;
  readonly tx: number;
}

/** testpmd, obeying commands. */
class Testpmd {
  readonly #child;
  readonly #lines: AsyncIterableIterator<string>;
  #marks = 0;

  constructor({ prefix, cleanup }: CaseContext, vdevs: readonly string[], own: readonly string[]) {
    const words = [
      ...[`--lcores=0@${cpus()},1@${cpus()}`, "--no-pci", "--no-telemetry", "-m", "64"],
      ...[`--file-prefix=${prefix}`, "--base-virtaddr=0x600000000000"],
      ...[...vdevs.map((vdev) => `--vdev=${vdev}`), "--", "-i", "--rxq=2", "--txq=2"],
      ...[
        "--nb-cores=1",
        `--total-num-mbufs=${MBUFS}`,
        "--no-lsc-interrupt",
        "--disable-link-check",
        ...own,
      ],
    ];
    // It writes what commands say by stdio, and what the command line itself says past that.
    this.#child = spawnProgram("stdbuf", ["-oL", "dpdk-testpmd", ...words], { timeoutMs: 50_000 });
    cleanup(() => this.#child.kill("SIGKILL"));
    this.#lines = this.#child.lines();
  }

  /** Gives a command; what it says. The first waits until testpmd is ready. */
  async ask(command: string): Promise<string[]> {
    // A command that there is not tells where the answer to the one before ends.
    const mark = `mark${this.#marks++}`;
    this.#child.stdin.write(`${command}\n${mark}\n`);
    const answer: string[] = [];
    for (;;) {
      const { done, value } = await this.#lines.next();
      if (done) throw new Error(`testpmd ended: ${outcome(await this.#child.result)}`);
      if (value.includes(mark)) {
        await this.#lines.next(); // what is wrong with it
        return answer;
      }
      answer.push(value);
    }
  }

  /** `show port stats`. */
  async counters(port: number): Promise<Counters> {
    const text = (await this.ask(`show port stats ${port}`)).join("\n");
    const number = (name: string) => Number(text.match(new RegExp(`${name}: (\\d+)`))?.[1]);
    return { rx: number("RX-packets"), tx: number("TX-packets") };
  }

  /** How many mbufs are in its pool and the caches, as it tells. */
  async available(): Promise<number> {
    const dump = installation().abi.number < 26 ? "dump_mempool" : "dump mempool";
    const lines = await this.ask(`${dump} mb_pool_0`);
    const sum = (name: RegExp) =>
      lines.map((line) => Number(line.match(name)?.[1] ?? 0)).reduce((a, b) => a + b, 0);
    return sum(/cache_count\[\d+\]=(\d+)/) + sum(/common_pool_count=(\d+)/);
  }

  /** Ends it, which must go well. */
  async end(): Promise<void> {
    this.#child.stdin.write("quit\n");
    const result = await this.#child.result;
    assert.equal(result.code, 0, outcome(result));
  }
}

function attach({ prefix }: CaseContext) {
  return Eal.init([
    ...["--lcores=5@0", "--no-pci", "--file-prefix", prefix, "--proc-type=secondary"],
  ]);
}

/** Sends frames and takes them back, from the same queue of a port that sends to itself. */
function loop(pool: PktmbufPool, rx: RxQueue, tx: TxQueue, frames: readonly Uint8Array[]): void {
  const burst = new PointerBuffer(frames.length);
  const packets = new MbufCursor();
  for (const [i, bytes] of frames.entries()) {
    burst.set(i, packets.moveTo(pool.alloc()!).fill(bytes).address);
  }
  const sent = burst.toArray();
  assert.equal(tx.txBurst(burst), frames.length);
  assert.equal(rx.rxBurst(burst), frames.length);
  assert.deepEqual(burst.toArray(), sent);
  sameFrames(sent.map((address) => packets.moveTo(address).read()), frames);
  packets.freeBulk(burst);
}

ealCase("a script uses testpmd's ports and pool, and both count the same", async (context) => {
  const testpmd = new Testpmd(context, ["net_ring0", "net_null0,size=200"], [
    "--port-topology=loop",
  ]);
  await testpmd.ask("show port summary all");
  assert.equal(await testpmd.available(), MBUFS);
  const eal = attach(context);
  assert.deepEqual(EthDev.all().map(String), ["port 0 (net_ring0)", "port 1 (net_null0)"]);
  const pool = PktmbufPool.lookup("mb_pool_0");
  assert.deepEqual([pool.size, pool.availCount, "free" in pool], [MBUFS, MBUFS, false]);
  const [ring, none] = EthDev.all() as [EthDev, EthDev];
  for (const dev of [ring, none]) {
    assert.deepEqual([dev.info().rxQueues, dev.info().txQueues], [2, 2]);
    for (
      const control of [
        () => dev.configure(),
        () => dev.rxQueueSetup(0, 0, pool),
        () => dev.txQueueSetup(0, 0),
        () => dev.start(),
        () => dev.stop(),
        () => dev.close(),
        () => dev.reset(),
        () => dev.mtu = 1400,
        () => dev.setLinkDown(),
        () => dev.rxQueueStop(0),
        () => dev.setMacAddress("02:00:00:00:00:33"),
      ]
    ) assert.throws(control, { name: "DpdkError", code: "EPERM" }, String(control));
  }
  const frames = Array.from({ length: 50 }, (_, i) => filled(ADDRESSES, 60 + 29 * i));
  for (let round = 0; round < 20; round++) {
    for (const queue of [0, 1]) loop(pool, ring.rxQueue(queue), ring.txQueue(queue), frames);
  }
  const burst = new PointerBuffer(64);
  const packets = new MbufCursor();
  for (const queue of [0, 1]) {
    assert.equal(none.rxQueue(queue).rxBurst(burst), 64);
    assert.equal(packets.at(burst, 63).pktLen, 200);
    assert.equal(pool.availCount, MBUFS - 64);
    assert.equal(none.txQueue(queue).txBurst(burst), 64);
  }
  assert.deepEqual(await testpmd.counters(0), { rx: 2000, tx: 2000 });
  assert.deepEqual(await testpmd.counters(1), { rx: 128, tx: 128 });
  for (const [dev, n] of [[ring, 2000n], [none, 128n]] as const) {
    const { ipackets, opackets, queues } = dev.stats();
    assert.deepEqual([ipackets, opackets], [n, n]);
    assert.deepEqual([0, 1].map((queue) => ofQueue(dev, "rx", queue)), [n / 2n, n / 2n]);
    // 25.11 has these no more.
    const basic = queues.slice(0, 3).map(({ ipackets }) => ipackets);
    assert.deepEqual(basic, queues.length === 0 ? [] : [n / 2n, n / 2n, 0n]);
  }

  // What one leaves in the port's ring, the other finds.
  assert.equal(pool.allocBulk(burst, 10), 10);
  for (let i = 0; i < 10; i++) packets.at(burst, i).append(60);
  assert.equal(ring.txQueue(1).txBurst(burst, 10), 10);
  assert.equal(await testpmd.available(), MBUFS - 10);
  await testpmd.ask("set fwd rxonly");
  await testpmd.ask("start");
  await until(() => ring.stats().ipackets === 2010n, "testpmd took them");
  await testpmd.ask("stop");
  // It had its fill of net_null, too, and freed all.
  assert.equal(pool.availCount, MBUFS);

  // testpmd stops and starts its port; the queues that the script has go on.
  const [rx, tx] = [ring.rxQueue(1), ring.txQueue(1)];
  loop(pool, rx, tx, frames);
  await testpmd.ask("port stop 0");
  await testpmd.ask("port start 0");
  loop(pool, rx, tx, frames);
  eal.cleanup();
  assert.throws(() => rx.rxBurst(burst), { name: "DpdkError" });
  assert.equal(await testpmd.available(), MBUFS);
  await testpmd.ask("clear port stats all");
  assert.deepEqual(await testpmd.counters(0), { rx: 0, tx: 0 });
  await testpmd.end();
});

ealCase("testpmd forwards on its queues while a script does on others", async (context) => {
  // Of two processes, the first has queue 0 of each port.
  const testpmd = new Testpmd(context, ["net_ring0", "net_ring1"], [
    "--num-procs=2",
    "--proc-id=0",
  ]);
  await testpmd.ask("set fwd io");
  const eal = attach(context);
  const pool = PktmbufPool.lookup("mb_pool_0");
  assert.equal(pool.availCount, MBUFS);
  const [one, other] = EthDev.all() as [EthDev, EthDev];
  await testpmd.ask("start tx_first 2");
  await until(() => ofQueue(one, "rx", 0) > 10_000n, "testpmd forwards");

  // The script's packets go round on queue 1, as testpmd's do on queue 0.
  const lanes = [
    [one.rxQueue(1), other.txQueue(1)],
    [other.rxQueue(1), one.txQueue(1)],
  ] as const;
  const burst = new PointerBuffer(32);
  const packets = new MbufCursor();
  assert.equal(pool.allocBulk(burst), 32);
  for (let i = 0; i < 32; i++) packets.moveTo(burst.get(i)).fill(filled(ADDRESSES, 100 + i));
  const own = new Set(burst.toArray());
  assert.equal(one.txQueue(1).txBurst(burst), 32);
  let moved = 0;
  for (const end = performance.now() + 1500; performance.now() < end;) {
    for (let i = 0; i < 200; i++) {
      for (const [rx, tx] of lanes) {
        const n = rx.rxBurst(burst);
        assert.equal(tx.txBurst(burst, n), n);
        moved += n;
      }
    }
    await rest(1);
  }
  const last = lanes[0][0].rxBurst(burst) || lanes[1][0].rxBurst(burst);
  assert.equal(last, 32);
  assert.deepEqual(new Set(burst.toArray()), own);
  for (let i = 0; i < 32; i++) {
    const { length } = packets.at(burst, i).read();
    sameFrames([packets.read()], [filled(ADDRESSES, length)]);
  }
  packets.freeBulk(burst);
  for (const way of ["rx", "tx"] as const) {
    assert.equal(ofQueue(one, way, 1) + ofQueue(other, way, 1), BigInt(moved + 32));
  }

  await testpmd.ask("stop");
  for (const dev of [one, other]) {
    const { rx, tx } = await testpmd.counters(dev.portId);
    const { ipackets, opackets } = dev.stats();
    assert.deepEqual([BigInt(rx), BigInt(tx)], [ipackets, opackets]);
  }
  // Two bursts of 32 from each port are still in the rings of queue 0.
  let left = 0;
  for (const dev of [one, other]) {
    for (let n = 1; n > 0; left += n) {
      n = dev.rxQueue(0).rxBurst(burst);
      packets.freeBulk(burst, n);
    }
  }
  assert.equal(left, 128);
  assert.equal(pool.availCount, MBUFS);
  eal.cleanup(); // or testpmd asks this process to stop, and waits
  assert.equal(await testpmd.available(), MBUFS);
  await testpmd.end();
});
