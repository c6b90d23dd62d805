/**
 * Takes an object out of each of the pools that are named, of a group that is named before, and keeps
 * them, as a process does that leaks: "holds". Ends when its input does.
 */

import process from "node:process";
import { Eal, Mempool } from "../../../mod.ts";

const [filePrefix = "", ...pools] = process.argv.slice(2);
using _eal = Eal.init({ filePrefix, processType: "secondary", onClash: "restart" });
const held = pools.map((name) => Mempool.lookup(name).get());
console.log(held.includes(undefined) ? "has none" : "holds");
process.stdin.resume();
await new Promise((resolve) => process.stdin.once("end", resolve));
