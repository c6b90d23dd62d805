/**
 * Requests of this process that are under way.
 *
 * A primary asks with `rte_mp_request_async`: all secondaries at once, and those that answer in time
 * are in the result. A secondary has one to ask, and does it with `rte_mp_request_sync` on a thread of
 * its own: `rte_mp_request_async` loses 4 KB with each call there (22.11, 24.11), and a reply that
 * arrives together with its time-out can block DPDK's threads for ever.
 *
 * @module
 */

import { checkInteger, checkKeys, DpdkError, Errno, failed, timespec } from "../core/mod.ts";
import { rteErrno } from "../eal/mod.ts";
import { type Pointer, runtime } from "../runtime/mod.ts";
import { ABORTED, EXISTS, isPrimary, LOST, onlyLeft, sendAdvice, STUCK } from "./advice.ts";
import type { Channel } from "./channel.ts";
import { rte_mp_reply } from "./layout.ts";
import { mpCalls, requestsGoOn } from "./library.ts";
import { encodeMessage, labelOf, type MpOutgoing, nameOf } from "./message.ts";
import { MpResult, replyMessages, sentOf, takeResult } from "./result.ts";
import {
  hasSecondary,
  patiently,
  primaryErrno,
  requireMessages,
  secondarySockets,
  STALL_MS,
} from "./sockets.ts";

/** How a request is made. */
export interface MpRequestOptions {
  /** How long to wait for the replies, in ms; default 5000. */
  readonly timeoutMs?: number;
}

/** How an asynchronous request is made. */
export interface MpAsyncRequestOptions extends MpRequestOptions {
  /** Ends the wait: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** How long DPDK may be behind its own time-out before it is given up, in ms. */
const GRACE_MS = 1000 + STALL_MS;

const MAX_TIMEOUT_MS = 2 ** 31 - 1 - GRACE_MS;

function timeoutOf({ timeoutMs = 5000 }: MpRequestOptions): number {
  return checkInteger(timeoutMs, "timeoutMs", 1, MAX_TIMEOUT_MS);
}

function checkOptions(
  options: object,
  known: readonly string[],
  call: string,
  what: string,
): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(
      `Cannot ${what} with ${String(options)}: ${call} takes { ${known.join(", ")} }`,
    );
  }
  checkKeys(options, known, call);
}

/** A `struct timespec`. */
function timespecOf(ms: number): ArrayBuffer {
  const time = new DataView(new ArrayBuffer(timespec.size));
  time.setBigInt64(timespec.fields.tv_sec.offset, BigInt(Math.floor(ms / 1000)), true);
  time.setBigInt64(timespec.fields.tv_nsec.offset, BigInt(ms % 1000) * 1_000_000n, true);
  return time.buffer;
}

/** A buffer's pointer, for a parameter of any C type. */
function pointerTo(buffer: ArrayBuffer): Pointer<never> {
  return runtime.pointerTo(buffer) as Pointer<never>;
}

/** What comes of a request when there is nobody to ask. */
function nobody(): Promise<MpResult> {
  return Promise.resolve(new MpResult(0, []));
}

/** A request that DPDK has. */
interface Pending {
  readonly name: string;
  /** Tells DPDK's answers to this request from those to an earlier one. */
  readonly label: number;
  /** Why not all could be asked. */
  readonly failure?: DpdkError | undefined;
  /** Ends the promise; `undefined` once somebody did. */
  settle: ((outcome: MpResult | DpdkError) => void) | undefined;
  /** Also keeps the script alive. */
  timer: ReturnType<typeof setTimeout> | undefined;
  /** When DPDK must have come back, as `performance.now` counts. */
  readonly due: number;
  /** How many calls the queue had dropped when it was made. */
  readonly dropped: number;
}

/** The requests of this process. */
export class Requests {
  readonly #pending = new Map<string, Pending>();
  #label = 0;
  readonly #channel: () => Channel;

