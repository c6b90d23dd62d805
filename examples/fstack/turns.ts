/**
 * Whose turn it is: each end of F-Stack's rings is one process's, and tools may run at once.
 *
 * @module
 */

import { constants } from "node:os";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Counter64,
  DpdkError,
  inspectRing,
  livingProcesses,
  Memzone,
  Ring,
} from "../../mod.ts";
import { startTime } from "../start_time.ts";
import { MAX_PROCESSES, RING_TYPES, ringIn, ringOut } from "./ff_msg.ts";

/** The memzone in which our tools agree; F-Stack's do not know it. */
const ZONE = "ff_msg_turns";

/** How long a tool waits for its turn, and how often it looks, in milliseconds. */
const WAIT_MS = 10_000;
const LOOK_MS = 1;

/** In the place of a type, for the ring by which a process is asked. */
export const ASKING = 0;

/** Words for each process: one for the ring by which it is asked, one for each by which it answers. */
const WORDS = 1 + RING_TYPES.length;

/** A process: its start time, and above that its pid. */
const encode = (pid: number, started: number): bigint => BigInt(pid) << 42n | BigInt(started);
const pidOf = (holder: bigint): number => Number(holder >> 42n);
const lives = (holder: bigint): boolean =>
  startTime(pidOf(holder)) === Number(holder & (1n << 42n) - 1n);

/**
 * A word in shared memory for each end of a ring that a tool works at. Who has written itself there has
 * the turn, until it clears the word; a killed one's turn goes to the next who wants it.
 */
export class Turns {
  readonly #zone: Memzone = zoneOf(ZONE, MAX_PROCESSES * WORDS * 8);
  readonly #self: bigint = encode(process.pid, startTime(process.pid));

  /**
   * Waits for the turn to take answers of a type from a process, or ({@linkcode ASKING}) to ask it.
   *
   * @returns the turn, which ends when it is disposed of
   * @throws {DpdkError} (`EBUSY`) naming the process that has had it for too long
   */
  async take(asked: number, type: number): Promise<Disposable> {
    const word = this.#zone.counter64((asked * WORDS + type) * 8);
    const until = performance.now() + WAIT_MS;
    for (;;) {
      const holder = word.compareExchange(0n, this.#self);
      if (holder === 0n) break;
      // Exchanged only if it is the one that was judged: of two that find it dead, one succeeds it.
      if (!lives(holder) && word.compareExchange(holder, this.#self) === holder) {
        await this.#closed(word, asked, type);
        break;
      }
      if (performance.now() > until) throw busy(asked, type, pidOf(holder));
      await sleep(LOOK_MS);
    }
    return { [Symbol.dispose]: () => void word.compareExchange(this.#self, 0n) };
  }

  /** Closes the end of the ring at which a process may have been killed half-way. */
  async #closed(word: Counter64, asked: number, type: number): Promise<void> {
    try {
      const ring = Ring.lookup(type === ASKING ? ringIn(asked) : ringOut(asked, type));
      const report = await inspectRing(ring);
      const end = type === ASKING ? report.producer : report.consumer;
      // Whose turn it is not is not at that end.
      if (end.stuck) end.withdraw({ vouchFor: livingProcesses() });
    } catch (error) {
      word.compareExchange(this.#self, 0n);
      throw error;
    }
  }
}

function busy(asked: number, type: number, holder: number): DpdkError {
  const ring = type === ASKING ? ringIn(asked) : ringOut(asked, type);
  return new DpdkError({
    what: `use ring "${ring}"`,
    errno: constants.errno.EBUSY,
    advice: `process ${holder} has had it for ${WAIT_MS / 1000} s; end that process`,
  });
}

function zoneOf(name: string, length: number): Memzone {
  for (;;) {
    try {
      return Memzone.lookup(name);
    } catch (error) {
      if (!(error instanceof DpdkError) || error.code !== "ENOENT") throw error;
    }
    try {
      return Memzone.reserve(name, length);
    } catch (error) {
      if (!(error instanceof DpdkError) || error.code !== "EEXIST") throw error;
    }
  }
}
