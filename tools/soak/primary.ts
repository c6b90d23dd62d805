/**
 * primary.c in TypeScript: a primary with a ring of numbers that secondaries take: `EAL-ARGS`. Prints
 * READY, and a line for each number that came back; ends when its input does.
 *
 * @module
 */

import process from "node:process";
import { Eal, Ring } from "../../mod.ts";

const eal = Eal.init(process.argv.slice(2));
const forth = Ring.create("FORTH", 64);
const back = Ring.create("BACK", 64);
let number = 1;

function exchange(): void {
  while (forth.enqueue(number)) number++;
  for (let came = back.dequeue(); came !== undefined; came = back.dequeue()) console.log(came);
}

console.log("READY");
const timer = setInterval(exchange, 1);
process.stdin.resume();
process.stdin.once("end", () => {
  clearInterval(timer);
  exchange();
  eal.cleanup();
});
