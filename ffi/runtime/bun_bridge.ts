/**
 * The bridge on Bun: C functions that Bun's TinyCC compiles in memory.
 *
 * Bun has no callback that a foreign thread may call: a thread-safe `JSCallback` returns before the
 * script ran, when the memory behind its arguments is used for other things already. So the functions
 * are C, written by {@linkcode functionText} for each callback: no compiler and no header is needed
 * on the host. They append a record to a list under a lock and, when the list was empty, write a byte
 * into a socket that the event loop reads.
 *
 * @module
 */

import {
  type Bridge,
  type BridgeOptions,
  checkAside,
  checkPieces,
  keeper,
  type Receiver,
  RECORD,
  recordParts,
} from "./bridge.ts";
import { asideText, functionText, QUEUE, QUEUE_SYMBOLS } from "./bun_bridge_c.ts";
import type { Raw } from "./convert.ts";
import type { Signature } from "./prototype.ts";

/** What the bridge needs of Bun. */
export interface BunBridgeParts {
  /** Compiles C that stands in a file: `cc` of `bun:ffi`. */
  compile(source: string, symbols: Record<string, unknown>): Record<string, Raw>;
  /** Reads a socket on the event loop. */
  connect(options: {
    fd: number;
    socket: {
      open(socket: { unref(): void }): void;
      data(): void;
    };
  }): unknown;
  /** The two ends of a connected pair of sockets. */
  socketPair(): readonly [number, number];
  parse(prototype: string): Signature;
  memory(address: number, length: number): ArrayBuffer;
  pointerTo(buffer: ArrayBuffer): unknown;
}

/** Compiles the bridge's queue. */
export function bunBridge(bun: BunBridgeParts, options: BridgeOptions): Bridge {
  const queue = bun.compile(QUEUE, QUEUE_SYMBOLS) as unknown as {
    take(): number | null;
    give_back(record: number): void;
    set_up(fd: number, descriptors: number): void;
    waiting(): number;
    dropped(): number;
    make_address(): number;
    put_address(): number;
  };
  const [mine, theirs] = bun.socketPair();
  queue.set_up(theirs, options.descriptors);
  const make = Number(queue.make_address());
  const put = Number(queue.put_address());
  const receivers: Receiver[] = [];
  return {
    callback(prototype, pieces, receive, urgent = false) {
      const signature = bun.parse(prototype);
      checkPieces(signature, pieces);
      const text = functionText(signature, pieces, {
        source: receivers.length,
        make,
        put,
        most: options.limit + (urgent ? options.reserve : 0),
      });
      const { address } = bun.compile(text, { address: { args: [], returns: "ptr" } });
      receivers.push(receive);
      return Number(address!());
    },

    aside(prototype, address) {
      const signature = bun.parse(prototype);
      checkAside(signature);
      const text = asideText(signature, { source: receivers.length, make, put, address });
      const { start } = bun.compile(text, {
        start: { args: [...signature.parameters.map(() => "ptr"), "u32"], returns: "i32" },
      });
      // What C works on is kept here, too.
      const calls = new Map<number, { fulfil(result: number): void; memory: ArrayBuffer[] }>();
      receivers.push(([number, result]) => {
        const id = new Uint32Array(number!.buffer, number!.byteOffset)[0]!;
        const call = calls.get(id);
        calls.delete(id);
        call?.fulfil(new Int32Array(result!.buffer, result!.byteOffset)[0]!);
      });
      let last = 0;
      return (...memory) => {
        const { promise, resolve, reject } = Promise.withResolvers<number>();
        const id = last = (last + 1) >>> 0;
        calls.set(id, { fulfil: resolve, memory });
        const status: number = start!(...memory.map((buffer) => bun.pointerTo(buffer)), id);
        if (status !== 0) {
          calls.delete(id);
          reject(new Error(`Cannot start a thread: pthread_create failed with ${status}`));
        }
        return promise;
      };
    },

    poll(max) {
      let done = 0;
      for (; done < max; done++) {
        const record = Number(queue.take());
        if (record === 0) break;
        const head = new Uint32Array(bun.memory(record, RECORD.pieces));
        const number = head[RECORD.source / 4]!;
        const parts = recordParts(bun.memory(record, head[RECORD.size / 4]!).slice(0));
        queue.give_back(record);
        receivers[number]!(parts);
      }
      return done;
    },

    listen(wake) {
      bun.connect({
        fd: mine,
        socket: {
          open: (socket) => socket.unref(),
          data: wake,
        },
      });
    },

    keepAlive: keeper(),

    get dropped() {
      return queue.dropped();
    },

    get waiting() {
      return queue.waiting();
    },
  };
}
