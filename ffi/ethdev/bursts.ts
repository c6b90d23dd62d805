/**
 * The queues of a port, for bursts.
 *
 * @module
 */

import { checkInteger, maker } from "../core/mod.ts";
import { RawInfo } from "./info.ts";
import { RTE_MAX_QUEUES_PER_PORT } from "./layout.ts";
import type { Port } from "./port.ts";
import { checkConfigured } from "./queue_setup.ts";
import { RxQueue } from "./rx_queue.ts";
import { TxQueue, type TxQueueHandleOptions } from "./tx_queue.ts";

function check(port: Port, side: "rx" | "tx", queue: number): void {
  checkInteger(queue, "a queue", 0, RTE_MAX_QUEUES_PER_PORT - 1);
  const what = `use ${side} queue ${queue} of ${port.label}`;
  checkConfigured(port, new RawInfo(port, what), side, queue, what);
}

/** A receive queue of a port. */
export function rxQueueOf(port: Port, queue: number): RxQueue {
  check(port, "rx", queue);
  return new RxQueue(maker, port, queue);
}

/** A transmit queue of a port. */
export function txQueueOf(port: Port, queue: number, options: TxQueueHandleOptions): TxQueue {
  check(port, "tx", queue);
  return new TxQueue(maker, port, queue, options);
}
