/**
 * One who watches a group; run on each runtime by tools/bench/inspect.ts.
 *
 * Usage: inspect_script.ts FILE_PREFIX. For each line of its input: `refresh` looks a hundred times, after
 * as often to warm up, and prints the median time and the 95th of them in ms; `watch` looks four times a second from then on, and
 * `rest` no more; both are answered by `done`.
 *
 * @module
 */

import process from "node:process";
import { createInterface } from "node:readline";
import { findSuspects, Inspector, Links, Watch } from "../../mod.ts";

const LOOKS = 100;
const INTERVAL_MS = 250;

const inspector = Inspector.open({ filePrefix: process.argv[2] ?? "" });
const links = new Links();
const watch = new Watch({
  suspects: findSuspects,
  links: (snapshot) => links.update(snapshot),
});

function refresh(): void {
  const alone = new Watch();
  for (let i = 0; i < LOOKS; i++) alone.next(inspector.snapshot());
  const times = Array.from({ length: LOOKS }, () => {
    const start = performance.now();
    const { rings, mempools } = alone.next(inspector.snapshot());
    if (rings.length !== 1000 || mempools.length !== 100) throw new Error("Cannot find the group");
    return performance.now() - start;
  }).sort((a, b) => a - b);
  console.log(`${times[LOOKS / 2]} ${times[LOOKS * 0.95]}`);
}

let timer: ReturnType<typeof setInterval> | undefined;

console.log("done");
for await (const line of createInterface({ input: process.stdin })) {
  clearInterval(timer);
  if (line === "refresh") refresh();
  if (line === "watch") {
    timer = setInterval(() => void watch.next(inspector.snapshot()), INTERVAL_MS);
  }
  console.log("done");
}
clearInterval(timer);
