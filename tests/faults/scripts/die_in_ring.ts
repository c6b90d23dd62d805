// Is killed between a ring's head and its tail, in the code of ffi/ring/inline.ts:
// RING producer|consumer N, and EAL's arguments behind them.
import process from "node:process";
import { Eal, PointerBuffer, Ring } from "../../../mod.ts";

const [name = "", side, n, ...args] = process.argv.slice(2);
const many = Number(n);
Eal.init(args);
const ring = Ring.lookup(name, { path: "inline" });
const burst = new PointerBuffer(many);
for (let i = 0; i < many; i++) burst.set(i, 0xdead0000 + i);

// The burst's words are looked at twice: to see whether they fit, and, when the head has been moved, to
// copy them. The second look is the last thing that this process does.
const { words } = burst;
let looks = 0;
Object.defineProperty(burst, "words", {
  get: () => {
    if (++looks === 2) process.kill(process.pid, "SIGKILL");
    return words;
  },
});
if (side === "producer") ring.enqueueBulk(burst);
else ring.dequeueBulk(burst);
