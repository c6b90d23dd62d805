/**
 * Messages between the processes of a group: DPDK's own control channel.
 *
 * @module
 */

import { checkInteger, checkMaker, failed, type Maker, maker } from "../core/mod.ts";
import {
  beforeCleanup,
  ealState,
  foreign,
  isEalThread,
  openForeign,
  QUEUE_LIMIT,
  requireEal,
  requireEalThread,
  rteErrno,
} from "../eal/mod.ts";
import { atError, atExit, runtime } from "../runtime/mod.ts";
import { Actions, type MpErrorHandler, type MpHandler } from "./actions.ts";
import { onlyLeft, sendAdvice } from "./advice.ts";
import { type Channel, openChannel } from "./channel.ts";
import { mpCalls } from "./library.ts";
import { checkMessage, checkMessageName, encodeMessage, type MpOutgoing } from "./message.ts";
import { type MpAsyncRequestOptions, type MpRequestOptions, Requests } from "./requests.ts";
import type { MpResult } from "./result.ts";
import { endMessages, patiently, requireMessages } from "./sockets.ts";

/**
 * A handler at work; made by {@linkcode Mp.on}. Ends by `rte_mp_action_unregister` (rte_eal.h).
 *
 * @example
 * ```ts
 * import { Eal, mp } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * const action = mp.on("echo_request", ({ param }) => ({ param }));
 * console.log(action.alive, action.keepsAlive); // true true
 * action.close();
 * ```
 */
export class MpAction implements Disposable {
  /** The messages' name. */
  readonly name: string;
  readonly #close: () => void;
  readonly #changed: () => void;
  #alive = true;
  #kept = true;

  /**
   * For {@linkcode Mp.on}.
   *
   * @internal
   */
  constructor(key: Maker, name: string, close: () => void, changed: () => void) {
    checkMaker(key, "MpAction", "mp.on");
    this.name = name;
    this.#close = close;
    this.#changed = changed;
  }

  /** Whether messages are handled. */
  get alive(): boolean {
    return this.#alive;
  }

  /** Whether it keeps the script alive, as it does at first. */
  get keepsAlive(): boolean {
    return this.#alive && this.#kept;
  }

  /** Lets the script end although messages are handled. */
  unref(): this {
    this.#kept = false;
    this.#changed();
    return this;
  }

  /** Keeps the script alive (again) for as long as messages are handled. */
  ref(): this {
    this.#kept = true;
    this.#changed();
    return this;
  }

  /** Handles no more messages: `rte_mp_action_unregister`. A second call does nothing. */
  close(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#close();
    this.#changed();
  }

  /** {@linkcode MpAction.close} at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * The control channel of this process: {@linkcode mp} is the only one.
 *
 * A secondary's messages and requests go to its primary, a primary's to all secondaries. DPDK's
 * thread puts what arrives into a queue and never waits for the script; the script has it when it
 * yields to its event loop, or calls {@linkcode Mp.poll}, in the order of arrival. The class stands for
 * the functions `rte_mp_*` of rte_eal.h.
 *
 * @example
 * ```ts
 * import { Eal, type Mp, mp } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * const channel: Mp = mp; // the only one
 * const { sent, timedOut } = await channel.request({ name: "anybody" }, { timeoutMs: 100 });
 * console.log(sent, timedOut); // 0 false
 * ```
 */
export class Mp {
  readonly #actions = new Actions();
  readonly #requests: Requests = new Requests(() => this.#opened());
  readonly #open = new Set<MpAction>();
  #channel: Channel | undefined;
  #ends = false;

  /**
   * For {@linkcode mp}, the only one.
   *
   * @internal
   */
  constructor(key: Maker) {
    checkMaker(key, "Mp", "mp");
  }

