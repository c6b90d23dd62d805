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
import { checkPieces, keeper, RECORD, recordParts } from "./bridge.ts";
import type { DenoFfi, DenoFunction } from "./deno_ffi.ts";
import type { Signature } from "./prototype.ts";

/** The parts of `node:worker_threads` that the bridge uses. */
export interface WorkerThreads {
  readonly Worker: new (source: string, options: { eval: true; workerData: unknown }) => {
    postMessage(message: unknown): void;
    unref(): void;
  };
}

/** The memory that script and Worker share: words, then the queue's slots, then the records. */
const SHARED = {
  /** How many records the script has taken, and the Worker has put; modulo 2^32. */
  head: 0,
  tail: 1,
  dropped: 2,
  /** Changes when something was put. */
  wake: 3,
  /** Counts what the Worker was asked for and has done; then `made` is the answer. */
  done: 4,
  /** How many descriptors the waiting records carry. */
  held: 5,
  /** Where the answer is, in bytes: an address as a double. */
  made: 32,
  /** Where the slots are, in bytes: of each record, where it begins. */
  slots: 64,
} as const;

/** Room for a record, as it is reckoned: most have fewer bytes. */
const RECORD_BYTES = 1024;

/** What the Worker is made with. */
interface ThreadData {
  readonly shared: SharedArrayBuffer;
  readonly at: typeof SHARED;
  readonly record: typeof RECORD;
  /** Slots, a power of two. */
  readonly capacity: number;
  /** Where the records are, in bytes. */
  readonly records: number;
  readonly limit: number;
  readonly reserve: number;
  readonly descriptors: number;
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
  const slots = new Uint32Array(shared, at.slots, capacity);
  const bytes = new Uint8Array(shared, data.records);
  const records = new Uint32Array(shared, data.records);
  const View = deno.UnsafePointerView;

  const { close, sched_setaffinity } = deno.dlopen("libc.so.6", {
    close: { parameters: ["i32"], result: "i32" },
    sched_setaffinity: { parameters: ["i32", "usize", "buffer"], result: "i32" },
  }).symbols as Record<string, (...args: unknown[]) => unknown>;
  if (data.cpuMask.length > 0) {
    sched_setaffinity!(0, BigInt(data.cpuMask.length), data.cpuMask);
  }

  let next = 0;
  /** Where the bytes of a piece are, when they are behind a pointer; and how many. */
  let from: unknown = null;
  let offset = 0;
  let length = 0;

  // Methods, as bundlers that keep names wrap a function that a variable holds in a call of theirs.
  const queue = {
    /** Where a record of so many bytes goes; -1 when there is no room. */
    room(size: number, waiting: number): number {
      if (waiting === 0) return 0;
      const first = slots[Atomics.load(words, at.head) & (capacity - 1)]!;
      if (next <= first) return next + size < first ? next : -1;
      if (next + size <= bytes.length) return next;
      return size < first ? 0 : -1;
    },

    /** Finds a piece's bytes. */
    find(piece: Piece, arg: unknown): void {
      offset = length = 0;
      from = arg;
      if (arg === null || piece.take === "value") return;
      if (piece.take === "bytes") {
        offset = piece.at;
        length = piece.length;
      } else if (piece.take === "string") {
        const end = new Uint8Array(View.getArrayBuffer(arg as never, piece.max)).indexOf(0);
        length = end < 0 ? piece.max : end;
      } else {
        const view = new View(arg as never);
        const count = Math.min(Math.max(view.getInt32(piece.countAt), 0), piece.max);
        offset = piece.at;
        if (piece.indirect && count > 0) {
          from = view.getPointer(piece.at);
          offset = 0;
          if (from === null) return;
        }
        length = count * piece.stride;
      }
    },

    /** Goes through the descriptors of a piece that was found; gives how many there are. */
    visit(piece: Piece, each?: (fd: number) => void): number {
      if (piece.take !== "array" || piece.descriptors === undefined || length === 0) return 0;
      if (piece.descriptors === true && each === undefined) return length / 4;
      const view = new View(from as never);
      // An element is a descriptor itself, or carries some.
      const carried = piece.descriptors === true ? undefined : piece.descriptors;
      let count = 0;
      for (let e = offset; e < offset + length; e += piece.stride) {
        const own = carried === undefined ? 1 : view.getInt32(e + carried.countAt);
        const most = Math.min(own, carried?.max ?? 1);
        for (let i = 0; i < most; i++, count++) {
          each?.(view.getInt32(e + (carried?.at ?? 0) + 4 * i));
        }
      }
      return count;
    },

    drop(pieces: readonly Piece[], args: readonly unknown[]): void {
      for (const piece of pieces) {
        queue.find(piece, args[piece.arg]);
        queue.visit(piece, close as (fd: number) => void);
      }
      Atomics.add(words, at.dropped, 1);
    },

    put(source: number, pieces: readonly Piece[], urgent: boolean, args: unknown[]): void {
      const tail = words[at.tail]!;
      const waiting = (tail - Atomics.load(words, at.head)) >>> 0;
      let size: number = record.pieces;
      let carried = 0;
      for (const piece of pieces) {
        queue.find(piece, args[piece.arg]);
        carried += queue.visit(piece);
        size += 8 + (piece.take === "value" ? 8 : (length + 7) & ~7);
      }
      const start = waiting < (urgent ? limit + reserve : limit) ? queue.room(size, waiting) : -1;
      const held = carried === 0 ? 0 : Atomics.load(words, at.held) + carried;
      if (start < 0 || held > data.descriptors) return queue.drop(pieces, args);
      if (carried > 0) Atomics.add(words, at.held, carried);
      records[(start + record.source) / 4] = source;
      records[(start + record.size) / 4] = size;
      records[(start + record.descriptors) / 4] = carried;
      let to = start + record.pieces;
      for (const piece of pieces) {
        const arg = args[piece.arg];
        queue.find(piece, arg);
        if (piece.take === "value") {
          const pointer = typeof arg === "object";
          const value = !pointer ? arg : arg === null ? 0 : deno.UnsafePointer.value(arg as never);
          length = 8;
          bytes.set(new Uint8Array(new BigInt64Array([BigInt(value as number)]).buffer), to + 8);
        } else if (length > 0) {
          View.copyInto(from as never, bytes.subarray(to + 8, to + 8 + length), offset);
        }
        records[to / 4] = length;
        to += 8 + ((length + 7) & ~7);
      }
      next = start + size;
      slots[tail & (capacity - 1)] = start;
      // Publishes record and slot: Atomics.store is no weaker than a release.
      Atomics.store(words, at.tail, (tail + 1) | 0);
      Atomics.add(words, at.wake, 1);
      Atomics.notify(words, at.wake);
    },
  };

