// What a script does at its end may use DPDK still: it tells how many objects its pool has.
import process from "node:process";
import { Eal, Mempool } from "../../../mod.ts";

const eal = Eal.init(process.argv.slice(2));
const pool = Mempool.create("pool", 63, 64);
process.on("exit", (code) => console.log(`${eal.processType} ${pool.availCount} ${code}`));
setTimeout(() => process.exit(7), 20);
