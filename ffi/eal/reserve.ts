/**
 * Keeps addresses free for EAL: a secondary maps the primary's memory at the primary's addresses, and
 * an engine takes addresses of its own choice at any moment.
 *
 * @module
 */

import { Errno, errno, libc, mmanConstants } from "../core/mod.ts";
import { type Pointer, runtime } from "../runtime/mod.ts";
import type { Range } from "./ranges.ts";

const { MAP_ANONYMOUS, MAP_FIXED_NOREPLACE, MAP_NORESERVE, MAP_PRIVATE, PROT_NONE } =
  mmanConstants.values;
const FLAGS = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;

/** `MAP_FAILED`, which is -1, as a double has it. */
const FAILED = 2 ** 64;

/** A range that could not be reserved, and why. */
export interface Clash {
  readonly range: Range;
  /** `EEXIST` when something is mapped there. */
  readonly errno: number;
}

/** Addresses where nothing is mapped but what holds them free. */
export class Reservation {
  /** Pointers made beforehand: between the release and EAL nothing should be made. */
  readonly #held: (readonly [Pointer | null, number])[] = [];

  /**
   * Reserves ranges, all or none, and replaces nothing.
   *
   * @returns the reservation, or the first range that is not free
   */
  static take(ranges: readonly Range[]): Reservation | Clash {
    const reservation = new Reservation();
    for (const range of ranges) {
      const error = reservation.#hold(range);
      if (error === 0) continue;
      reservation.release();
      return { range, errno: error };
    }
    return reservation;
  }

  /** Holds one range; the error number when it cannot. */
  #hold(range: Range): number {
    const { address, length } = range;
    const wanted = runtime.pointer(address);
    const got = runtime.address(libc().mmap(wanted, length, PROT_NONE, FLAGS, -1, 0));
    if (got === address) {
      this.#held.push([wanted, length]);
      return 0;
    }
    if (got < 0 || got >= FAILED) return errno();
    // A kernel before 4.17 takes the address for a wish.
    libc().munmap(runtime.pointer(got), length);
    return Errno.EEXIST;
  }

  /** Gives the addresses back. To be done right before EAL maps its own there. */
  release(): void {
    for (const [pointer, length] of this.#held) libc().munmap(pointer, length);
    this.#held.length = 0;
  }
}
