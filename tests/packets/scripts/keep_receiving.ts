/**
 * A secondary that keeps the first queues of all ports. A line of its input names a port by its id:
 * it receives from it and sends nothing to it, and answers with what came of these and a ".", as a
 * peer of tests/peers does.
 *
 * @module
 */

import process from "node:process";
import { createInterface } from "node:readline";
import { Eal, EthDev, MbufCursor, PointerBuffer } from "../../../mod.ts";

using _eal = Eal.init([...process.argv.slice(2), "--proc-type=secondary"]);
const queues = EthDev.all().map((dev) => ({ rx: dev.rxQueue(0), tx: dev.txQueue(0) }));
const burst = new PointerBuffer(4);
const packets = new MbufCursor();

function attempt(use: () => number): void {
  try {
    console.log(String(use()));
  } catch (error) {
    console.log((error as Error).message);
  }
}

console.log(".");
for await (const line of createInterface({ input: process.stdin })) {
  const { rx, tx } = queues[Number(line)]!;
  attempt(() => {
    const n = rx.rxBurst(burst);
    packets.freeBulk(burst, n);
    return n;
  });
  attempt(() => tx.txBurst(burst, 0));
  console.log(".");
}
