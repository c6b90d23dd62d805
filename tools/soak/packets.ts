/**
 * The soak of packets: `EAL-ARGS -- MINUTES`, with the ports net_null0, net_null1 and net_ring0.
 *
 * Forwards packets for so long. Each tenth of the way all that are on their way are sent, and the pool
 * must have every mbuf back.
 *
 * @module
 */

import process from "node:process";
import { Eal, EthDev, PktmbufPool } from "../../mod.ts";
import { Forwarder } from "./forward.ts";
import { look } from "./look.ts";

const MBUFS = 8191;
const DESCRIPTORS = 512;

/** Turns between two looks at the clock. */
const TURNS = 300;

const LOOKS = 10;

function startPort(name: string, pool: PktmbufPool): EthDev {
  const dev = EthDev.find(name);
  dev.configure({ rxQueues: 1, txQueues: 1 });
  dev.rxQueueSetup(0, DESCRIPTORS, pool);
  dev.txQueueSetup(0, DESCRIPTORS);
  dev.start();
  return dev;
}

/** Sends all that is on its way, and accounts for every packet and every mbuf. */
function account(forwarder: Forwarder, pool: PktmbufPool): void {
  forwarder.drain();
  const { missing } = forwarder;
  if (missing !== 0) throw new Error(`Cannot account for ${missing} packets`);
  const lost = pool.size - pool.availCount;
  if (lost !== 0) throw new Error(`Cannot account for ${lost} of ${pool.size} mbufs: a leak`);
}

const eal = Eal.init(process.argv.slice(2));
const tenth = Number(eal.args[0]) * 60_000 / LOOKS;
const pool = PktmbufPool.create("packets", MBUFS);
const ports = {
  in: startPort("net_null0", pool),
  out: startPort("net_null1", pool),
  ring: startPort("net_ring0", pool),
};
const forwarder = new Forwarder(pool, ports);
for (let i = 0; i < LOOKS; i++) {
  const until = performance.now() + tenth;
  while (performance.now() < until) {
    for (let k = 0; k < TURNS; k++) forwarder.turn();
  }
  account(forwarder, pool);
  look("forwarder", forwarder.counts.sent);
}
for (const [what, count] of Object.entries(forwarder.counts)) {
  if (count === 0) throw new Error(`Cannot soak: no packet was ${what}`);
}
console.log(
  `${
    Object.entries(forwarder.counts).map(([what, n]) => `${n.toLocaleString("en")} ${what}`)
      .join(", ")
  }; all ${pool.size} mbufs are back`,
);
for (const dev of Object.values(ports)) {
  dev.stop();
  dev.close();
}
eal.cleanup();
