/**
 * A secondary on which messages rain, and how it leaves: `rain.ts HOW PREFIX`.
 *
 * @module
 */

import process from "node:process";
import { Eal, mp } from "../../../mod.ts";

const [how, prefix] = process.argv.slice(2) as [string, string];
const eal = Eal.init(["--proc-type=secondary", "--no-pci", "--file-prefix", prefix]);
let seen = 0;
const action = mp.on("rain", ({ param }) => {
  // An answer, which C drops: leaving must not depend on what is under way.
  if (++seen !== 100) return seen < 100 ? { param } : undefined;
  console.log("leaving");
  if (how === "cleanup") eal.cleanup();
  else if (how === "exit") process.exit(0);
  else if (how === "end") action.unref();
  else if (how === "throw") {
    setTimeout(() => {
      throw new Error("on purpose");
    }, 1);
  } else {
    mp.request({ name: "silent" }, { timeoutMs: 100_000 }).catch(() => {});
    setTimeout(() => process.exit(0), 20);
  }
  return undefined;
});
