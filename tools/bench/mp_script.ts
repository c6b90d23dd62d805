/**
 * The measurements of mp.c in TypeScript: `EAL arguments -- echo | request COUNT`.
 *
 * `echo` answers until stdin ends; `request` prints a line of JSON with the median in microseconds.
 *
 * @module
 */

import process from "node:process";
import { Eal, mp } from "../../mod.ts";

const NAME = "bench";
const WARM_UP = 500;

async function request(count: number): Promise<void> {
  const param = new Uint8Array(8);
  const times: number[] = [];
  for (let i = -WARM_UP; i < count; i++) {
    const start = performance.now();
    const { received } = await mp.request({ name: NAME, param });
    if (received !== 1) throw new Error("Cannot measure: a request was not answered");
    if (i >= 0) times.push((performance.now() - start) * 1e3);
  }
  times.sort((a, b) => a - b);
  console.log(JSON.stringify({ name: "mp request", value: times[times.length >> 1] }));
}

const eal = Eal.init(process.argv.slice(2));
const [task, count] = eal.args;
if (task === "echo") {
  mp.on(NAME, ({ param }) => ({ param }));
  process.stdin.on("end", () => eal.cleanup()).resume();
  console.log("ready");
} else {
  await request(Number(count));
  eal.cleanup();
}
