/**
 * A secondary's way into its group: the addresses of the primary's memory are free in this process, or
 * it is refused before EAL is touched, or started again.
 *
 * @module
 */

import { abi } from "../abi/mod.ts";
import { DpdkError, Errno } from "../core/mod.ts";
import { removeOwnFiles } from "./leftovers.ts";
import { describeMappings, type Mapping, mappingsIn } from "./maps.ts";
import type { OnClash } from "./init_options.ts";
import { BASE_VIRTADDR } from "./options.ts";
import type { Primary } from "./primary.ts";
import { groupDirectory } from "./runtime_directory.ts";
import { describeRange, neededRanges, type Range } from "./ranges.ts";
import { type Clash, Reservation } from "./reserve.ts";
import { type Before, beforeEal, restart, restarts } from "./restart.ts";

/** EAL's words for addresses that it did not get. */
const CLASHED = /Cannot get a virtual area at requested address|--base-virtaddr/;

/** EAL's words for a list of pages that another process took for a left one: see turn.ts. */
const OVERTAKEN = /Cannot initialize local memory map/;

/** The reservations of a process that is about to attach. */
export class Joining {
  readonly #what: string;
  readonly #directory: string;
  readonly #onClash: OnClash;
  readonly #ranges: readonly Range[];
  readonly #before: Before;
  readonly #reservation: Reservation;

  /**
   * Reserves what the primary's config file says that a secondary maps.
   *
   * @throws {DpdkError} when some of it is taken, naming it and by what, or the file makes no sense
   */
  constructor(filePrefix: string, { config }: Primary, onClash: OnClash) {
    this.#what = `attach to the primary of file prefix "${filePrefix}"`;
    this.#directory = groupDirectory(filePrefix);
    this.#onClash = onClash;
    restarts(); // nobody else is to find the variable
    this.#before = beforeEal();
    const ranges = neededRanges(config, abi());
    if (typeof ranges === "string") {
      throw new DpdkError({
        what: this.#what,
        advice: `its config file makes no sense: ${ranges}; start the primary again`,
      });
    }
    this.#ranges = ranges;
    const taken = Reservation.take(ranges);
    if (!(taken instanceof Reservation)) throw this.#clashed(taken);
    this.#reservation = taken;
  }

  /** Gives the addresses to EAL: right before `rte_eal_init`, and when it is not called at all. */
  release(): void {
    this.#reservation.release();
  }

  /**
   * After `rte_eal_init` failed: starts this process again when that may help.
   *
   * @returns what is to be said besides, when it did not
   */
  failed(log: readonly string[]): string | undefined {
    if (this.#onClash !== "restart" || !this.#slipped(log)) return undefined;
    removeOwnFiles(this.#directory, false);
    return restart(this.#before);
  }

  /** Whether something took an address between the release and EAL, or got in EAL's way. */
  #slipped(log: readonly string[]): boolean {
    // EAL's own, of which some may be left, are files or may not be touched.
    const foreign = ({ path, permissions }: Mapping) => path === "" && /[wx]/.test(permissions);
    return log.some((line) => CLASHED.test(line) || OVERTAKEN.test(line)) ||
      this.#ranges.some((range) => mappingsIn(range).some(foreign));
  }

  /** The error for a range that is taken; does not return from a process that is started again. */
  #clashed({ range, errno }: Clash): DpdkError {
    const failure = { what: this.#what, call: "mmap", errno };
    if (errno !== Errno.EEXIST) {
      return new DpdkError({
        ...failure,
        advice: `${describeRange(range)}, cannot be mapped in this process; see ulimit -v`,
      });
    }
    const taken = `${describeRange(range)}, is taken in this process by ` +
      describeMappings(mappingsIn(range));
    const base = "start the primary with " +
      `--base-virtaddr=0x${BASE_VIRTADDR.toString(16)}, where no JavaScript engine puts its memory`;
    const again = this.#onClash === "restart"
      ? restart(this.#before)
      : 'or have this process started again until it fits (onClash: "restart")';
    const advice = this.#onClash === "restart" ? `${again}; ${base}` : `${base}, ${again}`;
    return new DpdkError({ ...failure, advice: `${taken}; ${advice}` });
  }
}
