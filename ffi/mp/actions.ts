/**
 * What this process answers to: the handlers of messages and requests.
 *
 * @module
 */

import { checkKeys, DpdkError, errorCode, failed, libc } from "../core/mod.ts";
import { ealState, requireEal, rteErrno } from "../eal/mod.ts";
import { type Pointer, runtime } from "../runtime/mod.ts";
import { received } from "./descriptor.ts";
import { mpCalls } from "./library.ts";
import { encodeMessage, type MpContent, MpMessage, nameOf, paramOf } from "./message.ts";
import { patiently, requireMessages, sendIgnore } from "./sockets.ts";

/**
 * What a handler answers to a request: the content of the reply; `"ignore"` (`MP_IGN`), which has the
 * requester count this process out; or nothing, for a message, or to let the requester's time run out.
 */
export type MpAnswer = MpContent | "ignore" | undefined | void;

/** What becomes of a message or request. Messages are handed to it in the order of their arrival. */
export type MpHandler = (message: MpMessage) => MpAnswer | Promise<MpAnswer>;

/** What is told of a handler that failed, or of an answer that could not be sent. */
export type MpErrorHandler = (error: unknown, message: MpMessage) => void;

/** How long a message takes from DPDK's thread into the queue, at most, in microseconds. */
const IN_FLIGHT_US = 10_000;

/** Whether a value is one to be waited for. */
function isPromise(value: unknown): value is Promise<MpAnswer> {
  return typeof (value as { then?: unknown } | undefined)?.then === "function";
}

/** The handlers of this process. */
export class Actions {
  readonly #handlers = new Map<string, MpHandler>();
  /** Told what a handler did not catch. */
  onError: MpErrorHandler = (error, message) => {
    console.error(`Cannot handle message "${message.name}":`, error);
  };

  /**
   * `rte_mp_action_register`.
   *
   * @param action the function that DPDK is to call
   */
  register(name: string, handler: MpHandler, action: Pointer): void {
    const what = `handle messages "${name}"`;
    requireMessages(what);
    if (mpCalls().rte_mp_action_register(name, action as never) < 0) {
      throw failed(what, "rte_mp_action_register", rteErrno(), {
        EEXIST: this.#handlers.has(name)
          ? "this script has a handler of that name; close it first"
          : "C code of this process, or DPDK itself, answers to that name; choose another",
      });
    }
    this.#handlers.set(name, handler);
  }

  /** `rte_mp_action_unregister`. What is on its way to the handler is dropped. */
  unregister(name: string): void {
    if (this.#handlers.delete(name)) mpCalls().rte_mp_action_unregister(name);
  }

  /**
   * Keeps DPDK's thread away until the next turn of the event loop: should the script end before that,
   * the thread finds no functions that have gone with it.
   *
   * @param action the function that DPDK is to call again
   */
  suspend(action: Pointer): void {
    for (const name of this.#handlers.keys()) mpCalls().rte_mp_action_unregister(name);
    libc().usleep(IN_FLIGHT_US);
    setTimeout(() => {
      if (ealState() !== "running") return;
      for (const name of this.#handlers.keys()) {
        mpCalls().rte_mp_action_register(name, action as never);
      }
    }, 0);
  }

  /** A message that DPDK's thread brought. */
  arrived(head: Uint8Array<ArrayBuffer>, fds: Int32Array, peer: Uint8Array<ArrayBuffer>): void {
    const message = new MpMessage(nameOf(head), paramOf(head), received(fds), peer);
    const handler = this.#handlers.get(message.name);
    if (handler === undefined) return message[Symbol.dispose]();
    try {
      const answer = handler(message);
      if (isPromise(answer)) {
        // A promise is taken as it is; what only has a `then` may settle twice.
        Promise.resolve(answer).then(
          (settled) => this.#finish(message, settled),
          (error) => this.#fail(message, error),
        );
        return;
      }
      this.#finish(message, answer);
    } catch (error) {
      this.#fail(message, error);
    }
  }

  #finish(message: MpMessage, answer: MpAnswer): void {
    try {
      answerTo(message, answer);
      message[Symbol.dispose]();
    } catch (error) {
      this.#fail(message, error);
    }
  }

  #fail(message: MpMessage, error: unknown): void {
    message[Symbol.dispose]();
    try {
      const told: unknown = this.onError(error, message);
      if (isPromise(told)) told.then(undefined, (second) => console.error(second));
    } catch (second) {
      console.error(second);
    }
  }
}

/** Whether an answer is one with content: an object, and no list, no bytes, no generator. */
function isContent(answer: unknown): answer is MpContent {
  if (typeof answer !== "object" || answer === null || ArrayBuffer.isView(answer)) return false;
  return !(Symbol.iterator in answer) && !(Symbol.asyncIterator in answer);
}

function answerTo(message: MpMessage, answer: MpAnswer): void {
  if (answer === undefined) return;
  const what = `answer "${message.name}"`;
  requireEal(what);
  if (answer === "ignore") {
    const status = sendIgnore(message.name, message.peer);
    if (status === 0) return;
    throw new DpdkError({ what, call: "sendto", errno: status, advice: unreachable(status) });
  }
  if (!isContent(answer)) {
    const given = typeof answer === "string" ? `"${answer}"` : `a value of type ${typeof answer}`;
    throw new TypeError(
      `Cannot ${what} with ${given}: a handler returns { param, fds }, "ignore" or nothing`,
    );
  }
  const { name } = message;
  const { name: given, ...content } = answer as MpContent & { name?: unknown };
  if (given !== undefined && given !== name) {
    throw new TypeError(
      `Cannot ${what} with "${String(given)}": a reply has its request's name, so leave it out`,
    );
  }
  checkKeys(content, ["param", "fds"], "an answer");
  const bytes = encodeMessage(name, content, what);
  const status = patiently(() =>
    mpCalls().rte_mp_reply(runtime.pointerTo(bytes.buffer) as never, message.peer)
  );
  if (status < 0) throw failed(what, "rte_mp_reply", rteErrno(), REPLY_ADVICE);
}

const GONE = "who asked is gone";
const FULL = "who asked takes no messages: its queue is full";

const REPLY_ADVICE = { ENOENT: GONE, ECONNREFUSED: GONE, EAGAIN: FULL };

function unreachable(status: number): string {
  return (REPLY_ADVICE as Record<string, string>)[errorCode(status)] ?? "";
}
