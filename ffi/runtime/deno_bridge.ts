/**
 * The bridge on Deno: thread-safe callbacks of a Worker.
 *
 * A thread that calls a thread-safe callback waits until the event loop of the thread that made it
 * has run it. The Worker here does nothing else, so that wait is a few microseconds however busy the
 * script is. It puts the record's address into a queue in shared memory, of which it is the only
 * producer and the script the only consumer, and wakes the script.
 *
 * @module
 */

import type { Bridge, BridgeOptions, Piece, Receiver } from "./bridge.ts";
import { keeper, RECORD, recordParts } from "./bridge.ts";
import type { DenoFfi, DenoFunction } from "./deno_ffi.ts";

/** The parts of `node:worker_threads` that the bridge uses. */
export interface WorkerThreads {
  readonly Worker: new (source: string, options: { eval: true; workerData: unknown }) => {
    postMessage(message: unknown): void;
    unref(): void;
  };
}

/** Words of the memory that script and Worker share. */
const SHARED = {
  /** How many records the script has taken, and the Worker has put; modulo 2^32. */
  head: 0,
  tail: 1,
  dropped: 2,
  /** Changes when something was put. */
  wake: 3,
  /** Counts what the Worker was asked for and has done; then `made` is the answer. */
  done: 4,
  /** Bytes to the answer, and to the queue's slots: addresses as doubles. */
  made: 32,
  slots: 64,
} as const;

/** What the Worker is made with. */
interface ThreadData {
  readonly shared: SharedArrayBuffer;
  readonly at: typeof SHARED;
  readonly record: typeof RECORD;
  /** Slots, a power of two. */
  readonly capacity: number;
  readonly limit: number;
  readonly reserve: number;
  readonly cpuMask: Uint8Array;
}

/** What the Worker is asked for: a callback. */
interface Wanted {
  readonly source: number;
  readonly definition: DenoFunction;
  readonly pieces: readonly Piece[];
  readonly urgent: boolean;
}

/** A port on which the Worker is asked. */
interface Port {
  on(event: "message", listener: (wanted: Wanted) => void): void;
}

/**
 * The Worker's program. Its source text is what the Worker is made of, so it uses nothing but its
 * parameters.
 */
function thread(deno: DenoFfi, port: Port, data: ThreadData): void {
  const { shared, at, record, capacity, limit, reserve } = data;
  const words = new Int32Array(shared);
  const answer = new Float64Array(shared, at.made, 1);
  const slots = new Float64Array(shared, at.slots, capacity);
  const view = deno.UnsafePointerView;
  const bytesAt = (pointer: unknown, offset: number, length: number) =>
    new Uint8Array(view.getArrayBuffer(pointer as never, length, offset));

  const libc = deno.dlopen("libc.so.6", {
    malloc: { parameters: ["usize"], result: "pointer" },
    close: { parameters: ["i32"], result: "i32" },
    sched_setaffinity: { parameters: ["i32", "usize", "buffer"], result: "i32" },
  }).symbols;
  const { malloc, close, sched_setaffinity } = libc as Record<
    string,
    (...args: unknown[]) => never
  >;
  if (data.cpuMask.length > 0) {
    sched_setaffinity!(0, BigInt(data.cpuMask.length), data.cpuMask);
  }

  const pieceBytes = (piece: Piece, args: readonly unknown[]): Uint8Array => {
    const arg = args[piece.arg];
    if (piece.take === "value") {
      const pointer = typeof arg === "object";
      const value = pointer ? arg === null ? 0n : deno.UnsafePointer.value(arg as never) : arg;
      return new Uint8Array(new BigInt64Array([BigInt(value as bigint | number)]).buffer);
    }
    if (arg === null) return new Uint8Array(0);
    if (piece.take === "bytes") return bytesAt(arg, piece.at, piece.length);
    if (piece.take === "string") {
      const most = bytesAt(arg, 0, piece.max);
      const end = most.indexOf(0);
      return end < 0 ? most : most.subarray(0, end);
    }
    const counted = new DataView(view.getArrayBuffer(arg as never, 4, piece.countAt));
    const count = Math.min(Math.max(counted.getInt32(0, true), 0), piece.max);
    if (count === 0) return new Uint8Array(0);
    if (!piece.indirect) return bytesAt(arg, piece.at, count * piece.stride);
    const elements = new BigUint64Array(view.getArrayBuffer(arg as never, 8, piece.at))[0]!;
    if (elements === 0n) return new Uint8Array(0);
    return bytesAt(deno.UnsafePointer.create(elements), 0, count * piece.stride);
  };

  const closeAll = (descriptors: Uint8Array) => {
    const numbers = new Int32Array(descriptors.slice().buffer);
    for (const fd of numbers) close!(fd);
  };

  const put = (source: number, pieces: readonly Piece[], urgent: boolean, args: unknown[]) => {
    const parts = pieces.map((piece) => pieceBytes(piece, args));
    const tail = words[at.tail]!;
    const waiting = (tail - Atomics.load(words, at.head)) >>> 0;
    let size: number = record.pieces;
    for (const { length } of parts) size += 8 + ((length + 7) & ~7);
    const most = urgent ? limit + reserve : limit;
    const memory: unknown = waiting < most ? malloc!(BigInt(size)) : null;
    if (memory === null) {
      pieces.forEach((piece, i) => {
        if (piece.take === "array" && piece.descriptors) closeAll(parts[i]!);
      });
      Atomics.add(words, at.dropped, 1);
      return;
    }
    const buffer = view.getArrayBuffer(memory as never, size);
    const head = new DataView(buffer);
    const bytes = new Uint8Array(buffer);
    head.setUint32(record.source, source, true);
    head.setUint32(record.size, size, true);
    let offset: number = record.pieces;
    for (const part of parts) {
      head.setUint32(offset, part.length, true);
      bytes.set(part, offset + 8);
      offset += 8 + ((part.length + 7) & ~7);
    }
    slots[tail & (capacity - 1)] = Number(deno.UnsafePointer.value(memory as never));
    // Publishes record and slot: Atomics.store is no weaker than a release.
    Atomics.store(words, at.tail, (tail + 1) | 0);
    Atomics.add(words, at.wake, 1);
    Atomics.notify(words, at.wake);
  };

  port.on("message", ({ source, definition, pieces, urgent }) => {
    try {
      const nothing = definition.result === "void" ? undefined : 0;
      const made = deno.UnsafeCallback.threadSafe(definition, (...args) => {
        put(source, pieces, urgent, args);
        return nothing;
      });
      answer[0] = Number(deno.UnsafePointer.value(made.pointer as never));
    } catch {
      answer[0] = 0;
    }
    Atomics.add(words, at.done, 1);
    Atomics.notify(words, at.done);
  });
}

