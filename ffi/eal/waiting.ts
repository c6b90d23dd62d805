/**
 * Waiting for a primary that is ready, without holding up the event loop.
 *
 * @module
 */

import { DpdkError, Errno } from "../core/mod.ts";
import { hasSocket, lookAtPrimary, type Primary, refusal, type Unready } from "./primary.ts";

/** The time between two looks, in milliseconds. */
const LOOK_MS = 25;

/** What a wait ends with, besides a primary that is ready. */
export interface Patience {
  /** How long to wait, in milliseconds. */
  readonly waitMs: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
}

function look(filePrefix: string): Primary | Unready {
  const seen = lookAtPrimary(filePrefix);
  if ("state" in seen || hasSocket(filePrefix)) return seen;
  return { state: "starting", why: "its message socket (mp_socket) is not there" };
}

function rest(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", abort, { once: true });
  });
}

/** Counts the time down from when it is made. */
export class Wait {
  readonly #filePrefix: string;
  readonly #patience: Patience;
  readonly #end: number;

  /** @param filePrefix the group whose primary is waited for */
  constructor(filePrefix: string, patience: Patience) {
    this.#filePrefix = filePrefix;
    this.#patience = patience;
    this.#end = performance.now() + patience.waitMs;
  }

  /**
   * Waits until secondaries can attach.
   *
   * @throws {DpdkError} `ETIMEDOUT` when the time is over, with what the primary lacks; at once when
   *   there is a primary to which this process can never attach
   */
  async ready(): Promise<void> {
    const { signal } = this.#patience;
    for (;;) {
      signal?.throwIfAborted();
      const seen = look(this.#filePrefix);
      if (!("state" in seen)) return;
      if (seen.state === "unfit") throw refusal(this.#filePrefix, seen, 0);
      const left = this.#end - performance.now();
      if (left <= 0) throw this.#timedOut(seen);
      await rest(Math.min(left, LOOK_MS), signal);
    }
  }

  #timedOut({ why, state }: Unready): DpdkError {
    const { waitMs } = this.#patience;
    const last = state === "absent"
      ? why
      : `it runs, but ${why}; see what holds it up, or wait longer (waitMs)`;
    return new DpdkError({
      what: `attach to the primary of file prefix "${this.#filePrefix}"`,
      errno: Errno.ETIMEDOUT,
      advice: `none got ready within ${waitMs} ms: ${last}`,
    });
  }
}

/** Whether a primary that was ready has gone before it was attached to: another one may come. */
export function hasGone(error: unknown): boolean {
  return error instanceof DpdkError && error.call === "" &&
    (error.errno === Errno.ENOENT || error.errno === Errno.ESRCH);
}
