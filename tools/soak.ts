/**
 * `deno task soak`: what many requests leave behind: `[--count N]`.
 *
 * On each runtime a primary and a secondary ask each other; every tenth of the way both tell their
 * memory. It must not grow any more once it has settled.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { removePrefix } from "./prefix.ts";
import { ROOT } from "./root.ts";
import { executable, type Runtime } from "./runtimes.ts";

/** How much the second half may add, in MiB: engines take and give back memory as they like. */
const TOLERANCE = 24;

/** One look at a process. */
interface Look {
  readonly role: string;
  readonly done: number;
  /** Resident memory without hugepages, in MiB. */
  readonly rss: number;
}

function start(runtime: Runtime, args: readonly string[], onLine: (line: string) => void) {
  const flags = runtime === "deno" ? ["run", "--allow-all", "--no-check", "--quiet"] : ["run"];
  const script = join(ROOT, "tools/soak/messages.ts");
  const child = spawn(executable(runtime), [...flags, script, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  createInterface({ input: child.stdout }).on("line", onLine);
  return new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`Cannot soak: ${runtime} ended with ${signal ?? code}`));
    });
  });
}

async function soak(runtime: Runtime, count: number): Promise<boolean> {
  const prefix = `soak-${process.pid}`;
  const looks: Look[] = [];
  const see = (line: string) => {
    if (!line.startsWith("{")) return;
    const look = JSON.parse(line) as Look;
    looks.push(look);
    console.log(
      `${runtime} ${look.role}: ${look.done.toLocaleString("en")} requests, ${look.rss} MiB`,
    );
  };
  const common = ["--no-pci", "--file-prefix", prefix, "--log-level=4"];
  try {
    let second: Promise<void> | undefined;
    const first = start(runtime, ["-l", "0", "-m", "64", ...common, "--", `${count}`], (line) => {
      if (line === "ready") {
        const args = ["-l", "1", "--proc-type=secondary", ...common, "--", `${count}`];
        second = start(runtime, args, see);
      } else see(line);
    });
    await first;
    await second;
  } finally {
    removePrefix(prefix);
  }
  let right = true;
  for (const role of ["primary", "secondary"]) {
    const own = looks.filter((look) => look.role === role);
    const [half, end] = [own[own.length >> 1], own.at(-1)];
    const grown = end === undefined || half === undefined ? NaN : end.rss - half.rss;
    const ok = grown <= TOLERANCE;
    console.log(
      `${runtime} ${role}: ${grown} MiB more in the second half${ok ? "" : ": TOO MUCH"}`,
    );
    right &&= ok;
  }
  return right;
}

const { values } = parseArgs({ options: { count: { type: "string", default: "1000000" } } });
const count = Number(values.count);
if (!Number.isInteger(count) || count < 10) {
  console.error(`Cannot soak ${values.count} requests: --count is a number from 10 on`);
  process.exit(1);
}
for (const runtime of ["deno", "bun"] as const) {
  if (!await soak(runtime, count)) process.exitCode = 1;
}