  /** @param channel opens the channel */
  constructor(channel: () => Channel) {
    this.#channel = channel;
  }

  /** Asks and blocks: `rte_mp_request_sync`. */
  sync(message: MpOutgoing, options: MpRequestOptions): MpResult {
    const what = `request "${message.name}"`;
    checkOptions(options, ["timeoutMs"], "mp.requestSync", what);
    const time = timespecOf(timeoutOf(options));
    const bytes = encodeMessage(message.name, message, what);
    requireMessages(what);
    this.#refuseSecond(message.name, what);
    const reply = new ArrayBuffer(rte_mp_reply.size);
    const status = patiently(() =>
      mpCalls().rte_mp_request_sync(pointerTo(bytes.buffer), pointerTo(reply), pointerTo(time))
    );
    if (status >= 0) return takeResult(reply);
    const errno = rteErrno();
    if (errno === Errno.ETIMEDOUT) return new MpResult(sentOf(reply), []);
    throw failed(what, "rte_mp_request_sync", errno, sendAdvice());
  }

  /** Asks without blocking. */
  async(message: MpOutgoing, options: MpAsyncRequestOptions): Promise<MpResult> {
    const what = `request "${message.name}"`;
    checkOptions(options, ["timeoutMs", "signal"], "mp.request", what);
    const timeoutMs = timeoutOf(options);
    const { signal } = options;
    if (signal !== undefined && !(signal instanceof AbortSignal)) {
      throw new TypeError(
        `Cannot ${what}: its signal is no AbortSignal; an AbortController has one, its .signal`,
      );
    }
    signal?.throwIfAborted();
    const label = this.#label = (this.#label + 1) & 0x7fffffff;
    const bytes = encodeMessage(message.name, message, what, label);
    requireMessages(what);
    this.#refuseSecond(message.name, what);
    const ask = { name: message.name, label, bytes, timeoutMs, signal, what };
    return isPrimary() ? this.#askSecondaries(ask) : this.#askPrimary(ask);
  }

