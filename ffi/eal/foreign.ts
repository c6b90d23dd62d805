/**
 * What DPDK's own threads call: one bridge for the process, and the script's turn at what it brought.
 *
 * @module
 */

import { readText } from "../core/mod.ts";
import { type Bridge, runtime } from "../runtime/mod.ts";
import { affinityOf } from "./affinity.ts";
import { messageThread } from "./message_thread.ts";

/** How many calls may wait for the script; further ones are dropped. */
export const QUEUE_LIMIT = 65_536;

/** Places for calls that must not be dropped for others, as the ends of requests. */
const RESERVE = 4096;

/** How many calls are handed on before other events have their turn. */
const BATCH = 256;

/** The bridge, and what goes with it. */
export interface Foreign {
  readonly bridge: Bridge;
  /**
   * Hands on what waits, at most `max`; gives how many. Within a receiver it does nothing and gives
   * 0: one call is handed on after the other.
   */
  poll(max: number): number;
  /** Keeps the script alive that would end otherwise, for as long as anybody wants it. */
  keepAlive(who: object, alive: boolean): void;
}

/** The CPUs on which DPDK's message thread runs: the bridge's belongs there, too. */
function messageThreadCpus(): number[] {
  const tid = messageThread();
  return tid === undefined ? [] : affinityOf(tid);
}

/** What a process may have open when its limit cannot be read: what Linux gives. */
const USUAL_OPEN_FILES = 1024;

/** Half of the file descriptors that this process may have open. */
function halfOfOpenFiles(): number {
  const soft = /^Max open files\s+(\d+)/m.exec(readText("/proc/self/limits") ?? "")?.[1];
  return Math.floor(Number(soft ?? USUAL_OPEN_FILES) / 2);
}

function open(): Foreign {
  const bridge = runtime.bridge({
    limit: QUEUE_LIMIT,
    reserve: RESERVE,
    descriptors: halfOfOpenFiles(),
    cpus: messageThreadCpus(),
  });
  let polling = false;
  const poll = (max: number): number => {
    if (polling) return 0;
    polling = true;
    try {
      return bridge.poll(max);
    } finally {
      polling = false;
    }
  };
  let later = false;
  const turn = (): void => {
    if (poll(BATCH) < BATCH || later) return;
    later = true;
    setTimeout(() => {
      later = false;
      turn();
    }, 0);
  };
  bridge.listen(turn);
  const keepers = new Set<object>();
  return {
    bridge,
    poll,
    keepAlive: (who, alive) => {
      if (alive) keepers.add(who);
      else keepers.delete(who);
      bridge.keepAlive(keepers.size > 0);
    },
  };
}

let opened: Foreign | undefined;

/** The bridge of this process, if anything has opened it. */
export function openForeign(): Foreign | undefined {
  return opened;
}

/** The bridge of this process, opened on first use: its functions are never freed. */
export function foreign(): Foreign {
  return opened ??= open();
}
