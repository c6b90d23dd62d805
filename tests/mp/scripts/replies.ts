/**
 * A primary that ends by an uncaught error while replies rain on it: `replies.ts PREFIX NAMES`.
 *
 * @module
 */

import process from "node:process";
import { Eal, mp } from "../../../mod.ts";

const [prefix, names] = process.argv.slice(2) as [string, string];
const eal = Eal.init(["-l", "0", "-m", "64", "--no-pci", "--file-prefix", prefix]);
eal.setLogLevel("lib.eal", 2);
let received = 0;

async function ask(name: string): Promise<never> {
  for (;;) {
    received += (await mp.request({ name })).received;
    if (received === 200) {
      setTimeout(() => {
        throw new Error("on purpose");
      }, 0);
    }
  }
}

process.stdin.once("data", () => {
  for (const name of names.split(",")) void ask(name);
});
console.log("ready");
