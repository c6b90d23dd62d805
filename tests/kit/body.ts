/**
 * Runs the body of a test: for a bounded time, and with its cleanups.
 *
 * @module
 */

import { errorText } from "../../tools/test/error.ts";

/** What a test body is handed. */
export interface TestContext {
  /**
   * Has something done when the test has ended, however it ended. The last one given is done first.
   *
   * @param action What to do; if it throws, the test fails.
   */
  cleanup(action: () => unknown): void;
}

/**
 * Runs a body, then its cleanups.
 *
 * @param body The body.
 * @param timeoutMs How long it may take, in milliseconds.
 * @returns When all is done; rejects when any of it failed.
 */
export async function runBody(
  body: (context: TestContext) => unknown,
  timeoutMs: number,
): Promise<void> {
  const cleanups: (() => unknown)[] = [];
  const errors: unknown[] = [];
  const attempt = async (action: () => unknown): Promise<void> => {
    try {
      await action();
    } catch (error) {
      errors.push(error);
    }
  };
  const context: TestContext = { cleanup: (action) => void cleanups.push(action) };
  await attempt(() => bounded(async () => await body(context), timeoutMs));
  for (const action of cleanups.reverse()) await attempt(action);
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) {
    throw new AggregateError(errors, errors.map(errorText).join("\nand in a cleanup: "));
  }
}

async function bounded(action: () => Promise<unknown>, timeoutMs: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    const late = (): void => reject(new Error(`Cannot finish test: ${timeoutMs} ms have passed`));
    timer = setTimeout(late, timeoutMs);
  });
  try {
    await Promise.race([action(), limit]);
  } finally {
    clearTimeout(timer);
  }
}
