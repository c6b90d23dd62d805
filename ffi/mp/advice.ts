/**
 * What is told of a message or a request that failed.
 *
 * @module
 */

import { Errno } from "../core/mod.ts";
import { eal } from "../eal/mod.ts";

/** Whether this process is a primary: it talks to all secondaries. */
export function isPrimary(): boolean {
  return eal().rte_eal_process_type() === 0;
}

/** Of a request of a name that is under way. */
export const EXISTS = "a request of that name is under way in this process; wait for its end";

/** Why a message or a request could not be sent. */
export function sendAdvice(): Record<string, string> {
  const gone = isPrimary()
    ? "a secondary left while it was being asked; ask again"
    : "the primary is gone";
  return {
    ENOENT: gone,
    ECONNREFUSED: gone,
    EAGAIN:
      "a process takes no messages: its queue is full, as its message thread is busy or stopped",
    EEXIST: EXISTS,
  };
}

/**
 * Whether a broadcast failed only as a secondary left when it was its turn: DPDK had listed its
 * socket, which then was gone. The others have what was sent.
 */
export function onlyLeft(errno: number): boolean {
  return isPrimary() && errno === Errno.ENOENT;
}

/** Of a request of a name of which one was aborted. */
export const ABORTED =
  "an earlier one was aborted, which DPDK cannot withdraw: it takes no other of that name " +
  "until that one is answered or times out";

/** Of a request whose end DPDK has not told. */
export const STUCK =
  "DPDK has not reported its end: its threads are stuck in this process, as a reply " +
  "and its time-out can block each other (22.11, 24.11); end the process";

/** Of a request whose end was told when the queue was full. */
export const LOST =
  "DPDK's report of its end was dropped, as too many calls waited for the script " +
  "(mp.dropped): let it yield, or call mp.poll, more often";
