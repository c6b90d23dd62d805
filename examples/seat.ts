/**
 * Which process has which place in a group: two at one would take packets out of one ring, and send on
 * one queue, and harm each other.
 *
 * @module
 */

import process from "node:process";
import { DpdkError, Memzone } from "../mod.ts";
import { startTime } from "./start_time.ts";

/**
 * A place, taken for as long as its process lives. A memzone has the process's pid and start time: a pid
 * alone may be another's by now. C processes take no seats.
 */
export class Seat implements Disposable {
  readonly #words: BigUint64Array<ArrayBuffer>;

  /**
   * @param name the memzone's name
   * @param what whose place it is, with its id: `client 1`
   * @throws {TypeError} when a living process has it
   */
  constructor(name: string, what: string) {
    const start = startTime(process.pid);
    if (start === 0) throw new Error("Cannot read /proc/PID/stat of this process");
    this.#words = new BigUint64Array(zoneOf(name).buffer, 0, 2);
    const pid = Number(Atomics.load(this.#words, 0));
    if (pid !== 0 && startTime(pid) === Number(this.#words[1])) {
      throw new TypeError(`Cannot be ${what}: process ${pid} is; take another id`);
    }
    this.#words[1] = BigInt(start);
    const before = Atomics.compareExchange(this.#words, 0, BigInt(pid), BigInt(process.pid));
    if (before !== BigInt(pid)) {
      throw new TypeError(`Cannot be ${what}: process ${before} was faster; take another id`);
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
