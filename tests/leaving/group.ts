/**
 * Processes that leave their group, and what they leave behind.
 *
 * @module
 */

import { readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { EalOptions } from "../../mod.ts";
import {
  assert,
  type Child,
  type ChildResult,
  outcome,
  removePrefix,
  type Runtime,
  runtimeName,
  spawnScript,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";

const SCRIPT = fileURLToPath(new URL("./scripts/process.ts", import.meta.url));

/** A file prefix, and the processes under it. */
export class Group {
  readonly prefix: string = uniquePrefix("leaving");
  readonly #children: Child[] = [];

  constructor({ cleanup }: TestContext) {
    cleanup(() => removePrefix(this.prefix));
    cleanup(async () => {
      for (const child of this.#children) {
        child.kill("SIGKILL");
        await child.result;
      }
    });
  }

  /** Starts scripts/process.ts; resolves when it has started EAL. */
  async start(
    steps: readonly string[],
    options: EalOptions = { memory: 32 },
    runtime: Runtime = runtimeName,
  ): Promise<Child> {
    const usual = { filePrefix: this.prefix, lcores: [0], noPci: true };
    const child = spawnScript(runtime, SCRIPT, [
      JSON.stringify({ ...usual, ...options }),
      ...steps,
    ]);
    this.#children.push(child);
    await child.waitForLine(/^READY$/);
    return child;
  }

  /** The same of a secondary, on the same CPU. */
  secondary(steps: readonly string[], runtime: Runtime = runtimeName): Promise<Child> {
    return this.start(steps, { processType: "secondary", lcores: "1@0" }, runtime);
  }

  /** What processes leave that have not cleaned up: sockets and hugepages. */
  leftovers(): string[] {
    const directory = `/var/run/dpdk/${this.prefix}`;
    const sockets = readdirSync(directory).filter((name) => /socket|telemetry/.test(name));
    const pages = readdirSync("/dev/hugepages").filter((name) =>
      name.startsWith(`${this.prefix}map_`)
    );
    return [...sockets, ...pages];
  }

  /** Shows that a primary starts in this group, and leaves nothing. */
  async startsAgain(): Promise<void> {
    const next = await this.start(["ring", "exit"]);
    const result = await next.result;
    assert.equal(result.code, 3, outcome(result));
    assert.deepEqual(this.leftovers(), []);
  }
}

/** Resolves when no signal of that number waits for a process any more: the kernel has delivered it. */
export async function delivered({ pid }: Child, signal: number): Promise<void> {
  const bit = 1n << BigInt(signal - 1);
  const waits = () => {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return ["SigPnd", "ShdPnd"].some((name) => {
      const mask = BigInt(`0x${status.match(new RegExp(`^${name}:\\s*(\\w+)`, "m"))![1]}`);
      return (mask & bit) !== 0n;
    });
  };
  while (waits()) await sleep(1);
}

/** How a process ended, as its shell would say: by a signal it is 128 and its number. */
export function exitCode({ code, signal }: ChildResult): number {
  return code ?? 128 + constants.signals[signal as NodeJS.Signals];
}
