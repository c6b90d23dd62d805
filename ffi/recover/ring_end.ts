/**
 * One end of a ring whose head was moved and whose tail was not.
 *
 * Every operation moves its end's head, copies elements, and then moves the tail. A process that is
 * killed between the two leaves the end open for ever: with the other threads of an MT end waiting in
 * `__rte_ring_update_tail`, of an HTS end in `__rte_ring_hts_head_wait`, of an RTS end in
 * `__rte_ring_rts_head_wait` as soon as the head is `htd_max` ahead. Such an end is closed here in one
 * of two ways, each a single compare-and-swap on what was judged.
 *
 * **Memory orders.** The swaps are `Atomics.compareExchange`, sequentially consistent, and so at least
 * what C asks for at their place. A tail that is moved up is to the other end what the release store
 * of `__rte_ring_update_tail` and `__rte_ring_hts_update_tail` is, or the release CAS of
 * `__rte_ring_rts_update_tail`: who sees it by an acquire load in `__rte_ring_move_prod_head` and its
 * like sees what the dead process had copied, for its stores were over when it ended, and we saw its
 * end before. A head that is moved back is to this end's others what the CAS of their own would be:
 * one that had loaded the old head fails its CAS and looks again. One that fails to, as the head came
 * back to the same value, took its count from a tail of the other end that has only moved on since,
 * and takes at most what is there.
 *
 * @module
 */

import { checkKeys, DpdkError, Errno, type Region } from "../core/mod.ts";
import { rte_ring, SyncType } from "../ring/mod.ts";
import { checkVouched, refuseLiving, type RepairOptions } from "./living.ts";

/** Which end of a ring. */
export type RingSide = "producer" | "consumer";

/** How the threads of an end share it. */
export type RingSync = "MT" | "ST" | "RTS" | "HTS";

const SYNCS: Readonly<Record<number, RingSync>> = {
  [SyncType.RTE_RING_SYNC_MT]: "MT",
  [SyncType.RTE_RING_SYNC_ST]: "ST",
  [SyncType.RTE_RING_SYNC_MT_RTS]: "RTS",
  [SyncType.RTE_RING_SYNC_MT_HTS]: "HTS",
};

/** How an end is closed by {@linkcode RingEnd.publish}. */
export interface PublishOptions extends RepairOptions {
  /**
   * Only the first so many elements, where the caller knows that the dead process's operation had
   * them: of an MT end at which living ones wait behind it, each for its turn. Default all.
   */
  readonly count?: number;
}

/** How an end is closed by {@linkcode RingEnd.withdraw}. */
export interface WithdrawOptions extends RepairOptions {
  /**
   * The caller's word that nobody has finished an operation behind the dead process's, which an RTS
   * end does not tell: elements enqueued behind it would be lost, dequeued ones come again.
   */
  readonly nothingBehind?: boolean;
}

const F = rte_ring.fields;
const U32 = 0xffffffffn;

/** The words of an end as they are at one moment. */
interface Words {
  /** Head and tail of MT, ST and HTS; of RTS the tail, `{cnt, pos}`. */
  readonly first: bigint;
  /** Of RTS the head, `{cnt, pos}`. */
  readonly second: bigint;
}

const low = (word: bigint): number => Number(word & U32);
const high = (word: bigint): number => Number(word >> 32n);
const pair = (lower: bigint, upper: bigint): bigint => (upper << 32n) | lower;

/** Where the words of an end are, in 64-bit words of the ring's header. */
function places(side: RingSide): { first: number; second: number; sync: number } {
  const [tail, head, sync] = side === "producer"
    ? [F.prodRtsTail, F.prodRtsHead, F.prodSync]
    : [F.consRtsTail, F.consRtsHead, F.consSync];
  return { first: tail.offset / 8, second: head.offset / 8, sync: sync.offset / 4 };
}

/**
 * An end of a ring as it was found, and what can be done about it. It is `prod` or `cons` of
 * `struct rte_ring` (rte_ring_core.h).
 *
 * @example
 * ```ts
 * import { Eal, inspectRing, Ring } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using ring = Ring.create("to_others", 64);
 * const { producer, consumer } = await inspectRing(ring, { watchMs: 10 });
 * if (producer.stuck) producer.withdraw(); // or publish()
 * console.log(producer.sync, consumer.reserved); // MT 0
 * ```
 */
export class RingEnd {
  /** Which end. */
  readonly side: RingSide;
  /** How its threads share it. */
  readonly sync: RingSync;
  /** The position up to which elements (of a producer) or free slots (of a consumer) are reserved. */
  readonly head: number;
  /** The position up to which they are the other end's. */
  readonly tail: number;
  /** How many lie between the two, reserved and not published. */
  readonly reserved: number;
  /** Of an RTS end: how many operations have moved the head and not the tail's count. */
  readonly unfinished: number | undefined;
  /** Whether the tail stood still behind the head for as long as was watched. */
  readonly stuck: boolean;
  readonly #name: string;
  readonly #header: Region;
  readonly #judged: Words;