  /**
   * Handles the messages and requests of a name: `rte_mp_action_register`, and `rte_mp_reply` with
   * what the handler returns.
   *
   * The handler may be asynchronous, and several calls of it be under way at once; they start in the
   * order of arrival. What it returns answers a request; DPDK does not tell a request from a message,
   * and drops the answer to a message. When it throws, nothing is answered, {@linkcode Mp.onError} is
   * told, and the next message is handled.
   *
   * A handler keeps the script alive until it is closed, see {@linkcode MpAction.unref}.
   *
   * @param name at most 63 bytes
   * @param handler is called with each; what it returns is the answer
   * @returns what ends it
   * @throws {DpdkError} when there is a handler of that name in this process (`EEXIST`), when the
   *   process shares nothing or multi-process is off (`ENOTSUP`), and in a Worker (`EPERM`)
   */
  on(name: string, handler: MpHandler): MpAction {
    checkMessageName(name);
    if (typeof handler !== "function") {
      throw new TypeError(`Cannot handle messages "${name}" with ${String(handler)}: no function`);
    }
    requireEalThread(`handle messages "${name}"`);
    this.#actions.register(name, handler, this.#opened().action);
    const action = new MpAction(maker, name, () => {
      this.#open.delete(action);
      this.#actions.unregister(name);
    }, () => this.#keepAlive());
    this.#open.add(action);
    this.#keepAlive();
    return action;
  }

  /**
   * Sends a message that is not answered: `rte_mp_sendmsg`. From a primary it goes to all secondaries,
   * also when there are none.
   *
   * @param message name, parameters of at most 256 bytes, descriptors
   * @throws {DpdkError} when the primary is gone (`ENOENT`, `ECONNREFUSED`), when a process takes no
   *   messages for 1.5 s (`EAGAIN`; others of a broadcast have it), a descriptor is closed (`EBADF`)
   * @throws {TypeError} or {RangeError} when name, parameters or descriptors do not fit a message
   */
  send(message: MpOutgoing): void {
    checkMessage(message, "send");
    const what = `send "${message.name}"`;
    requireEal(what);
    const bytes = encodeMessage(message.name, message, what);
    requireMessages(what);
    this.#endWithScript();
    const status = patiently(
      () => mpCalls().rte_mp_sendmsg(runtime.pointerTo(bytes.buffer) as never),
      "send",
    );
    if (status >= 0) return;
    const errno = rteErrno();
    if (!onlyLeft(errno)) throw failed(what, "rte_mp_sendmsg", errno, sendAdvice());
  }

  /**
   * Asks and waits for the answers without blocking the script: `rte_mp_request_async` in a primary,
   * `rte_mp_request_sync` on a thread of its own in a secondary.
   *
   * A process has one request of a name under way at a time. One that nobody answers in time, or whose
   * receiver dies or has no handler, ends with `timedOut`; that is no error.
   *
   * @param message name, parameters of at most 256 bytes, descriptors
   * @param options how long to wait, in milliseconds, and a signal that ends the waiting
   * @returns the replies, or that time ran out
   * @throws as {@linkcode Mp.send} does; and when a request of that name is under way (`EEXIST`)
   */
  async request(message: MpOutgoing, options: MpAsyncRequestOptions = {}): Promise<MpResult> {
    checkMessage(message, "request");
    requireEalThread(`request "${message.name}"`);
    return await this.#requests.async(message, options);
  }

  /**
   * Asks and waits for the answers, blocking the script: `rte_mp_request_sync`. This process's own
   * handlers run only after it, so two that ask each other this way wait for their time-outs.
   *
   * A primary asks its secondaries one after the other within the one time-out, and the first that
   * does not answer ends it: no replies then, even if some answered, and descriptors in those stay
   * open, as DPDK drops them. {@linkcode Mp.request} asks all at once.
   *
   * @param message name, parameters of at most 256 bytes, descriptors
   * @param options how long to wait, in milliseconds
   * @returns the replies, or that time ran out
   * @throws as {@linkcode Mp.request} does
   */
  requestSync(message: MpOutgoing, options: MpRequestOptions = {}): MpResult {
    checkMessage(message, "request");
    requireEal(`request "${message.name}"`);
    this.#endWithScript();
    return this.#requests.sync(message, options);
  }

  /**
   * Switches multi-process off for good: `rte_mp_disable`. Later secondaries are refused.
   *
   * @returns false when one has attached already; then nothing has changed
   */
  disable(): boolean {
    requireEal("switch multi-process off");
    return mpCalls().rte_mp_disable();
  }

  /**
   * Handles what has arrived, now: for scripts that poll and do not yield to their event loop. Events
   * of ports come the same way, and are handled, too.
   *
   * Within a handler it does nothing: one message is handled after the other.
   *
   * @param max the most messages to handle
   * @returns how many were handled
   */
  poll(max = QUEUE_LIMIT): number {
    checkInteger(max, "a number of messages", 1, 2 ** 31 - 1);
    return openForeign()?.poll(max) ?? 0;
  }

  /** How many messages have arrived that were not handled yet. */
  get waiting(): number {
    return openForeign()?.bridge.waiting ?? 0;
  }

  /**
   * How many messages were dropped: when they came, 65,536 waited, or those that waited carried half
   * of the file descriptors that this process may have open. Whoever asks for an answer to one of
   * them waits for a time-out.
   */
  get dropped(): number {
    return openForeign()?.bridge.dropped ?? 0;
  }

  /** Told when a handler fails or its answer cannot be sent; at first it writes to the console. */
  get onError(): MpErrorHandler {
    return this.#actions.onError;
  }

  set onError(handler: MpErrorHandler) {
    if (typeof handler !== "function") {
      throw new TypeError(`Cannot use ${String(handler)} as mp.onError: it is no function`);
    }
    this.#actions.onError = handler;
  }

  /** Has this process's socket go with the script. */
  #endWithScript(): void {
    if (this.#ends || !isEalThread()) return;
    this.#ends = true;
    atExit(() => {
      if (ealState() === "running") endMessages();
    });
  }

  #opened(): Channel {
    this.#endWithScript();
    if (this.#channel !== undefined) return this.#channel;
    const channel = openChannel({
      message: (head, fds, peer) => this.#actions.arrived(head, fds, peer),
      reply: (request, counts, replies) => this.#requests.arrived(request, counts, replies),
    });
    beforeCleanup((stays) => this.#end(stays));
    atError(() => {
      if (ealState() === "running") this.#actions.suspend(channel.action);
    });
    return this.#channel = channel;
  }

  #keepAlive(): void {
    if (this.#channel === undefined) return;
    foreign().keepAlive(this, [...this.#open].some(({ keepsAlive }) => keepsAlive));
  }

  /** EAL is about to be cleaned up, which ends DPDK's message thread unless that stays. */
  #end(stays: boolean): void {
    for (const action of [...this.#open]) action.close();
    if (stays) endMessages();
    // What is left belongs to no handler any more; its descriptors are closed.
    this.poll();
    this.#requests.clear("EAL was cleaned up");
  }
}

/**
 * The control channel of this process.
 *
 * @example
 * ```ts
 * import { Eal, mp } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using action = mp.on("hello_request", ({ text }) => ({ param: `Got '${text}'` }));
 * mp.send({ name: "hello_notice", param: "to all secondaries" });
 * ```
 */
export const mp: Mp = new Mp(maker);
