/**
 * `deno task soak`: what long work leaves behind: `[--only messages|packets|attaches|fstack]
 * [--count N] [--minutes N]`.
 *
 * `messages`: on each runtime a primary and a secondary ask each other, `--count` times (a million
 * unless given). `packets`: on each runtime a process forwards packets, `--minutes` long (10 unless
 * given), and has to account for each mbuf. Every tenth of the way they tell their memory, which must
 * not grow any more once it has settled. `attaches`: on each runtime `--count` secondaries (1,000 unless
 * given) attach to a C primary at the default base address, one time refusing clashes and one time
 * starting again, and half as many to a primary on each runtime. `fstack`: on each runtime an hour's
 * work of F-Stack's patterns in `--minutes`, with processes and tools killed: see
 * soak/fstack/conductor.ts. The exit code is 1 when something was left behind or lost, or a process
 * crashed.
 *
 * @module
 */

import process from "node:process";
import { parseArgs } from "node:util";
import { removePrefix } from "./prefix.ts";
import type { Runtime } from "./runtimes.ts";
import { soakAttaches } from "./soak/attaches.ts";
import { Looks, start } from "./soak/run.ts";

const PARTS = ["messages", "packets", "attaches", "fstack"] as const;
type Part = (typeof PARTS)[number];

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

const { values } = parseArgs({
  // `deno task soak -- --count 10` hands the two dashes on.
  args: process.argv.slice(2).filter((arg) => arg !== "--"),
  options: {
    only: { type: "string" },
    count: { type: "string" },
    minutes: { type: "string", default: "10" },
  },
});
const { only } = values;
if (only !== undefined && !PARTS.includes(only as Part)) {
  console.error(`Cannot soak only ${only}: there are ${PARTS.join(", ")}`);
  process.exit(1);
}
const count = values.count === undefined ? undefined : Number(values.count);
if (count !== undefined && (!Number.isInteger(count) || count < 10)) {
  console.error(`Cannot soak ${values.count} times: --count is a number from 10 on`);
  process.exit(1);
}
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
  console.error(`Cannot soak ${values.minutes} minutes: --minutes is a number above 0`);
  process.exit(1);
}

function soak(part: Part, runtime: Runtime, prefix: string): Promise<boolean> {
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

for (const part of only === undefined ? PARTS : [only as Part]) {
  for (const runtime of ["deno", "bun"] as const) {
    const prefix = `soak-${process.pid}`;
    try {
      if (!await soak(part, runtime, prefix)) process.exitCode = 1;
    } catch (error) {
      // The other runtime and the other part have their turn all the same.
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    } finally {
      removePrefix(prefix);
    }
  }
}
