// Is killed within a put that flushes the lcore's cache, in the code of ffi/mempool/inline.ts: the driver
// has the objects, and the cache's length is the old one. POOL, and EAL's arguments behind it.
import process from "node:process";
import { Eal, Mempool, PointerBuffer } from "../../../mod.ts";

const [name = "", ...args] = process.argv.slice(2);
Eal.init(args);
const pool = Mempool.lookup(name);
const burst = new PointerBuffer(40);
pool.getBulk(burst); // 32 more are in the cache
pool.putBulk(burst, 16); // 48, and no more go in
const rest = new PointerBuffer(10);
for (let i = 0; i < 10; i++) rest.set(i, burst.get(16 + i));
// The first look at the buffer's address is the copy into the emptied cache.
Object.defineProperty(rest, "pointer", {
  get: () => process.kill(process.pid, "SIGKILL"),
});
pool.putBulk(rest);
