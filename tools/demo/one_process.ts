/**
 * The demo without hugepages: a main script and a Worker in one process, `EAL-ARGS -- COUNT`.
 *
 * @module
 */

import process from "node:process";
import { Eal, Mempool, Ring, threadAffinity } from "../../mod.ts";
import { exchange, type Exchanged, MESSAGE_SIZE, NAMES, POOL_SIZE, RING_SIZE } from "./exchange.ts";
import type { WorkerTask } from "./worker.ts";

/** EAL pins this thread to its lcore, so the CPUs are asked for before. */
const cpus = threadAffinity();

const eal = Eal.init(process.argv.slice(2));
const count = Number(eal.args[0]);
const pool = Mempool.create(NAMES.pool, POOL_SIZE, MESSAGE_SIZE, { cacheSize: 256 });
const out = Ring.create(NAMES.toSecondary, RING_SIZE);
const back = Ring.create(NAMES.toPrimary, RING_SIZE);

const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
const next = () =>
  new Promise<unknown>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
  });

await next(); // it is ready
const task: WorkerTask = { count, cpu: cpus.find((cpu) => cpu !== eal.lcoreId) ?? cpus[0]! };
const answer = next();
worker.postMessage(task);
const mine = exchange({ out, back, pool, me: 1, other: 2 }, count);
const theirs = await answer as Exchanged;

console.log(JSON.stringify({ ...mine, available: pool.availCount, size: pool.size }));
console.log(JSON.stringify(theirs));
worker.terminate();
eal.cleanup();
process.exit(0);
