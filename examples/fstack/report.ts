/**
 * What a process tells of its queues.
 *
 * @module
 */

import { type EthDev, formatIpv4, formatMac } from "../../mod.ts";
import type { PortQueue } from "./queue.ts";
import type { Stack, StackOptions } from "./stack.ts";

/** Tells of neighbours as they become known. */
export function tellOf({ portId }: EthDev): StackOptions["learned"] {
  return (address, mac, fromRing) => {
    const who = fromRing ? "another process" : "the port";
    console.log(`Port ${portId}: ${formatIpv4(address)} is at ${formatMac(mac)}, says ${who}`);
  };
}

/** What a process has of a port. */
export interface Lane {
  readonly dev: EthDev;
  readonly queue: PortQueue;
  readonly stack: Stack;
}

/** Frees what is left in the ring, and tells what was counted, and what else was. */
export function report({ dev, queue, stack }: Lane, more: Record<string, number> = {}): void {
  const left = queue.drain();
  const counts = {
    ...{ received: queue.received, "from the ring": queue.fromRing, dispatched: queue.dispatched },
    ...{ copied: queue.copied, "not copied": queue.notCopied, dropped: queue.dropped },
    ...{ transmitted: queue.transmitted, freed: queue.freed, answered: stack.answered },
    ...{ unresolved: stack.unresolved, "not sent": queue.tx.dropped, left },
    ...more,
  };
  const text = Object.entries(counts).map(([what, n]) => `${what} ${n}`).join(", ");
  console.log(`Port ${dev.portId}: ${text}`);
}
