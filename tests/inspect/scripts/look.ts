// No DPDK process. Looks into a group each time it is told to, and prints what it sees as JSON.
// Usage: look.ts FILE_PREFIX [RUNTIME_DIRECTORY]; lines of stdin: snapshot | messages RING [LIMIT [BYTES]]

import process from "node:process";
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";
import { DpdkError, Inspector } from "../../../mod.ts";

const [filePrefix = "", runtimeDirectory] = process.argv.slice(2);
const options = runtimeDirectory === undefined ? { filePrefix } : { filePrefix, runtimeDirectory };

let inspector: Inspector | undefined;

function answer(words: readonly string[]): unknown {
  const [command, name = "", limit = "16", bytes = "64"] = words;
  if (command === "libraries") {
    return readFileSync("/proc/self/maps", "utf8").split("\n").filter((line) =>
      /librte|map_\d|fbarray|\/config$/.test(line)
    );
  }
  inspector ??= Inspector.open(options);
  if (command === "snapshot") return inspector.snapshot();
  return inspector.messages(name, { limit: Number(limit), bytes: Number(bytes) })
    .map((message) => ({ ...message, bytes: [...message.bytes] }));
}

console.log(".");
for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify(answer(line.split(" "))));
  } catch (error) {
    if (!(error instanceof DpdkError)) throw error;
    console.log(JSON.stringify({ error: error.message }));
  }
  console.log(".");
}
process.exit(0);