  /**
   * For {@linkcode inspectRing}.
   *
   * @internal
   * @param header the ring's
   * @param earlier the words of this end from when the watch began
   */
  constructor(name: string, side: RingSide, header: Region, earlier: Words) {
    const words = readEnd(header, side);
    this.#name = name;
    this.#header = header;
    this.#judged = words;
    this.side = side;
    this.sync = SYNCS[new Uint32Array(header.buffer)[places(side).sync]!] ?? "MT";
    const relaxed = this.sync === "RTS";
    this.head = relaxed ? high(words.second) : low(words.first);
    this.tail = high(words.first);
    this.reserved = (this.head - this.tail) >>> 0;
    this.unfinished = relaxed ? (low(words.second) - low(words.first)) >>> 0 : undefined;
    // In RTS others go on, and only the tail's position tells; elsewhere nobody gets past.
    const still = relaxed ? high(earlier.first) === this.tail : earlier.first === words.first;
    this.stuck = this.reserved !== 0 && still;
  }

  /**
   * Moves the tail up to the head, as the dead process would have done.
   *
   * Of a producer the reserved slots become elements. What is in them may be what the dead process
   * meant to put there, or what was there one lap before: look at `produced` of the
   * report first. Of a consumer they become free slots: the elements in them are nobody's any more.
   *
   * @param options processes that the caller vouches for, how many elements
   * @returns how many elements or slots
   * @throws {DpdkError} (`EBUSY`) while living processes may be the owner, (`EAGAIN`) when the end has
   *   moved since, (`EINVAL`) when it is not stuck
   */
  publish(options: PublishOptions = {}): number {
    checkKeys(options, ["vouchFor", "count"], "publish");
    const { count = this.reserved } = options;
    this.#refuse("publish", options);
    if (count !== this.reserved) this.#checkCount(count);
    const { first, second } = this.#judged;
    if (this.sync === "RTS") {
      this.#unmoved("publish", places(this.side).second, second);
      // The state that __rte_ring_rts_update_tail leaves when the counts have become equal.
      this.#swap("publish", places(this.side).first, first, second);
    } else {
      const tail = BigInt((this.tail + count) >>> 0);
      this.#swap("publish", places(this.side).first, first, pair(first & U32, tail));
    }
    return count;
  }

  /**
   * Moves the head back to the tail, as if the dead process had not begun.
   *
   * Of a producer the reserved slots are free again; what it meant to put there is in no ring. Of a
   * consumer the elements are there again: nobody has had them, as an operation hands on what it took
   * only after it has moved the tail.
   *
   * @param options processes that the caller vouches for, and the caller's word
   * @returns how many elements or slots
   * @throws {DpdkError} as {@linkcode RingEnd.publish} does; and (`EPERM`) of an RTS end, where it
   *   cannot be told whether others have finished behind it, without `nothingBehind`
   */
  withdraw(options: WithdrawOptions = {}): number {
    checkKeys(options, ["vouchFor", "nothingBehind"], "withdraw");
    this.#refuse("withdraw", options);
    const { first, second } = this.#judged;
    const at = places(this.side);
    if (this.sync === "RTS") {
      if (options.nothingBehind !== true) {
        throw new DpdkError({
          what: this.#what("withdraw"),
          errno: Errno.EPERM,
          advice:
            `others may have finished operations behind it, which an RTS end does not tell; ` +
            `publish() keeps them, and nothingBehind: true is the word that there are none`,
        });
      }
      this.#unmoved("withdraw", at.first, first);
      this.#swap("withdraw", at.second, second, first);
    } else {
      const tail = first >> 32n;
      this.#swap("withdraw", at.first, first, pair(tail, tail));
    }
    return this.reserved;
  }

  #what(action: string): string {
    return `${action} what a ${this.side} of ring "${this.#name}" has reserved`;
  }

  #refuse(action: string, options: RepairOptions): void {
    checkVouched(options);
    const what = this.#what(action);
    if (!this.stuck) {
      throw new DpdkError({
        what,
        errno: Errno.EINVAL,
        advice: this.reserved === 0 ? "nothing is reserved" : "it moved while it was watched",
      });
    }
    refuseLiving(what, `be in the middle of an operation at that end (${this.sync})`, options);
  }

  #checkCount(count: number): void {
    if (this.sync === "MT" && Number.isSafeInteger(count) && count > 0 && count < this.reserved) {
      return;
    }
    throw new RangeError(
      `Cannot publish ${count} of ${this.reserved} at a ${this.side} end in ${this.sync} mode: ` +
        `of an MT end any number up to that, of others all`,
    );
  }

  /** Exchanges a word, if all is as it was judged. */
  #swap(action: string, index: number, judged: bigint, wanted: bigint): void {
    const words = headerWords(this.#header);
    if (Atomics.compareExchange(words, index, judged, wanted) !== judged) this.#moved(action);
  }

  /**
   * The other word of an RTS end is as it was judged. When a new operation comes right behind this
   * look, the swap still leaves an end that it can finish: head and tail of one moment, with it on
   * top; when one finishes or begins at the swapped word, the swap fails.
   */
  #unmoved(action: string, index: number, judged: bigint): void {
    if (Atomics.load(headerWords(this.#header), index) !== judged) this.#moved(action);
  }

  #moved(action: string): never {
    throw new DpdkError({
      what: this.#what(action),
      errno: Errno.EAGAIN,
      advice: "it has moved since it was looked at, so somebody is at work there; inspect it again",
    });
  }
}

function headerWords(header: Region): BigUint64Array<ArrayBuffer> {
  if (header.buffer.byteLength === 0) {
    throw new DpdkError({ what: "repair this ring", advice: "it was freed, or EAL cleaned up" });
  }
  return new BigUint64Array(header.buffer);
}

/** The words of an end now. */
export function readEnd(header: Region, side: RingSide): Words {
  const words = headerWords(header);
  const { first, second } = places(side);
  return { first: Atomics.load(words, first), second: Atomics.load(words, second) };
}