/** How long the Worker may take for its start, in ms. */
const PATIENCE_MS = 20_000;

/** A `cpu_set_t` of 1024 CPUs; empty for no wish. */
function cpuMask(cpus: readonly number[]): Uint8Array {
  const mask = new Uint8Array(cpus.length === 0 ? 0 : 128);
  for (const cpu of cpus) mask[cpu >> 3]! |= 1 << (cpu & 7);
  return mask;
}

/** What the bridge needs of the adapter. */
export interface DenoBridgeParts {
  readonly threads: WorkerThreads;
  /** A prototype in Deno's terms. */
  definition(prototype: string): DenoFunction;
  /** libc's `free`. */
  release(address: number): void;
  readonly aside: Bridge["aside"];
}

/** Starts the bridge's Worker. */
export function denoBridge(deno: DenoFfi, parts: DenoBridgeParts, options: BridgeOptions): Bridge {
  const { limit, reserve } = options;
  const capacity = 2 ** Math.ceil(Math.log2(limit + reserve));
  const shared = new SharedArrayBuffer(SHARED.slots + 8 * capacity);
  const words = new Int32Array(shared);
  const answer = new Float64Array(shared, SHARED.made, 1);
  const slots = new Float64Array(shared, SHARED.slots, capacity);
  const receivers: Receiver[] = [];
  const data: ThreadData = {
    shared,
    at: SHARED,
    record: RECORD,
    capacity,
    limit,
    reserve,
    cpuMask: cpuMask(options.cpus),
  };
  const source = `const { parentPort, workerData } = require("node:worker_threads");
    (${thread.toString()})(Deno, parentPort, workerData);`;
  const worker = new parts.threads.Worker(source, { eval: true, workerData: data });
  // What keeps the script alive is for keepAlive to say.
  worker.unref();

  return {
    callback(prototype, pieces, receive, urgent = false) {
      const before = words[SHARED.done]!;
      const wanted: Wanted = {
        source: receivers.length,
        definition: parts.definition(prototype),
        pieces,
        urgent,
      };
      worker.postMessage(wanted);
      // The Worker starts and answers without our event loop.
      if (
        Atomics.wait(words, SHARED.done, before, PATIENCE_MS) === "timed-out" || answer[0] === 0
      ) {
        throw new Error("Cannot make a callback for C's threads: its Worker does not answer");
      }
      receivers.push(receive);
      return answer[0]!;
    },

    aside: parts.aside,

    poll(max) {
      let done = 0;
      for (; done < max; done++) {
        const head = words[SHARED.head]!;
        if (head === Atomics.load(words, SHARED.tail)) break;
        const address = slots[head & (capacity - 1)]!;
        const from = (length: number) =>
          deno.UnsafePointerView.getArrayBuffer(
            deno.UnsafePointer.create(BigInt(address)) as never,
            length,
          );
        const start = new DataView(from(RECORD.pieces));
        const number = start.getUint32(RECORD.source, true);
        const pieces = recordParts(from(start.getUint32(RECORD.size, true)));
        parts.release(address);
        Atomics.store(words, SHARED.head, (head + 1) | 0);
        receivers[number]!(pieces);
      }
      return done;
    },

    listen(wake) {
      const watch = (): void => {
        const seen = Atomics.load(words, SHARED.wake);
        if (words[SHARED.head] !== Atomics.load(words, SHARED.tail)) wake();
        const changed = Atomics.waitAsync(words, SHARED.wake, seen);
        if (changed.async) changed.value.then(watch);
        else setTimeout(watch, 0);
      };
      watch();
    },

    keepAlive: keeper(),

    get dropped() {
      return Atomics.load(words, SHARED.dropped) >>> 0;
    },

    get waiting() {
      return (Atomics.load(words, SHARED.tail) - Atomics.load(words, SHARED.head)) >>> 0;
    },
  };
}
