/**
 * A process that asks, and leaves without an answer, as it is told: `pending.ts ROLE PREFIX`.
 *
 * @module
 */

import process from "node:process";
import { createInterface } from "node:readline";
import { Eal, mp } from "../../../mod.ts";

const [role, prefix] = process.argv.slice(2) as [string, string];
const eal = Eal.init([
  "-l",
  "0",
  "-m",
  "64",
  "--no-pci",
  `--proc-type=${role}`,
  "--file-prefix",
  prefix,
]);

const orders: Record<string, () => unknown> = {
  check: async () => {
    const { sent, received } = await mp.request({ name: "echo" }, { timeoutMs: 10_000 });
    console.log(`received ${received} of ${sent}`);
  },
  ask: () => mp.request({ name: "silent" }, { timeoutMs: 100_000 }),
  exit: () => process.exit(0),
  throw: () => {
    throw new Error("on purpose");
  },
  reject: () => Promise.reject(new Error("on purpose")),
};
createInterface(process.stdin).on("line", (line) => void orders[line]!());
console.log(`ready ${eal.runtimeDirectory}`);