  port.on("message", ({ source, definition, pieces, urgent }) => {
    try {
      const nothing = definition.result === "void" ? undefined : 0;
      const made = deno.UnsafeCallback.threadSafe(definition, (...args) => {
        queue.put(source, pieces, urgent, args);
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
  parse(prototype: string): Signature;
  /** A prototype in Deno's terms. */
  definition(prototype: string): DenoFunction;
  readonly aside: Bridge["aside"];
}

/** Starts the bridge's Worker. */
export function denoBridge(parts: DenoBridgeParts, options: BridgeOptions): Bridge {
  const { limit, reserve } = options;
  const capacity = 2 ** Math.ceil(Math.log2(limit + reserve));
  const records = SHARED.slots + 4 * capacity;
  // Memory is taken by the page when it is first written, and from the start when nothing waits.
  const shared = new SharedArrayBuffer(records + RECORD_BYTES * (limit + reserve));
  const words = new Int32Array(shared);
  const answer = new Float64Array(shared, SHARED.made, 1);
  const slots = new Uint32Array(shared, SHARED.slots, capacity);
  const receivers: Receiver[] = [];
  const data: ThreadData = {
    shared,
    at: SHARED,
    record: RECORD,
    capacity,
    records,
    limit,
    reserve,
    descriptors: options.descriptors,
    cpuMask: cpuMask(options.cpus),
  };
  const source = `const { parentPort, workerData } = require("node:worker_threads");
    (${thread.toString()})(Deno, parentPort, workerData);`;
  const worker = new parts.threads.Worker(source, { eval: true, workerData: data });
  // What keeps the script alive is for keepAlive to say.
  worker.unref();

  return {
    callback(prototype, pieces, receive, urgent = false) {
      checkPieces(parts.parse(prototype), pieces);
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
        const at = records + slots[head & (capacity - 1)]!;
        const number = words[(at + RECORD.source) / 4]!;
        const carried = words[(at + RECORD.descriptors) / 4]!;
        const record = new Uint8Array(words[(at + RECORD.size) / 4]!);
        record.set(new Uint8Array(shared, at, record.length));
        if (carried > 0) Atomics.sub(words, SHARED.held, carried);
        Atomics.store(words, SHARED.head, (head + 1) | 0);
        receivers[number]!(recordParts(record.buffer));
      }
      return done;
    },

    listen(wake) {
      const watch = (): void => {
        const seen = Atomics.load(words, SHARED.wake);
        const changed = Atomics.waitAsync(words, SHARED.wake, seen);
        if (changed.async) changed.value.then(watch);
        else setTimeout(watch, 0);
        if (words[SHARED.head] !== Atomics.load(words, SHARED.tail)) wake();
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
