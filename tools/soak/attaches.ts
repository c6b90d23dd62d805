/**
 * The soak of attaches: secondaries by the hundred, each a process of its own, join primaries of both
 * runtimes, and a C primary that has its memory where EAL puts it by default, in the midst of the
 * addresses where V8 puts its own.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { compileC } from "../compile.ts";
import { ROOT } from "../root.ts";
import type { Runtime } from "../runtimes.ts";
import { scriptCommand, start } from "./run.ts";

/** How many secondaries run at a time; each has an lcore id of its own. */
const LANES = [1, 2];

/** The CPUs that this process may run on, as `--lcores` takes them. */
function cpus(): string {
  const status = readFileSync("/proc/self/status", "utf8");
  return `(${/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? "0"})`;
}

/** What came of the attaches. */
interface Outcome {
  attached: number;
  /** Those of them that did not fit in their first image. */
  again: number;
  refused: number;
  failed: number;
}

/** What primaries are in; C's has its memory at the default base. */
type Language = Runtime | "c";

/** Starts a primary; `end` has it leave, and gives the numbers that came back to it. */
async function startPrimary(
  language: Language,
  args: readonly string[],
): Promise<{ end(): Promise<ReadonlySet<string>> }> {
  const [file, before] = language === "c"
    ? [compileC(readFileSync(join(ROOT, "tools/soak/primary.c"), "utf8")), []]
    : scriptCommand(language, "primary.ts");
  const child = spawn(file, [...before, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const numbers = new Set<string>();
  const closed = new Promise<void>((resolve) => child.on("close", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line === "READY") resolve();
      else numbers.add(line);
    });
    child.on("close", (code) => reject(new Error(`Cannot soak: the primary ended with ${code}`)));
  });
  return {
    async end() {
      child.stdin.end();
      await closed;
      return numbers;
    },
  };
}

async function attachAll(
  runtime: Runtime,
  prefix: string,
  count: number,
  onClash: "refuse" | "restart",
): Promise<Outcome> {
  const outcome: Outcome = { attached: 0, again: 0, refused: 0, failed: 0 };
  const common = ["--no-pci", "--no-telemetry", "--file-prefix", prefix];
  let next = 0;
  const lane = async (lcore: number): Promise<void> => {
    while (next++ < count) {
      const eal = [`--lcores=${lcore}@${cpus()}`, "--proc-type=secondary", ...common];
      let said = "";
      try {
        await start(runtime, "attach.ts", [onClash, ...eal], (line) => said += line);
      } catch (error) {
        outcome.failed++;
        console.error(error instanceof Error ? error.message : error);
        continue;
      }
      const [, images] = /^attached (\d+)$/.exec(said) ?? [];
      if (images !== undefined) outcome.attached++;
      else if (said.startsWith("refused")) outcome.refused++;
      else outcome.failed++;
      if (Number(images) > 1) outcome.again++;
    }
  };
  await Promise.all(LANES.map(lane));
  return outcome;
}

/** What came of all attaches to a primary, in words; whether it is right. */
async function attachTo(
  language: Language,
  runtime: Runtime,
  prefix: string,
  rounds: readonly (readonly ["refuse" | "restart", number])[],
): Promise<boolean> {
  const primary = await startPrimary(language, [
    ...["-l", "0", "-m", "32", "--no-pci", "--no-telemetry", "--log-level=4"],
    ...["--file-prefix", prefix],
  ]);
  const name = `${runtime} to a primary in ${language}`;
  let attached = 0;
  let right = true;
  for (const [onClash, count] of rounds) {
    const all = await attachAll(runtime, prefix, count, onClash);
    attached += all.attached;
    console.log(
      `${name}, ${onClash}: ${all.attached} of ${count} attached, ${all.again} of them in a ` +
        `further image; ${all.refused} refused, ${all.failed} failed`,
    );
    // Only C's primary has its memory where V8 may be, too.
    const mayRefuse = language === "c" && onClash === "refuse";
    right &&= all.failed === 0 && (mayRefuse || all.attached === count);
  }
  const numbers = await primary.end();
  console.log(`${name}: ${numbers.size} numbers came back of ${attached}`);
  return right && numbers.size === attached;
}

/**
 * Attaches `count` times to a C primary with either answer to a clash, and half as often to a primary
 * of each runtime.
 *
 * @returns whether no process crashed, and none failed but where addresses may be taken
 */
export async function soakAttaches(
  runtime: Runtime,
  prefix: string,
  count: number,
): Promise<boolean> {
  const half = Math.ceil(count / 2);
  let right = await attachTo("c", runtime, prefix, [["refuse", count], ["restart", count]]);
  for (const language of ["deno", "bun"] as const) {
    right = await attachTo(language, runtime, prefix, [["refuse", half]]) && right;
  }
  return right;
}
