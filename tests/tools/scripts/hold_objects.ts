/**
 * Takes a message and an mbuf out of the pools of the group that is named, and keeps them, as a process
 * does that leaks: "holds". Ends when its input does.
 */

import process from "node:process";
import { Eal, Mempool, PktmbufPool } from "../../../mod.ts";

const [filePrefix = ""] = process.argv.slice(2);
using _eal = Eal.init({ filePrefix, processType: "secondary", onClash: "restart" });
const message = Mempool.lookup("ff_msg_pool").get();
const mbuf = PktmbufPool.lookup("mbuf_pool_0").alloc();
console.log(message === undefined || mbuf === undefined ? "has none" : "holds");
process.stdin.resume();
await new Promise((resolve) => process.stdin.once("end", resolve));
