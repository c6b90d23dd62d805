/**
 * Whether who claimed an lcore is still there.
 *
 * @module
 */

import { startTime } from "../core/mod.ts";
import { messageSockets } from "../mp/mod.ts";
import type { Claim } from "./claim.ts";

/** Whether a process that is seen from here made a claim. */
export function isSeen({ pid, started }: Claim): boolean {
  return startTime(pid) === started;
}

/**
 * Whether the process that made a claim lives. One in another pid namespace is not seen under the id
 * that it has there, but its message socket has that id, and is open.
 */
export function lives(claim: Claim): boolean {
  return isSeen(claim) || messageSockets().some(({ pid, open }) => open && pid === claim.pid);
}
