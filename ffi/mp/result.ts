/**
 * What comes of a request.
 *
 * @module
 */

import { libc, readPointer } from "../core/mod.ts";
import { runtime } from "../runtime/mod.ts";
import { received } from "./descriptor.ts";
import { rte_mp_reply } from "./layout.ts";
import { messageLayout } from "./library.ts";
import { fdsOf, MpMessage, nameOf, paramOf } from "./message.ts";

/**
 * What came of a request: `struct rte_mp_reply`.
 *
 * @example
 * ```ts
 * import { Eal, mp } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using result = await mp.request({ name: "who_is_there" });
 * for (const { peer, text } of result.replies) console.log(peer, text);
 * console.log(result.received); // 0
 * ```
 */
export class MpResult implements Disposable {
  /**
   * How many processes were asked: `nb_sent`. A primary asks all secondaries, a secondary its
   * primary. Those that answered "ignore" are not counted.
   */
  readonly sent: number;
  /** How many answered: `nb_received`. */
  readonly received: number;
  /** True when some did not answer in time, or died meanwhile. */
  readonly timedOut: boolean;
  /** True when some could not be asked, as they took no messages (with 24.11.8 and 25.11 that is an error). */
  readonly incomplete: boolean;
  /** The answers. */
  readonly replies: readonly MpMessage[];

  /**
   * For the library.
   *
   * @internal
   */
  constructor(sent: number, replies: readonly MpMessage[], incomplete = false) {
    this.sent = sent;
    this.received = replies.length;
    this.timedOut = replies.length < sent;
    this.incomplete = incomplete;
    this.replies = replies;
  }

  /** The first answer; a secondary's request has no other. */
  get reply(): MpMessage | undefined {
    return this.replies[0];
  }

  /** Closes the descriptors of the replies that were not taken. */
  [Symbol.dispose](): void {
    for (const reply of this.replies) reply[Symbol.dispose]();
  }
}

const NOBODY = new Uint8Array(0);

/** The messages of a reply, from the bytes of its `struct rte_mp_msg`s. */
export function replyMessages(bytes: Uint8Array<ArrayBuffer>): MpMessage[] {
  const { size } = messageLayout();
  return Array.from({ length: bytes.length / size }, (_, i) => {
    const one = bytes.subarray(i * size, (i + 1) * size);
    return new MpMessage(nameOf(one), paramOf(one), received(fdsOf(one)), NOBODY);
  });
}

/** How many were asked, in a `struct rte_mp_reply`. */
export function sentOf(reply: ArrayBuffer): number {
  return new DataView(reply).getInt32(rte_mp_reply.fields.nb_sent.offset, true);
}

/** The result in a `struct rte_mp_reply` that is this process's to free. */
export function takeResult(reply: ArrayBuffer): MpResult {
  const view = new DataView(reply);
  const count = view.getInt32(rte_mp_reply.fields.nb_received.offset, true);
  const at = readPointer(view, rte_mp_reply.fields.msgs.offset);
  if (at === 0) return new MpResult(sentOf(reply), []);
  const copy = runtime.memory(at, count * messageLayout().size).slice(0);
  libc().free(runtime.pointer(at));
  return new MpResult(sentOf(reply), replyMessages(new Uint8Array(copy)));
}
