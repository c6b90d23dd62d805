// Looks rings up, uses them, and waits to be killed: names joined by commas, and EAL's arguments
// behind them.
import process from "node:process";
import { Eal, PointerBuffer, Ring } from "../../../mod.ts";

const [names = "", ...args] = process.argv.slice(2);
Eal.init(args);
const rings = names.split(",").map((name) => Ring.lookup(name));
const burst = new PointerBuffer(8);
setInterval(() => {
  for (const ring of rings) {
    ring.dequeueBurst(burst);
    ring.enqueueBurst(burst);
  }
}, 20);
console.log("READY");
process.stdin.resume();
