/**
 * One of the soak's two processes: `EAL-ARGS -- COUNT`. The secondary asks the primary so often; of
 * every hundred requests one goes the other way, and one carries a descriptor.
 *
 * @module
 */

import process from "node:process";
import { Eal, FileDescriptor, mp } from "../../mod.ts";
import { look } from "./look.ts";

const eal = Eal.init(process.argv.slice(2));
const count = Number(eal.args[0]);
const tenth = Math.floor(count / 10);

if (eal.processType === "primary") {
  let done = 0;
  mp.on("ask", ({ param, fds }) => {
    if (++done % tenth === 0) look(eal.processType, done);
    return { param, fds };
  });
  mp.on("back", async () => {
    const { received } = await mp.request({ name: "there" });
    return { param: `${received}` };
  });
  mp.on("end", () => {
    setTimeout(() => eal.cleanup(), 0);
  });
  console.log("ready");
} else {
  mp.on("there", () => ({}));
  for (let i = 1; i <= count; i++) {
    const fds = i % 100 === 0 ? [FileDescriptor.event()] : [];
    using result = await mp.request({ name: "ask", param: `${i}`, fds });
    if (result.reply?.text !== `${i}`) throw new Error(`request ${i} was not answered`);
    for (const fd of fds) fd.close();
    if (i % 100 === 50) {
      const { reply } = await mp.request({ name: "back" });
      if (reply?.text !== "1") throw new Error(`request ${i} was not asked back`);
    }
    if (i % tenth === 0) look(eal.processType, i);
  }
  mp.send({ name: "end" });
  eal.cleanup();
}
