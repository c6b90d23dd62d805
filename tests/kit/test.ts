/**
 * `test` and `describe`. A thin layer over `node:test`, which both runtimes have, so that
 * `deno test` and `bun test` run a test file as usual; it records each result for the runner, and
 * gives both runtimes the same time limits and the same cleanups (Deno never runs a root `after`
 * hook, and Bun ends a test after 5 s unless told otherwise).
 *
 * @module
 */

import { test as nodeTest } from "node:test";
import { runBody, type TestContext } from "./body.ts";
import { inCase } from "./child.ts";
import { errorText } from "../../tools/test/error.ts";
import { record } from "../../tools/test/report.ts";

/** How long a test may take when it does not say, in milliseconds. */
const DEFAULT_TIMEOUT_MS = 60_000;

/** The runtime's own limit comes a little later, so that ours gives the message. */
const GRACE_MS = 5_000;

/** A test: it fails when it throws or rejects. */
export type TestBody = (context: TestContext) => unknown;

/** How a test is run. */
export interface TestOptions {
  /** How long it may take, in milliseconds; 60,000 unless given. */
  readonly timeoutMs?: number;
  /** Why it is not run here; `undefined` runs it. */
  readonly skip?: string | undefined;
}

/** The names of the `describe` groups that are open now. */
const groups: string[] = [];
let registered = 0;

/**
 * Groups tests: their names begin with the group's.
 *
 * @param name The group's name.
 * @param body Calls `test`; runs at once, and must not be async.
 */
export function describe(name: string, body: () => void): void {
  groups.push(name);
  try {
    body();
  } finally {
    groups.pop();
  }
}

/**
 * Registers a test. In the process of an `ealCase` it does nothing.
 *
 * @param name What the test shows.
 * @param body The test.
 */
export function test(name: string, body: TestBody): void;
/**
 * Registers a test with options. In the process of an `ealCase` it does nothing.
 *
 * @param name What the test shows.
 * @param options How it is run.
 * @param body The test.
 */
export function test(name: string, options: TestOptions, body: TestBody): void;
export function test(name: string, first: TestOptions | TestBody, second?: TestBody): void {
  if (inCase()) return;
  const [options, body] = typeof first === "function" ? [{}, first] : [first, second];
  if (body === undefined) throw new TypeError(`Cannot register test "${name}": it has no body`);
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const fullName = [...groups, name].join(" > ");
  const id = registered++;
  record({ event: "registered", id, name: fullName });
  if (options.skip !== undefined) {
    record({ event: "skipped", id, reason: options.skip });
    nodeTest(fullName, { skip: options.skip }, () => {});
    return;
  }
  nodeTest(fullName, { timeout: timeoutMs + GRACE_MS }, async () => {
    try {
      await runBody(body, timeoutMs);
    } catch (error) {
      record({ event: "failed", id, error: errorText(error) });
      throw error;
    }
    record({ event: "passed", id });
  });
}
