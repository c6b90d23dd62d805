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
  executable,
  outcome,
  removePrefix,
  type Runtime,
  runtimeName,
  spawnProgram,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";

/** What Deno allows: to call C; and to read the modules of Workers, and the test's own variable. */
const PERMISSIONS: readonly string[] = [
  ...["--allow-ffi", "--allow-read", "--allow-env=DPDK_TS_DRIVER", "--no-check", "--quiet"],
];

const SCRIPT = fileURLToPath(new URL("./scripts/process.ts", import.meta.url));

/** How a script ends. */
export interface Way {
  readonly steps: readonly string[];
  /** What it is sent then. */
  readonly signal?: NodeJS.Signals;
  /** Its exit code, as its shell would say. */
  readonly code: number;
}

/** The ways in which a script may end. */
export const WAYS: Readonly<Record<string, Way>> = {
  "by itself": { steps: [], code: 0 },
  "by process.exit": { steps: ["exit"], code: 3 },
  "by Deno.exit": { steps: ["Deno.exit"], code: 3 },
  "by an exception": { steps: ["throw"], code: 1 },
  "by an exception in a timer": { steps: ["throw later"], code: 1 },
  "by a rejected promise": { steps: ["reject"], code: 1 },
  "by SIGINT": { steps: ["stay"], signal: "SIGINT", code: 130 },
  "by SIGTERM": { steps: ["stay"], signal: "SIGTERM", code: 143 },
  "by SIGHUP": { steps: ["stay"], signal: "SIGHUP", code: 129 },
};

/** These, `Eal.cleanup`, and SIGKILL. */
export const SECONDARY_WAYS: readonly Way[] = [
  ...Object.values(WAYS),
  { steps: ["clean up", "exit"], code: 3 },
  { steps: ["clean up", "stay"], signal: "SIGTERM", code: 143 },
  { steps: ["stay"], signal: "SIGKILL", code: 137 },
];

/** A file prefix, and the processes under it. */
export class Group {
  readonly prefix: string;
  readonly #children: Child[] = [];

  /** @param prefix the one that an `ealCase` has; one of its own unless given */
  constructor({ cleanup }: TestContext, prefix: string = uniquePrefix("leaving")) {
    this.prefix = prefix;
    cleanup(() => removePrefix(this.prefix));
    cleanup(async () => {
      for (const child of this.#children) {
        child.kill("SIGKILL");
        await child.result;
      }
    });
  }

  /**
   * Starts scripts/process.ts; resolves when it has started EAL.
   *
   * @param driver what its step "driver" loads
   */
  async start(
    steps: readonly string[],
    options: EalOptions = { memory: 32 },
    runtime: Runtime = runtimeName,
    driver?: string,
  ): Promise<Child> {
    const usual = { filePrefix: this.prefix, lcores: [0], noPci: true };
    // No permission but the one that the library needs.
    const flags = runtime === "deno" ? PERMISSIONS : [];
    const args = ["run", ...flags, SCRIPT, JSON.stringify({ ...usual, ...options }), ...steps];
    // It is no case, also when one starts it.
    const env = { DPDK_TS_CASE: undefined, DPDK_TS_DRIVER: driver };
    const child = spawnProgram(executable(runtime), args, { env });
    this.#children.push(child);
    await child.waitForLine(/^READY$/);
    return child;
  }

  /** The same of a secondary, on the same CPU. */
  secondary(
    steps: readonly string[],
    runtime: Runtime = runtimeName,
    driver?: string,
  ): Promise<Child> {
    const options = { processType: "secondary", lcores: "1@0" } as const;
    return this.start(steps, options, runtime, driver);
  }

  /** What processes leave that have not cleaned up: sockets, lists of pages, and hugepages. */
  leftovers(): string[] {
    const directory = `/var/run/dpdk/${this.prefix}`;
    const files = readdirSync(directory).filter((name) => /socket|telemetry|_\d+$/.test(name));
    const pages = readdirSync("/dev/hugepages").filter((name) =>
      name.startsWith(`${this.prefix}map_`)
    );
    return [...files, ...pages];
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
