/**
 * Puts elements into rings and takes them out, on command; tests/peers/ring_worker.c does the same.
 * The arguments are EAL's. The commands:
 *
 * - `create RING ELEMENT_SIZE COUNT FLAGS`
 * - `free RING`, by the process that created it
 * - `round SLOT RING ELEMENT_SIZE PATH WORKERS PRODUCER COUNT CONSUMES TOTAL`: waits until WORKERS
 *   processes have come to this round, puts COUNT elements of producer number PRODUCER into the ring,
 *   and takes elements out (CONSUMES is 1) until all consumers together have TOTAL. PATH is `native`
 *   or `inline`. The answer: `round SLOT faults N sent TALLY got TALLY TALLY TALLY`, of what came from
 *   each producer; a TALLY is `COUNT:SUM:HASH` of sequence numbers.
 *
 * An element has a sequence number and its producer's; an element of 16 bytes two words more that
 * must agree. The word that has the producer's number makes the element a signalling NaN when it is
 * read as a double: a copy that goes through doubles would change it.
 *
 * @module
 */

import process from "node:process";
import {
  Eal,
  ElementBuffer,
  ElementRing,
  type OwnedElementRing,
  type OwnedRing,
  PointerBuffer,
  Ring,
} from "../../../mod.ts";
import { Board, integer, Patience, serve, word } from "./commands.ts";

/** The ring's bursts as both classes have them. */
interface AnyRing<B> {
  enqueueBulk(objects: B, n: number, from: number): number;
  enqueueBurst(objects: B, n: number, from: number): number;
  dequeueBulk(objects: B, n: number): number;
  dequeueBurst(objects: B, n: number): number;
}

const MARK = 0xfff40000;
const PRODUCERS = 3;
const MOST = 32;

/** After so many bursts a worker that does both turns from one end of the ring to the other. */
const PHASE = 64;

const eal = Eal.init(process.argv.slice(2));
const board = new Board(eal);
const owned = new Map<string, OwnedRing | OwnedElementRing>();

function mixed(seq: number): number {
  return Math.imul(seq ^ (seq >>> 15), 0x9e3779b1);
}

/** What was sent, or what came from one producer. */
class Tally {
  count = 0;
  #sum = 0;
  #hash = 0;

  add(seq: number): void {
    this.count++;
    this.#sum += seq;
    this.#hash = (this.#hash + mixed(seq)) | 0;
  }

  toString(): string {
    return `${this.count}:${this.#sum}:${this.#hash >>> 0}`;
  }
}

/** Numbers that look random, the same in C. */
class Sizes {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** The next size is ready. */
  step(): void {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) | 0;
  }

  /** 1 to 32. */
  get size(): number {
    return 1 + (this.#state >>> 27);
  }

  get bulk(): boolean {
    return ((this.#state >>> 20) & 1) === 1;
  }
}

function write(words: Uint32Array, at: number, step: number, producer: number, seq: number): void {
  words[at] = seq;
  words[at + 1] = MARK | producer;
  if (step === 4) {
    words[at + 2] = ~seq;
    words[at + 3] = mixed(seq) + producer;
  }
}

function isWhole(words: Uint32Array, at: number, step: number): boolean {
  const high = words[at + 1]!;
  const producer = high & 0xffff;
  if (high >>> 16 !== MARK >>> 16 || producer >= PRODUCERS) return false;
  if (step === 2) return true;
  const seq = words[at]!;
  return words[at + 2] === ~seq >>> 0 && words[at + 3] === (mixed(seq) + producer) >>> 0;
}

interface Round {
  readonly slot: number;
  readonly elementSize: number;
  readonly workers: number;
  readonly producer: number;
  readonly count: number;
  readonly consumes: boolean;
  readonly total: number;
}

function run<B extends ElementBuffer>(ring: AnyRing<B>, out: B, into: B, round: Round): string {
  const { slot, producer, count, total } = round;
  const step = round.elementSize / 4;
  const sent = new Tally();
  const got = Array.from({ length: PRODUCERS }, () => new Tally());
  const last = new Array<number>(PRODUCERS).fill(-1);
  const sizes = new Sizes(slot * 7919 + process.pid);
  const patience = new Patience();
  const consumed = board.consumed(slot);
  let { consumes } = round;
  let [next, from, pending, unreported, faults] = [0, 0, 0, 0, 0];
  let bulk = false;
  let producing = count > 0;
  let [left, vain] = [PHASE, 0];

  board.meet(slot, round.workers);
  while (sent.count < count || consumes) {
    let moved = 0;
    if (producing) {
      if (pending === 0) {
        sizes.step();
        pending = Math.min(sizes.size, count - sent.count);
        bulk = sizes.bulk;
        from = 0;
        for (let i = 0; i < pending; i++) write(out.words, i * step, step, producer, next + i);
        next += pending;
      }
      moved = bulk ? ring.enqueueBulk(out, pending, from) : ring.enqueueBurst(out, pending, from);
      for (let i = 0; i < moved; i++) sent.add(next - pending + i);
      from += moved;
      pending -= moved;
    } else {
      sizes.step();
      moved = sizes.bulk ? ring.dequeueBulk(into, sizes.size) : ring.dequeueBurst(into, sizes.size);
      for (let i = 0; i < moved; i++) {
        const seq = into.words[i * step]!;
        const who = into.words[i * step + 1]! & 0xffff;
        if (!isWhole(into.words, i * step, step) || seq <= last[who]!) {
          faults++;
          continue;
        }
        last[who] = seq;
        got[who]!.add(seq);
      }
      unreported += moved;
      if (moved === 0) {
        consumes = consumed.add(unreported) + unreported < total;
        unreported = 0;
      }
    }
    if (moved > 0) {
      vain = 0;
      patience.reset();
    } else if (++vain > 1) {
      patience.wait();
    }
    // Who does both does them by turns of many bursts, so that others get what it puts in.
    if (moved === 0 || --left === 0) {
      producing = !producing;
      left = PHASE;
    }
    if (sent.count === count) producing = false;
    else if (!consumes) producing = true;
  }
  return `round ${slot} faults ${faults} sent ${sent} got ${got.join(" ")}`;
}

serve(eal, {
  create: (args) => {
    const name = word(args, 0);
    const [elementSize, count, flags] = [1, 2, 3].map((index) => integer(args, index));
    const ring = elementSize === 8
      ? Ring.create(name, count!, { flags: flags! })
      : ElementRing.create(name, elementSize!, count!, { flags: flags! });
    owned.set(name, ring);
    return `created ${name}`;
  },
  free: (args) => {
    const name = word(args, 0);
    owned.get(name)?.free();
    owned.delete(name);
    return "freed";
  },
  round: (args) => {
    const name = word(args, 1);
    const round: Round = {
      slot: integer(args, 0),
      elementSize: integer(args, 2),
      workers: integer(args, 4),
      producer: integer(args, 5),
      count: integer(args, 6),
      consumes: integer(args, 7) === 1,
      total: integer(args, 8),
    };
    if (round.elementSize === 8) {
      const path = word(args, 3) === "inline" ? "inline" : "native";
      const buffers = [new PointerBuffer(MOST), new PointerBuffer(MOST)] as const;
      return run(Ring.lookup(name, { path }), ...buffers, round);
    }
    const buffers = [0, 1].map(() => new ElementBuffer(round.elementSize, MOST));
    return run(ElementRing.lookup(name, round.elementSize), buffers[0]!, buffers[1]!, round);
  },
});
