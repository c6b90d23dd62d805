/**
 * Looks at a client_server_mp at work: `EAL-ARGS -- SECONDS`, a secondary of the server's group.
 *
 * Each second it reads how many packets client 0 has sent, out of the memzone where the clients count,
 * and prints one JSON object in the end: the median of the seconds, in million packets a second.
 *
 * @module
 */

import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { Eal, Memzone } from "../../mod.ts";
import { median } from "./figures.ts";

/** Where `struct port_info` of DPDK's sample has `tx_stats[0].tx`. */
const TX = 128 + 32 * 8;
const PORTS = 2;

/** How often a rate is taken, in milliseconds. */
const WINDOW_MS = 1000;

const eal = Eal.init(process.argv.slice(2));
const counters = new BigUint64Array(Memzone.lookup("MProc_port_info").buffer, TX, PORTS);

function sent(): { readonly at: number; readonly packets: number } {
  return { at: performance.now(), packets: Number(counters[0]! + counters[1]!) };
}

const rates: number[] = [];
let before = sent();
for (let second = 0; second < Number(eal.args[0]); second++) {
  await sleep(WINDOW_MS);
  const now = sent();
  rates.push((now.packets - before.packets) / (now.at - before.at) / 1e3);
  before = now;
}
console.log(JSON.stringify({ name: "packets: client_server_mp", value: median(rates) }));
eal.cleanup();
