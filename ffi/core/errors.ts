/**
 * The one error class of the library.
 *
 * @module
 */

import { errorCode } from "./errno.ts";

/** What a {@linkcode DpdkError} is made of. */
export interface Failure {
  /** What was tried, with the name: `create ring "a"`. */
  readonly what: string;
  /** The function that failed, by its name in C; none when the library itself refuses. */
  readonly call?: string;
  /** Its error number, positive; none when it gave none. */
  readonly errno?: number;
  /** What it means here and what to do. */
  readonly advice?: string | undefined;
  /** What EAL logged meanwhile. */
  readonly log?: readonly string[] | undefined;
}

/**
 * DPDK refused, or would have done harm.
 *
 * The message says what was tried, what DPDK answered and what to do:
 * `Cannot create ring "a": rte_ring_create failed with EEXIST: a ring of that name exists; use
 * Ring.lookup("a")`. Empty and full are results, not errors; bad arguments are `TypeError` or
 * `RangeError`.
 *
 * @example
 * ```ts
 * import { DpdkError, Eal, Ring } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * try {
 *   Ring.lookup("nobody's");
 * } catch (error) {
 *   if (!(error instanceof DpdkError)) throw error;
 *   console.log(error.call, error.code); // rte_ring_lookup ENOENT
 * }
 * ```
 */
export class DpdkError extends Error {
  /** Always `DpdkError`. */
  override readonly name: string = "DpdkError";
  /** The DPDK function that failed; empty when the library refused before it called one. */
  readonly call: string;
  /** The error number, positive; 0 when there is none. */
  readonly errno: number;
  /** The error number's name, such as `EEXIST`. */
  readonly code: string;

  /**
   * An error from its parts.
   *
   * @param failure its parts; the message is made of them
   */
  constructor(failure: Failure) {
    const { what, call = "", errno = 0, advice, log } = failure;
    const code = errorCode(errno);
    const reasons: string[] = [];
    if (call !== "") reasons.push(`${call} failed${errno === 0 ? "" : ` with ${code}`}`);
    if (advice !== undefined) reasons.push(advice);
    let message = [`Cannot ${what}`, ...reasons].join(": ");
    if (log !== undefined && log.length > 0) {
      message += `\n${log.map((line) => `  ${line}`).join("\n")}`;
    }
    super(message);
    this.call = call;
    this.errno = errno;
    this.code = code;
  }
}

/** Advice by error number name, picked for the one that came. */
export type AdviceTable = Readonly<Record<string, string>>;

/** The error for a failed call, with the advice for its error number. */
export function failed(
  what: string,
  call: string,
  errno: number,
  advice: AdviceTable = {},
  log?: readonly string[],
): DpdkError {
  return new DpdkError({ what, call, errno, advice: advice[errorCode(errno)], log });
}
