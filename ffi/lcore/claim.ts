/**
 * The memzone in which the processes of a group say which lcores are theirs.
 *
 * DPDK has no such thing: two processes that use one lcore id share that lcore's cache of every
 * mempool without a lock, and hand out objects twice. C processes do not write here.
 *
 * @module
 */

import { RTE_MAX_LCORE } from "../mempool/mod.ts";

/** Its name; a change of the layout is a change of the name. */
export const LCORES_ZONE = "dpdk.ts_lcores_1";

/** Bytes of a claim: one `uint64_t` for each lcore id. */
export const CLAIM_SIZE = 8;

/** Its bytes. */
export const LCORES_SIZE = RTE_MAX_LCORE * CLAIM_SIZE;

/** Bits of a claim that hold the pid: `PID_MAX_LIMIT` is 2^22. The rest hold the start time. */
const PID_BITS = 22n;

/** Who uses an lcore. */
export interface Claim {
  /** The process's id. */
  readonly pid: number;
  /** When the process started, in clock ticks since the machine did; tells it from a later one. */
  readonly started: number;
}

/** A claim as one word, so that nobody ever sees half of one; never 0, which is none. */
export function encodeClaim({ pid, started }: Claim): bigint {
  return (BigInt(started) << PID_BITS) | BigInt(pid);
}

/** The claim that a word holds, `undefined` when it holds none. */
export function decodeClaim(word: bigint): Claim | undefined {
  if (word === 0n) return undefined;
  return { pid: Number(word & ((1n << PID_BITS) - 1n)), started: Number(word >> PID_BITS) };
}
