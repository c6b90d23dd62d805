/**
 * Tests that need an EAL of their own. `rte_eal_init` works once per process, so each such case runs
 * in a process of its own: the same test file, on the same runtime, told to run that one case.
 *
 * @module
 */

import { writeSync } from "node:fs";
import process from "node:process";
import { runBody, type TestContext } from "./body.ts";
import { callerFile } from "./caller.ts";
import { CASE_VARIABLE, inCase, PREFIX_VARIABLE } from "./child.ts";
import { errorText } from "../../tools/test/error.ts";
import { removePrefix, uniquePrefix } from "./prefix.ts";
import { runtimeName } from "./runtimes.ts";
import { outcome, spawnScript } from "./spawn.ts";
import { test } from "./test.ts";

/** How a case is run. */
export interface CaseOptions {
  /** EAL arguments besides the usual ones. A later one wins over an earlier one of its kind. */
  readonly args?: readonly string[];
  /** How long the body may take, in milliseconds; 60,000 unless given. */
  readonly timeoutMs?: number;
  /** Why it is not run here; `undefined` runs it. */
  readonly skip?: string | undefined;
}

/** What the body of a case is handed. */
export interface CaseContext extends TestContext {
  /** The file prefix of this case's DPDK processes, which no other has. */
  readonly prefix: string;
  /** EAL arguments: one lcore, no PCI devices, 64 MiB, this prefix, and the case's own. */
  readonly args: string[];
}

/** The body of a case: it fails when it throws or rejects. */
export type CaseBody = (context: CaseContext) => unknown;

/** A case's process prints this when its body has ended well, so that an early exit is told apart. */
const DONE = "dpdk.ts: the case is done";

/** How long a body may take when nothing is said, in milliseconds. */
const DEFAULT_TIMEOUT_MS = 60_000;

/** The case's process may live a little longer than its body, and the test waits longer still. */
const GRACE_MS = 3_000;

const names = new Set<string>();

/**
 * Registers a test whose body runs in a process of its own.
 *
 * @param name What it shows; once per file.
 * @param body The body, run in that process.
 */
export function ealCase(name: string, body: CaseBody): void;
/**
 * Registers a test with options whose body runs in a process of its own.
 *
 * @param name What it shows; once per file.
 * @param options How it is run.
 * @param body The body, run in that process.
 */
export function ealCase(name: string, options: CaseOptions, body: CaseBody): void;
export function ealCase(name: string, first: CaseOptions | CaseBody, second?: CaseBody): void {
  const [options, body] = typeof first === "function" ? [{}, first] : [first, second];
  if (body === undefined) throw new TypeError(`Cannot register case "${name}": it has no body`);
  if (names.has(name)) {
    throw new Error(`Cannot register case "${name}": its file has a case of that name`);
  }
  names.add(name);
  if (!inCase()) {
    registerParent(name, callerFile(), options);
  } else if (process.env[CASE_VARIABLE] === name) {
    // The file's other cases are registered first: this one may be one of two with its name.
    setTimeout(() => void runCase(name, options, body), 0);
  }
}

function registerParent(name: string, file: string, options: CaseOptions): void {
  const timeoutMs = (options.timeoutMs ?? DEFAULT_TIMEOUT_MS) + GRACE_MS;
  test(name, { timeoutMs: timeoutMs + GRACE_MS, skip: options.skip }, async ({ cleanup }) => {
    const prefix = uniquePrefix(name);
    const env = { [CASE_VARIABLE]: name, [PREFIX_VARIABLE]: prefix };
    const child = spawnScript(runtimeName, file, [], { timeoutMs, env });
    cleanup(() => removeLeftovers(prefix));
    cleanup(() => child.kill("SIGKILL"));
    child.stdin.end();
    const result = await child.result;
    if (result.code !== 0) throw new Error(`Case failed: ${outcome(result)}`);
    if (!result.stdout.includes(DONE)) {
      throw new Error(`Case did not end: its body was not run, or left early. ${outcome(result)}`);
    }
  });
}

async function runCase(name: string, options: CaseOptions, body: CaseBody): Promise<void> {
  const prefix = process.env[PREFIX_VARIABLE] ?? uniquePrefix(name);
  const usual = ["-l", "0", "--no-pci", "--file-prefix", prefix, "-m", "64"];
  try {
    const args = [...usual, ...options.args ?? []];
    const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    await runBody(({ cleanup }) => body({ prefix, args, cleanup }), timeoutMs);
  } catch (error) {
    writeSync(2, `${errorText(error)}\n`);
    process.exit(1);
  }
  writeSync(1, `\n${DONE}\n`);
  // Handles that a body left open must not keep the process alive.
  process.exit(0);
}

function removeLeftovers(prefix: string): void {
  try {
    removePrefix(prefix);
  } catch {
    // What could not be removed says nothing about the case.
  }
}
