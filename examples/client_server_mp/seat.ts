/**
 * Which process is which client: two with one id would take packets out of one ring, and send on one
 * queue, and harm each other.
 *
 * @module
 */

import process from "node:process";
import { DpdkError, Memzone } from "../../mod.ts";
import { startTime } from "../start_time.ts";

/**
 * A client's place, taken for as long as its process lives. The memzone `MProc_client_seat_N` has the
 * process's pid and start time: a pid alone may be another's by now. C clients take no seats.
 */
export class Seat implements Disposable {
  readonly #words: BigUint64Array<ArrayBuffer>;

  /** @throws {TypeError} when a living process has it */
  constructor(id: number) {
    const start = startTime(process.pid);
    if (start === 0) throw new Error("Cannot read /proc/PID/stat of this process");
    const name = `MProc_client_seat_${id}`;
    this.#words = new BigUint64Array(zoneOf(name).buffer, 0, 2);
    const pid = Number(Atomics.load(this.#words, 0));
    if (pid !== 0 && startTime(pid) === Number(this.#words[1])) {
      throw new TypeError(`Cannot be client ${id}: process ${pid} is; take another id`);
    }
    this.#words[1] = BigInt(start);
    const before = Atomics.compareExchange(this.#words, 0, BigInt(pid), BigInt(process.pid));
    if (before !== BigInt(pid)) {
      throw new TypeError(`Cannot be client ${id}: process ${before} was faster; take another id`);
    }
  }

  /** Leaves it to others. */
  [Symbol.dispose](): void {
    Atomics.store(this.#words, 0, 0n);
  }
}

function zoneOf(name: string): Memzone {
  try {
    return Memzone.lookup(name);
  } catch (error) {
    if (!(error instanceof DpdkError) || error.code !== "ENOENT") throw error;
  }
  return Memzone.reserve(name, 64);
}
