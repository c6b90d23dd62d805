/**
 * One of the demo's two processes: `EAL-ARGS -- COUNT`.
 *
 * The primary creates the pool and the rings and prints `ready`. Each side prints what it did as a
 * line of JSON; the primary at the very end what is left in the pool.
 *
 * @module
 */

import process from "node:process";
import { Backoff, Eal, Mempool, Memzone, Ring } from "../../mod.ts";
import { exchange, MESSAGE_SIZE, NAMES, POOL_SIZE, RING_SIZE } from "./exchange.ts";

function primary(count: number): void {
  const done = Memzone.reserve(NAMES.done, 64).counter32(0);
  const pool = Mempool.create(NAMES.pool, POOL_SIZE, MESSAGE_SIZE, { cacheSize: 256 });
  const out = Ring.create(NAMES.toSecondary, RING_SIZE);
  const back = Ring.create(NAMES.toPrimary, RING_SIZE);
  console.log("ready");

  const result = exchange({ out, back, pool, me: 1, other: 2 }, count);
  const backoff = new Backoff();
  while (done.load() === 0) backoff.wait();
  console.log(JSON.stringify({ ...result, available: pool.availCount, size: pool.size }));
}

function secondary(count: number): void {
  const pool = Mempool.lookup(NAMES.pool);
  const out = Ring.lookup(NAMES.toPrimary);
  const back = Ring.lookup(NAMES.toSecondary);
  const result = exchange({ out, back, pool, me: 2, other: 1 }, count);
  console.log(JSON.stringify(result));
  Memzone.lookup(NAMES.done).counter32(0).store(1);
}

using eal = Eal.init(process.argv.slice(2));
const count = Number(eal.args[0]);
if (eal.processType === "primary") primary(count);
else secondary(count);
