/**
 * The bridge from C's own threads to the script.
 *
 * A library such as DPDK calls some callbacks from threads that no JavaScript engine knows, and
 * waits for them to return. Such a thread must never wait for a script: it may be busy for minutes.
 * So what C calls is a function that copies its arguments, and what they point to, into a record,
 * puts that into a queue and returns. The script takes records from the queue when it gets to it, in
 * the order in which they came.
 *
 * On Deno the function is a thread-safe callback of a Worker of the library's own, whose event loop
 * is always free (deno_bridge.ts); on Bun it is C, compiled in memory by the TinyCC that Bun has
 * (bun_bridge.ts).
 *
 * The queue is bounded, and so are the descriptors in it: were there too many for the process, DPDK's
 * thread could receive no more, and ends. A call that finds it full is dropped and counted, and
 * descriptors that it carried are closed; C sees a callback that returned 0.
 *
 * @module
 */

import type { Native, Signature } from "./prototype.ts";

/** The file descriptors in each element of an array: at most `max` `int`s, `at` bytes into it. */
export interface Carried {
  /** Where they begin, in bytes into the element. */
  readonly at: number;
  /** Where their `int` count is, in bytes into the element. */
  readonly countAt: number;
  /** How many there are at most. */
  readonly max: number;
}

/** A part of what a callback was handed, to be copied while C waits. */
export type Piece =
  /** An integer or a pointer itself: 8 bytes. */
  | { readonly take: "value"; readonly arg: number }
  /** `length` bytes, `at` bytes behind a pointer. */
  | {
    readonly take: "bytes";
    readonly arg: number;
    readonly at: number;
    readonly length: number;
  }
  /** The bytes of a string without its NUL, at most `max`. */
  | { readonly take: "string"; readonly arg: number; readonly max: number }
  /**
   * Elements of `stride` bytes, at most `max`; their `int` count is `countAt` bytes behind the
   * pointer. They stand `at` bytes behind it too, or the pointer to them does (`indirect`).
   * `descriptors`: they are file descriptors, or carry some, to be closed when the call is dropped.
   */
  | {
    readonly take: "array";
    readonly arg: number;
    readonly at: number;
    readonly countAt: number;
    readonly stride: number;
    readonly max: number;
    readonly indirect?: boolean;
    readonly descriptors?: true | Carried;
  };

/**
 * What a script does with a call: its pieces, in order. They lie in one piece of memory of their own,
 * each at a multiple of 8.
 */
export type Receiver = (parts: readonly Uint8Array<ArrayBuffer>[]) => void;

/** How a bridge is made. */
export interface BridgeOptions {
  /** How many calls may wait for the script. */
  readonly limit: number;
  /** How many more of those callbacks that must not be dropped. */
  readonly reserve: number;
  /** How many file descriptors those that wait may carry together. */
  readonly descriptors: number;
  /** Where the bridge's own thread runs, if it has one: CPUs of C's threads, not of the script. */
  readonly cpus: readonly number[];
}

/** Callbacks that any thread of this process may call, at any time, until the process ends. */
export interface Bridge {
  /**
   * Makes a function for C to call. It is never freed: no one can know when the last thread has
   * left it.
   *
   * @param prototype what C believes to be calling; an integer result is 0
   * @param pieces what is copied of the arguments
   * @param receive called by {@linkcode Bridge.poll}, on the script's thread
   * @param urgent whether it may use the queue's reserve
   * @returns the function's address
   */
  callback(
    prototype: string,
    pieces: readonly Piece[],
    receive: Receiver,
    urgent?: boolean,
  ): number;

  /**
   * Makes a C function callable on a thread of its own, so that the script does not wait for it.
   *
   * @param prototype its result is an `int`, its parameters are pointers
   * @param address where it is
   * @returns takes the memory that the parameters point to, and keeps it until C has done
   */
  aside(prototype: string, address: number): (...memory: ArrayBuffer[]) => Promise<number>;

  /** Hands waiting calls to their receivers, at most `max`; gives how many it handed on. */
  poll(max: number): number;

  /** Has `wake` called from the event loop when something waits. To be called once. */
  listen(wake: () => void): void;

  /** Whether the bridge keeps the script alive that would end otherwise. At first it does not. */
  keepAlive(alive: boolean): void;

  /** How many calls were dropped since the start. */
  readonly dropped: number;

  /** How many calls wait. */
  readonly waiting: number;
}

/**
 * The head of a record: 8 bytes of the queue's own, its callback's number, its size in bytes, how many
 * descriptors it carries. Pieces follow, each with its length in 8 bytes before it, and padded to 8.
 */
export const RECORD = { source: 8, size: 12, descriptors: 16, pieces: 24 } as const;

/** The parts of a record, which begin at multiples of 8 in the memory that is handed in. */
export function recordParts(record: ArrayBuffer): Uint8Array<ArrayBuffer>[] {
  const words = new Uint32Array(record);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let at = RECORD.pieces; at < record.byteLength;) {
    const length = words[at / 4]!;
    parts.push(new Uint8Array(record, at + 8, length));
    at += 8 + ((length + 7) & ~7);
  }
  return parts;
}

const isPointer = (native: Native | undefined) => native === "pointer" || native === "string";

/** Refuses pieces that are behind what is no pointer. */
export function checkPieces({ parameters }: Signature, pieces: readonly Piece[]): void {
  for (const { take, arg } of pieces) {
    if (take === "value" || isPointer(parameters[arg])) continue;
    throw new TypeError(`Cannot copy from a callback's parameter ${arg}: it is no pointer`);
  }
}

/** Refuses a function that cannot be called on a thread of its own. */
export function checkAside({ parameters, result }: Signature): void {
  if (result === "i32" && parameters.every(isPointer)) return;
  throw new TypeError("Cannot call on another thread: only pointers go in, and an int comes out");
}

/** {@linkcode Bridge.keepAlive}, alike on both runtimes: a timer that never fires. */
export function keeper(): (alive: boolean) => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  return (alive) => {
    if (alive) timer ??= setInterval(() => {}, 2 ** 31 - 1);
    else {
      clearInterval(timer);
      timer = undefined;
    }
  };
}
