/**
 * A secondary that receives from queue 0 of port 0 once, gives back what came, and prints what came of
 * it.
 *
 * @module
 */

import process from "node:process";
import { Eal, EthDev, MbufCursor, PointerBuffer } from "../../../mod.ts";

using _eal = Eal.init([...process.argv.slice(2), "--proc-type=secondary"]);
const burst = new PointerBuffer(32);
for (const use of ["rxBurst", "txBurst"] as const) {
  try {
    const dev = EthDev.get(0);
    const n = use === "rxBurst"
      ? dev.rxQueue(0).rxBurst(burst, 32)
      : dev.txQueue(0).txBurst(burst, 0);
    if (n > 0) new MbufCursor().freeBulk(burst, n);
    console.log(`${use}: ${n}`);
  } catch (error) {
    console.log(`${use}: ${(error as Error).message}`);
  }
}
