/**
 * The other side of the one-process demo: a Worker, which looks the rings up by name.
 *
 * @module
 */

import { Mempool, MempoolCache, Ring, setThreadAffinity } from "../../mod.ts";
import { exchange, NAMES } from "./exchange.ts";

/** What the main script hands over. */
export interface WorkerTask {
  readonly count: number;
  /** The CPU to run on: the main script has another. */
  readonly cpu: number;
}

interface WorkerScope {
  onmessage: ((event: { data: WorkerTask }) => void) | null;
  postMessage(message: unknown): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.onmessage = ({ data: { count, cpu } }) => {
  setThreadAffinity([cpu]);
  using cache = MempoolCache.create(256);
  const result = exchange({
    pool: Mempool.lookup(NAMES.pool),
    out: Ring.lookup(NAMES.toPrimary),
    back: Ring.lookup(NAMES.toSecondary),
    cache,
    me: 2,
    other: 1,
  }, count);
  scope.postMessage(result);
};
scope.postMessage("ready");
