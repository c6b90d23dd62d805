/**
 * A port over several looks.
 *
 * @module
 */

import type { PortFlow } from "./flow.ts";
import type { PortState } from "./snapshot.ts";

const COUNTERS = ["rxPackets", "txPackets", "rxBytes", "txBytes"] as const;

const NEW = { rxRate: 0, txRate: 0, rxBits: 0, txBits: 0 };

/**
 * What a port did since the look before; nothing when there was none, or when its counters have
 * begun anew.
 *
 * @param port the port now
 * @param before the port with that id at the look before
 */
export function portFlow(
  port: PortState,
  before: PortState | undefined,
  elapsedMs: number,
): PortFlow {
  const counts = before !== undefined && elapsedMs > 0 && before.name === port.name &&
    COUNTERS.every((counter) => port[counter] >= before[counter]);
  if (!counts) return { port, ...NEW };
  const rate = (counter: (typeof COUNTERS)[number]) =>
    (port[counter] - before[counter]) * 1000 / elapsedMs;
  return {
    port,
    rxRate: rate("rxPackets"),
    txRate: rate("txPackets"),
    rxBits: 8 * rate("rxBytes"),
    txBits: 8 * rate("txBytes"),
  };
}
