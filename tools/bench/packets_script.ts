/**
 * Packets in TypeScript: `EAL-ARGS -- io|macswap|macswap-cursor SECONDS`, `EAL-ARGS -- pool` and
 * `EAL-ARGS -- heap BURSTS`. tools/bench/packets.ts runs it on each runtime.
 *
 * The first three forward between ports 0 and 1, both ways, as testpmd does: what came; with the
 * addresses of each packet exchanged, burst by burst, as testpmd exchanges them; and packet by packet,
 * through a cursor, as scripts change other things. Each prints one JSON object: `{"name": ...,
 * "value": ...}`, in million packets a second, ns a pair, or bytes a burst.
 *
 * @module
 */

import process from "node:process";
import v8 from "node:v8";
import {
  Eal,
  EthDev,
  EthernetHeader,
  MbufCursor,
  PktmbufPool,
  PointerBuffer,
  swapMacs,
} from "../../mod.ts";
import { median } from "./figures.ts";

const BURST = 32;
const MBUFS = 16383;
const DESCRIPTORS = 512;
/** Rounds between two looks at the clock: less than a millisecond. */
const ROUNDS = 500;
const PAIRS = 50_000;
const REPEATS = 60;

function report(name: string, value: number): void {
  console.log(JSON.stringify({ name, value }));
}

/** Starts ports 0 and 1 with a queue each way, out of one pool. */
function startPorts(): EthDev[] {
  const pool = PktmbufPool.create("packets", MBUFS);
  return [0, 1].map((id) => {
    const dev = EthDev.get(id);
    dev.configure({ rxQueues: 1, txQueues: 1 });
    dev.rxQueueSetup(0, DESCRIPTORS, pool);
    dev.txQueueSetup(0, DESCRIPTORS);
    dev.start();
    return dev;
  });
}

/** A round of forwarding: a burst each way. It tells how many packets went out. */
type Round = () => number;

/**
 * Forwards both ways, and changes each burst in between. The ways are written down one by one, as
 * Bun's engine compiles calls in line five deep.
 */
function forwarding(
  ports: readonly EthDev[],
  change: (burst: PointerBuffer, n: number) => void = () => {},
): Round {
  const [rx0, rx1] = [ports[0]!.rxQueue(0), ports[1]!.rxQueue(0)];
  const [tx0, tx1] = [ports[0]!.txQueue(0), ports[1]!.txQueue(0)];
  const burst = new PointerBuffer(BURST);
  return () => {
    const there = rx0.rxBurst(burst);
    change(burst, there);
    const sent = tx1.txBurst(burst, there);
    const back = rx1.rxBurst(burst);
    change(burst, back);
    return sent + tx0.txBurst(burst, back);
  };
}

/** Exchanges addresses packet by packet. */
function byCursor(): (burst: PointerBuffer, n: number) => void {
  const packets = new MbufCursor();
  const ether = new EthernetHeader(packets);
  return (burst, n) => {
    for (let i = 0; i < n; i++) {
      packets.at(burst, i);
      ether.swapAddresses();
    }
  };
}

/** The median of some seconds behind a first one, in million packets a second. */
function rateOf(round: Round, seconds: number): number {
  const rates: number[] = [];
  for (let second = 0; second <= seconds; second++) {
    const start = performance.now();
    let sent = 0;
    let now = start;
    do {
      for (let i = 0; i < ROUNDS; i++) sent += round();
      now = performance.now();
    } while (now - start < 1000);
    if (second > 0) rates.push(sent / (now - start) / 1e3);
  }
  return median(rates);
}

/** Taking 32 mbufs and giving them back: the best of several repetitions, in ns. */
function poolPair(): number {
  const pool = PktmbufPool.create("bench", 8191, { cacheSize: 256 });
  const packets = new MbufCursor();
  const burst = new PointerBuffer(BURST);
  let least = Infinity;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const start = performance.now();
    for (let i = 0; i < PAIRS; i++) {
      if (pool.allocBulk(burst, BURST) !== BURST) throw new Error("the pool is empty");
      packets.freeBulk(burst, BURST);
    }
    least = Math.min(least, (performance.now() - start) * 1e6 / PAIRS);
  }
  return least;
}

/**
 * Bytes that the engine has allocated so far. In Bun the size of a heap whose collector is off, by
 * `BUN_JSC_useGC=0`.
 */
function allocated(): number {
  if (process.versions["bun"] !== undefined) return process.memoryUsage().heapUsed;
  return (v8.getHeapStatistics() as unknown as Record<string, number>)["total_allocated_bytes"]!;
}

/** Bytes that are allocated for each burst that is received, looked at, changed and sent. */
function heapPerBurst(round: Round, bursts: number): number {
  const run = (rounds: number) => {
    let sent = 0;
    // Kept small: a large number is an object itself.
    for (let i = 0; i < rounds; i++) sent = (sent + round()) & 0xffff;
    return sent;
  };
  for (let i = 0; i < 20; i++) run(10_000);
  const before = allocated();
  run(bursts / 2);
  return (allocated() - before) / bursts;
}

const eal = Eal.init(process.argv.slice(2));
const [task = "", number = ""] = eal.args;
if (task === "io") {
  report("packets: io forwarding", rateOf(forwarding(startPorts()), Number(number)));
} else if (task === "macswap") {
  report("packets: MACs swapped", rateOf(forwarding(startPorts(), swapMacs), Number(number)));
} else if (task === "macswap-cursor") {
  const round = forwarding(startPorts(), byCursor());
  report("packets: MACs swapped by a cursor", rateOf(round, Number(number)));
} else if (task === "pool") {
  report("packets: alloc + free bulk 32", poolPair());
} else if (task === "heap") {
  report(
    "heap bytes per packet burst",
    heapPerBurst(forwarding(startPorts(), byCursor()), Number(number)),
  );
} else {
  throw new Error(`Cannot measure "${task}": there are io, macswap, macswap-cursor, pool, heap`);
}
for (const dev of EthDev.all()) {
  dev.stop();
  dev.close();
}
eal.cleanup();
