/**
 * EAL's own threads: one waits for work on each lcore but the main one.
 *
 * @module
 */

/** EAL names them `rte-worker-3`, from 23.03 on `dpdk-worker3`. */
const WORKER = /^(?:rte-worker-|dpdk-worker)(\d+)$/;

/** The lcore that a thread of this name belongs to, `undefined` when it is none of EAL's. */
export function workerLcore(name: string): number | undefined {
  const id = WORKER.exec(name)?.[1];
  return id === undefined ? undefined : Number(id);
}