  #askSecondaries({ bytes, timeoutMs, what, ...ask }: Ask): Promise<MpResult> {
    // DPDK calls nobody back when there is nobody to ask (22.11, 24.11).
    if (!hasSecondary()) return nobody();
    const { bridge, reply } = this.#channel();
    const started = { ...ask, timeoutMs, dropped: bridge.dropped };
    const time = timespecOf(timeoutMs);
    const status = patiently(() =>
      mpCalls().rte_mp_request_async(pointerTo(bytes.buffer), pointerTo(time), reply as never)
    );
    if (status >= 0) return this.#wait(started).promise;
    const errno = rteErrno();
    const others = secondarySockets().length;
    if (requestsGoOn() && onlyLeft(errno)) {
      return others > 0 ? this.#wait(started).promise : nobody();
    }
    const failure = failed(what, "rte_mp_request_async", errno, sendAdvice());
    // One of several may be stalled: the others will answer.
    if (!requestsGoOn() || errno !== Errno.EAGAIN || others < 2) throw failure;
    return this.#wait({ ...started, failure }).promise;
  }

  #askPrimary({ bytes, timeoutMs, what, ...ask }: Ask): Promise<MpResult> {
    const { askAside, bridge } = this.#channel();
    const reply = new ArrayBuffer(rte_mp_reply.size);
    const { pending, promise } = this.#wait({ ...ask, timeoutMs, dropped: bridge.dropped });
    const started = performance.now();
    askAside(bytes.buffer, reply, timespecOf(timeoutMs)).then((status) => {
      if (status >= 0) return this.#end(pending, takeResult(reply));
      if (sentOf(reply) > 0) return this.#end(pending, new MpResult(sentOf(reply), []));
      // rte_errno is another thread's. What it must have been can be told:
      const stalled = performance.now() - started >= STALL_MS;
      const errno = primaryErrno() || (stalled ? Errno.EAGAIN : Errno.EEXIST);
      this.#end(pending, failed(what, "rte_mp_request_sync", errno, sendAdvice()));
    }, (error) => {
      this.#end(pending, new DpdkError({ what, advice: String(error) }));
    });
    return promise;
  }

  #wait(
    { name, label, failure, timeoutMs, signal, dropped }: Started,
  ): { pending: Pending; promise: Promise<MpResult> } {
    const { promise, resolve, reject } = Promise.withResolvers<MpResult>();
    const abort = (): void => {
      pending.settle = undefined;
      // Nobody waits any more: the script may end.
      clearTimeout(pending.timer);
      reject(signal!.reason);
    };
    const pending: Pending = {
      name,
      label,
      failure,
      settle: (outcome) => {
        signal?.removeEventListener("abort", abort);
        if (outcome instanceof MpResult) resolve(outcome);
        else reject(outcome);
      },
      timer: setTimeout(() => this.#overdue(pending), timeoutMs + GRACE_MS),
      due: performance.now() + timeoutMs + GRACE_MS,
      dropped,
    };
    signal?.addEventListener("abort", abort, { once: true });
    this.#pending.set(name, pending);
    return { pending, promise };
  }

  /** DPDK has not come back in time; though what it brought may still be in the queue. */
  #overdue(pending: Pending): void {
    const { bridge, poll } = this.#channel();
    poll(bridge.waiting + 1);
    if (this.#pending.get(pending.name) !== pending) return;
    if (isPrimary() && !hasSecondary()) {
      // All secondaries died between our look and DPDK's.
      return this.#end(pending, pending.failure ?? new MpResult(0, []));
    }
    this.#end(
      pending,
      pending.failure ?? new DpdkError({
        what: `request "${pending.name}"`,
        errno: Errno.ETIMEDOUT,
        advice: bridge.dropped === pending.dropped ? STUCK : LOST,
      }),
    );
  }

  #end(pending: Pending, outcome: MpResult | DpdkError): void {
    clearTimeout(pending.timer);
    if (this.#pending.get(pending.name) === pending) this.#pending.delete(pending.name);
    const { settle } = pending;
    pending.settle = undefined;
    if (settle !== undefined) settle(outcome);
    else if (outcome instanceof MpResult) outcome[Symbol.dispose]();
  }

  /** The end of a primary's request, as DPDK's thread brought it. */
  arrived(
    request: Uint8Array<ArrayBuffer>,
    counts: Int32Array,
    replies: Uint8Array<ArrayBuffer>,
  ): void {
    const pending = this.#pending.get(nameOf(request));
    const label = labelOf(request);
    const known = pending !== undefined && (label === undefined || label === pending.label);
    const incomplete = known && pending.failure !== undefined;
    const result = new MpResult(counts[0]!, replyMessages(replies), incomplete);
    if (known) this.#end(pending, result);
    else result[Symbol.dispose]();
  }

  /** Ends all that are under way with an error. */
  clear(advice: string): void {
    for (const pending of [...this.#pending.values()]) {
      this.#end(pending, new DpdkError({ what: `request "${pending.name}"`, advice }));
    }
  }

  #refuseSecond(name: string, what: string): void {
    const pending = this.#pending.get(name);
    if (pending === undefined) return;
    if (pending.settle === undefined && performance.now() > pending.due) {
      this.#pending.delete(name);
      return;
    }
    throw new DpdkError({
      what,
      errno: Errno.EEXIST,
      advice: pending.settle === undefined ? ABORTED : EXISTS,
    });
  }
}

/** What is needed to ask. */
interface Ask {
  readonly name: string;
  readonly label: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly what: string;
}

/** What DPDK was asked. */
interface Started extends Omit<Ask, "bytes" | "what"> {
  /** Why not all could be asked. */
  readonly failure?: DpdkError;
  /** How many calls the queue had dropped before. */
  readonly dropped: number;
}
