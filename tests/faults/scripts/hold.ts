// Takes TAKE objects of a pool, gives GIVE of them back, says which it has in hand, and waits to be
// killed: POOL TAKE GIVE, and EAL's arguments behind them.
import process from "node:process";
import { Eal, Mempool, PointerBuffer } from "../../../mod.ts";

const [name = "", take, give, ...args] = process.argv.slice(2);
Eal.init(args);
const pool = Mempool.lookup(name);
const burst = new PointerBuffer(Number(take));
pool.getBulk(burst);
pool.putBulk(burst, Number(give));
console.log(`HOLDS ${JSON.stringify(burst.toArray().slice(Number(give)))}`);
process.stdin.resume();
