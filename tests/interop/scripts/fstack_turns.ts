/**
 * Takes turns as examples/fstack/tool.ts does, at commands. A secondary of the group that is named.
 *
 *   take TYPE   takes the turn for a type's answers, 0 for asking: "has TYPE"
 *   end TYPE    ends it: "ended TYPE"
 *   half        moves the producer's head of ring ff_msg_ring_in_0, as one does who dies in it: "half"
 */

import process from "node:process";
import { createInterface } from "node:readline";
import { Turns } from "../../../examples/fstack/turns.ts";
import { Eal, Ring, runtime } from "../../../mod.ts";

/** Where a ring's producer's head is. */
const PROD_HEAD = 128;

const [filePrefix = ""] = process.argv.slice(2);
using _eal = Eal.init({ filePrefix, processType: "secondary", onClash: "restart" });
const turns = new Turns();
const taken = new Map<string, Disposable>();
console.log("ready");
for await (const command of createInterface({ input: process.stdin })) {
  const [verb, type = ""] = command.split(" ");
  if (verb === "take") {
    taken.set(type, await turns.take(0, Number(type)));
    console.log(`has ${type}`);
  } else if (verb === "end") {
    taken.get(type)?.[Symbol.dispose]();
    console.log(`ended ${type}`);
  } else if (verb === "half") {
    const { address } = Ring.lookup("ff_msg_ring_in_0");
    Atomics.add(new Uint32Array(runtime.memory(address + PROD_HEAD, 4)), 0, 1);
    console.log("half");
  }
}
