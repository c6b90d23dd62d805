/**
 * One of the soak's secondaries: `refuse|restart EAL-ARGS`. Attaches, takes a number from one ring,
 * gives it back by the other, and leaves. Prints what came of it:
 *   `attached IMAGES`: in which image of its process, from 1 on
 *   `refused MESSAGE`: addresses are taken
 * Anything else is an exit code.
 *
 * @module
 */

import process from "node:process";
import { DpdkError, Eal, type OnClash, Ring } from "../../mod.ts";

const [, , onClash, ...args] = process.argv;
// It is gone after Eal.init.
const restarts = process.env["DPDK_TS_RESTARTS"]?.split(":")[1] ?? "0";

try {
  using _eal = Eal.init(args, { onClash: onClash as OnClash });
  const number = Ring.lookup("FORTH").dequeue();
  if (number === undefined || !Ring.lookup("BACK").enqueue(number)) {
    throw new Error("Cannot exchange a number: a ring is not as it should be");
  }
  console.log(`attached ${Number(restarts) + 1}`);
} catch (error) {
  if (!(error instanceof DpdkError) || error.code !== "EEXIST") throw error;
  console.log(`refused ${error.message}`);
}
