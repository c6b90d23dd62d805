/**
 * What the worker scripts have in common: commands on stdin, a wait that does not last for ever, and
 * the board.
 *
 * @module
 */

import process from "node:process";
import { createInterface } from "node:readline";
import { type Counter32, type Eal, Memzone } from "../../../mod.ts";

/** How many rounds a board has lines for. */
const LINES = 256;

/** The bytes of a board's line: a cache line, so that rounds do not touch each other. */
const LINE = 64;

/** How long a worker waits for the others, in milliseconds. */
const PATIENCE_MS = 60_000;

/** A command: gets its arguments, and gives the line that answers it. */
export type Command = (args: readonly string[]) => string;

/**
 * Prints "ready", then obeys commands, one a line, until stdin ends; then cleans EAL up.
 *
 * @param eal This process's EAL.
 * @param commands What it can do, by the first word of the line.
 */
export function serve(eal: Eal, commands: Readonly<Record<string, Command>>): void {
  const input = createInterface({ input: process.stdin });
  input.on("line", (line) => {
    const [word = "", ...args] = line.split(" ");
    try {
      const command = commands[word];
      if (command === undefined) throw new Error(`what is "${line}"?`);
      console.log(command(args));
    } catch (error) {
      console.log(`error ${error instanceof Error ? error.stack ?? error.message : error}`);
    }
  });
  input.on("close", () => eal.cleanup());
  console.log("ready");
}

/**
 * Finds a command's argument, or says that it is not there.
 *
 * @param args The command's arguments.
 * @param index Which one.
 * @returns Its text.
 */
export function word(args: readonly string[], index: number): string {
  const found = args[index];
  if (found === undefined) throw new Error(`argument ${index} is missing: ${args.join(" ")}`);
  return found;
}

/**
 * Reads a command's argument as an integer.
 *
 * @param args The command's arguments.
 * @param index Which one.
 * @returns Its value.
 */
export function integer(args: readonly string[], index: number): number {
  const value = Number(word(args, index));
  if (!Number.isInteger(value)) throw new Error(`argument ${index} is no integer`);
  return value;
}

/** So many turns in vain are spent on the CPU, the later ones asleep. */
const SPINS = 64;

/** How long a sleep is unless it is said, in milliseconds. */
const NAP_MS = 0.02;

/**
 * Waits for other processes, but not for ever. There are more of them than CPUs, so it sleeps; to
 * yield instead would wait for up to a second on Linux 6.18 while somebody else keeps the CPU busy.
 */
export class Patience {
  readonly #never = new Int32Array(new SharedArrayBuffer(4));
  readonly #napMs: number;
  #turns = 0;
  #since = 0;

  /** @param napMs How long a sleep is, in milliseconds. */
  constructor(napMs: number = NAP_MS) {
    this.#napMs = napMs;
  }

  /** There was something to do. */
  reset(): void {
    this.#turns = 0;
  }

  /** There is nothing to do: lets others run. Throws when that has lasted too long. */
  wait(): void {
    if (this.#turns === 0) this.#since = performance.now();
    if (++this.#turns % 256 === 0 && performance.now() - this.#since > PATIENCE_MS) {
      throw new Error("stuck: nothing has come for too long");
    }
    if (this.#turns < SPINS) Atomics.pause(16);
    else Atomics.wait(this.#never, 0, 0, this.#napMs);
  }
}

/** Counters of the rounds, which all workers of a group share. */
export class Board {
  readonly #zone: Memzone;

  /** @param eal This process's EAL; a primary makes the board, a secondary finds it. */
  constructor(eal: Eal) {
    if (eal.processType === "secondary") {
      this.#zone = Memzone.lookup("BOARD");
    } else {
      this.#zone = Memzone.reserve("BOARD", LINES * LINE);
      this.#zone.bytes.fill(0);
    }
  }

  /**
   * How many elements of a round were consumed.
   *
   * @param slot The round's line.
   * @returns The counter.
   */
  consumed(slot: number): Counter32 {
    return this.#zone.counter32(slot * LINE + 4);
  }

  /**
   * Waits until all workers of a round have come.
   *
   * @param slot The round's line.
   * @param workers How many.
   */
  meet(slot: number, workers: number): void {
    const arrived = this.#zone.counter32(slot * LINE);
    const patience = new Patience();
    arrived.add(1);
    while (arrived.load() < workers) patience.wait();
  }
}
