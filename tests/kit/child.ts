/**
 * How a test file knows that it runs as the process of one `ealCase`, and of which.
 *
 * @module
 */

import process from "node:process";

/** Names the case that this process is to run. */
export const CASE_VARIABLE = "DPDK_TS_CASE";

/** Holds the file prefix of that case. */
export const PREFIX_VARIABLE = "DPDK_TS_PREFIX";

/**
 * Whether this process was started to run one `ealCase`.
 *
 * @returns True in the case's process, false in the test's.
 */
export function inCase(): boolean {
  return process.env[CASE_VARIABLE] !== undefined;
}
