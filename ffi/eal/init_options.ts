/**
 * What the library, not EAL, is told about a start.
 *
 * @module
 */

import { checkInteger, checkOneOf } from "../core/mod.ts";

/** What is done when addresses of the primary's memory are taken in a secondary's process. */
export type OnClash = "refuse" | "restart";

/** How {@linkcode Eal.init} goes about it; besides a command line, its second argument. */
export interface InitOptions {
  /**
   * For a secondary: what is done when addresses of the primary's memory are taken in this process.
   * Default `refuse`, which throws. `restart` starts the process again until it fits, at most ten
   * times: the same program, arguments, environment and process id, from the script's beginning. So
   * what the script did before is done again, and what it read of its input is gone: call
   * `Eal.init` first. A Worker, and a script that came by the standard input, refuse.
   */
  readonly onClash?: OnClash;
}

/** How {@linkcode Eal.attach} waits. */
export interface AttachOptions extends InitOptions {
  /** How long to wait for a primary that is ready, in milliseconds; default 10,000. */
  readonly waitMs?: number;
  /** Ends the wait: `Eal.attach` rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** How long `Eal.attach` waits when nothing is said, in milliseconds. */
const ATTACH_MS = 10_000;

/** The choice, checked. */
export function onClashOf({ onClash = "refuse" }: InitOptions): OnClash {
  return checkOneOf(onClash, ["refuse", "restart"], "onClash");
}

/**
 * The patience of `Eal.attach`, checked.
 *
 * @throws {TypeError} or {RangeError} on a bad value
 */
export function patienceOf({ waitMs = ATTACH_MS, signal }: AttachOptions): {
  readonly waitMs: number;
  readonly signal: AbortSignal | undefined;
} {
  if (waitMs !== Infinity) checkInteger(waitMs, "waitMs", 0, 2 ** 31 - 1);
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError(`Cannot use ${String(signal)} as signal: it is no AbortSignal`);
  }
  return { waitMs, signal };
}
