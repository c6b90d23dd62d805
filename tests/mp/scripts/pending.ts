/**
 * A primary that asks on command and leaves without an answer: `pending.ts PREFIX`.
 *
 * @module
 */

import process from "node:process";
import { Eal, mp } from "../../../mod.ts";

Eal.init(["-l", "0", "-m", "64", "--no-pci", "--file-prefix", process.argv[2]!]);
console.log("ready");
process.stdin.once("data", () => {
  mp.request({ name: "silent" }, { timeoutMs: 100_000 }).catch(() => {});
  console.log("asked, leaving");
  setTimeout(() => process.exit(0), 50);
});
