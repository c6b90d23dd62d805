// A secondary that tries, for each line of its input ("all" is more), what needs the primary, and says how each fails.
// The arguments are EAL's.
import process from "node:process";
import { createInterface } from "node:readline";
import { type DpdkError, Eal, inspectLocks, Mempool, mp, Ring } from "../../../mod.ts";

const eal = Eal.init(process.argv.slice(2));

/** What came of an attempt: the error's code and message. */
async function attempt(action: () => unknown): Promise<string[]> {
  try {
    return ["no error", String(await action())];
  } catch (error) {
    const { code, message } = error as DpdkError;
    return [code, message];
  }
}

console.log("READY");
const input = createInterface({ input: process.stdin });
input.on("line", async (line) => {
  const tries = {
    send: () => mp.send({ name: "note" }),
    requestSync: () => mp.requestSync({ name: "ask" }, { timeoutMs: 300 }).timedOut,
    request: async () => (await mp.request({ name: "ask" }, { timeoutMs: 300 })).timedOut,
    smallRing: () => {
      Ring.create("small", 64).free();
      return "made";
    },
    largePool: () => line === "all" ? Mempool.create("large", 2 ** 14 - 1, 4096).name : "not tried",
    alive: () => eal.primaryAlive,
    locks: async () => (await inspectLocks()).length,
  };
  const told: Record<string, string[]> = {};
  for (const [name, action] of Object.entries(tries)) told[name] = await attempt(action);
  console.log(`TOLD ${JSON.stringify(told)}`);
});
input.on("close", () => eal.cleanup());
