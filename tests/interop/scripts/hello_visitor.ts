/**
 * Visits a server of hello_mp, whatever it is written in. The arguments are EAL's, and behind `--`:
 *
 * - `counters` prints what the server's memzone holds: `force_quit 0 sync 3 async 3`;
 * - `ask NAME BYTES` sends a request whose text of so many bytes has no NUL behind it, and prints the
 *   reply's parameters in hex.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import process from "node:process";
import { Eal, Memzone, mp } from "../../../mod.ts";

using eal = Eal.init(process.argv.slice(2));
const [command, name = "", bytes = ""] = eal.args;
if (command === "counters") {
  // Not by a descriptor: at the offsets that C's compilers give the struct.
  const { view } = Memzone.lookup("MZ_SHARED_INFO");
  const [quit, sync, async] = [
    view.getUint32(0, true),
    view.getBigUint64(8, true),
    view.getBigUint64(16, true),
  ];
  console.log(`force_quit ${quit} sync ${sync} async ${async}`);
} else {
  const param = new Uint8Array(Number(bytes)).fill("x".charCodeAt(0));
  const { replies: [reply] } = mp.requestSync({ name, param });
  console.log(Buffer.from(reply?.param ?? []).toString("hex"));
}
