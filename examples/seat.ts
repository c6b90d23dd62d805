/**
 * Which process has which place in a group: two at one would take packets out of one ring, and send on
 * one queue, and harm each other.
 *
 * @module
 */

import process from "node:process";
import { DpdkError, Memzone, runtime } from "../mod.ts";

// Not through node:fs: of /proc, Deno reads nothing without --allow-all.
const libc = () =>
  runtime.open("libc.so.6", {
    open: "int (const char *pathname, int flags)",
    read: "ssize_t (int fd, void *buf, size_t count)",
    close: "int (int fd)",
  });

/** The text of a file that is small; empty when it cannot be read. */
function readText(path: string): string {
  const { open, read, close } = libc();
  const fd = open(path, 0);
  if (fd < 0) return "";
  const bytes = new Uint8Array(new ArrayBuffer(4096));
  const length = read(fd, runtime.pointerTo(bytes.buffer), bytes.length);
  close(fd);
  return String.fromCharCode(...bytes.subarray(0, Math.max(0, length)));
}

/** The start time of a process, in clock ticks since boot; 0 when it is not there. */
function startTime(pid: number): number {
  // The name, in parentheses, may hold blanks; the start is the 20th word behind it.
  const stat = readText(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? 0);
}

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
