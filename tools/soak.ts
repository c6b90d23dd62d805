/**
 * What long work leaves behind. See `USAGE` in soak/arguments.ts; of `fstack`,
 * soak/fstack/conductor.ts. Every tenth of the way the processes of `messages` and `packets` tell
 * their memory, which must not grow any more once it has settled.
 *
 * @module
 */

import process from "node:process";
import { callTool } from "./call.ts";
import { removePrefix } from "./prefix.ts";
import { type Runtime, RUNTIMES } from "./runtimes.ts";
import { systemHost } from "./setup/host.ts";
import { setUp } from "./setup/mod.ts";
import { type Arguments, parseArguments, type Part, USAGE } from "./soak/arguments.ts";
import { soakAttaches } from "./soak/attaches.ts";
import { Looks, start } from "./soak/run.ts";

/** How often the soak of fstack kills a process. */
const KILLS = 10;

const NULL_PORTS = ["--vdev=net_null0", "--vdev=net_null1"];

async function soakMessages(runtime: Runtime, prefix: string, count: number): Promise<boolean> {
  const looks = new Looks(runtime, "requests");
  const common = ["--no-pci", "--file-prefix", prefix, "--log-level=4"];
  let second: Promise<void> | undefined;
  const args = ["-l", "0", "-m", "64", ...common, "--", `${count}`];
  const first = start(runtime, "messages.ts", args, (line) => {
    if (line !== "ready") return looks.see(line);
    const args = ["-l", "1", "--proc-type=secondary", ...common, "--", `${count}`];
    second = start(runtime, "messages.ts", args, (line) => looks.see(line));
  });
  await first;
  await second;
  return looks.judge(["primary", "secondary"]);
}

async function soakPackets(runtime: Runtime, prefix: string, minutes: number): Promise<boolean> {
  const looks = new Looks(runtime, "packets sent");
  const common = ["--no-pci", "--file-prefix", prefix, "--log-level=4"];
  const ports = [...NULL_PORTS, "--vdev=net_ring0"];
  const args = ["-l", "1", "-m", "64", ...common, ...ports, "--", `${minutes}`];
  await start(runtime, "packets.ts", args, (line) => looks.see(line));
  return looks.judge(["forwarder"]);
}

async function soakFstack(runtime: Runtime, prefix: string, minutes: number): Promise<boolean> {
  const args = [prefix, `${minutes}`, `${KILLS}`];
  await start(runtime, "fstack/conductor.ts", args, (line) => console.log(`${runtime}: ${line}`));
  return true;
}

function soakOne(
  part: Part,
  runtime: Runtime,
  prefix: string,
  { count, minutes }: Arguments,
): Promise<boolean> {
  switch (part) {
    case "messages":
      return soakMessages(runtime, prefix, count ?? 1_000_000);
    case "packets":
      return soakPackets(runtime, prefix, minutes);
    case "attaches":
      return soakAttaches(runtime, prefix, count ?? 1000);
    case "fstack":
      return soakFstack(runtime, prefix, minutes);
  }
}

async function soak(asked: Arguments): Promise<boolean> {
  if (asked.setup && !setUp(systemHost, "bench")) return false;
  let good = true;
  for (const part of asked.parts) {
    for (const runtime of RUNTIMES) {
      const prefix = `soak-${process.pid}`;
      try {
        if (!await soakOne(part, runtime, prefix, asked)) good = false;
      } catch (error) {
        // The other runtime and the other part have their turn all the same.
        console.error(error instanceof Error ? error.message : error);
        good = false;
      } finally {
        removePrefix(prefix);
      }
    }
  }
  return good;
}

await callTool({ usage: USAGE, parse: parseArguments, run: soak });
