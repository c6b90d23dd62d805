// A secondary that tries every repair of the pool "pool" and the ring "ring", and says how each ends.
// The arguments are EAL's.
import process from "node:process";
import {
  type DpdkError,
  Eal,
  inspectRing,
  Mempool,
  recoverCaches,
  recoverObjects,
  Ring,
} from "../../../mod.ts";

using _eal = Eal.init(process.argv.slice(2));
const pool = Mempool.lookup("pool");
const { producer } = await inspectRing(Ring.lookup("ring"));
for (
  const repair of [
    () => producer.publish(),
    () => producer.withdraw(),
    () => recoverObjects(pool, []),
    () => recoverCaches(pool, { lcores: [1] }).given,
  ]
) {
  try {
    console.log("DONE", repair());
  } catch (error) {
    console.log((error as DpdkError).code, (error as DpdkError).message);
  }
}
