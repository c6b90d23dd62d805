/**
 * Handles events, and ends in some way while a thread of C tells more of them. The first argument says
 * how, the others are EAL's.
 *
 * @module
 */

import process from "node:process";
import { Eal, EthDev, onEthEvent } from "../../../mod.ts";
import { openStub } from "../stub.ts";

const [how = "", ...args] = process.argv.slice(2);
const eal = Eal.init(args);
const { stub_flood, stub_flooded } = openStub();
let told = 0;
const watches = (["lsc", "rmv", "queueState"] as const).map((event) =>
  onEthEvent("all", event, () => {
    if (++told === 100) act();
  })
);
console.log(`ports ${EthDev.count}`);

function act(): void {
  console.log("told");
  if (how === "exit") process.exit(3);
  if (how === "throw") {
    setTimeout(() => {
      throw new Error("on purpose");
    }, 0);
  }
  if (how === "cleanup") {
    stub_flooded(); // most of the events are on their way to the script
    eal.cleanup();
    console.log("cleaned");
  }
  if (how === "close") {
    for (const watch of watches) watch.close();
    console.log("closed");
  }
}

if (how === "unref") {
  for (const watch of watches) watch.unref();
} else if (how === "ref") {
  setTimeout(() => process.exit(4), 500);
} else {
  // As fast as no port is: one event in 200 us.
  stub_flood(0, 0, how === "cleanup" ? 1000 : 1_000_000, 200);
}
