/**
 * What the processes of the F-Stack soak share: who is at work, how much there is to do, and what became
 * of every packet.
 *
 * @module
 */

import process from "node:process";
import { Memzone } from "../../../mod.ts";

/** The processes of the stack, of which the first is the primary, and the tools that ask them. */
export const PROCESSES = 3;
export const ASKERS = 2;

const CONTROL_ZONE = "soak_control";
const LEDGER_ZONE = "soak_ledger";

/** Words of the whole soak. */
const RUNNING = 0, FIRST = 1;
/** Doubles of the whole soak: when the phase began, and how long it takes, in milliseconds. */
const BEGAN = 1, LASTS = 2;
/** Of packets, and of questions that are answered: how many there are to be, and how many there are. */
const QUOTAS = { packets: 8, questions: 10 } as const;

/** What is sent. */
export type Sort = keyof typeof QUOTAS;

/** Where the words of parties begin, and how many each has. */
const PARTIES = 16;
const WORDS = 16;

/** The words of a party. */
export const Word = {
  /** Its pid while it serves, 0 else. */
  PID: 0,
  /** Where it is to kill itself: a value of {@linkcode Place}. */
  DEATH: 1,
  /** Turns of its loop. */
  TURNS: 2,
  /** Packets that came to it for the first time. */
  SEEN: 3,
  /** Questions that it answered, or of a tool: that were answered. */
  ANSWERED: 4,
  /** Packets that a full ring of another process, of the port, or of the kernel cost. */
  NO_ROOM: 5,
  NOT_SENT: 6,
  NOT_FOR_KERNEL: 7,
  /** Copies that the pool had no mbuf for. */
  NOT_COPIED: 8,
  /** Packets that are none of the phase's. */
  STRANGE: 9,
  /** Of a tool: what it is in the middle of; questions without an answer; answers given back. */
  ASKING: 10,
  UNANSWERED: 11,
  STRAYS: 12,
} as const;

export type WordName = keyof typeof Word;

/** Where a party kills itself when it is told to: in the middle of work, with something in hand. */
export const Place = {
  NOWHERE: 0,
  /** With a burst of packets, one of which has just come. */
  PACKET: 1,
  /** With a question that is not answered yet. */
  QUESTION: 2,
  /** With a message that was taken out of the pool, and not put into a ring. */
  TAKEN: 3,
  /** With an answer that was not given back to the pool. */
  ANSWER: 4,
} as const;

export type PlaceName = keyof typeof Place;

/** What is known of a packet: bits of its word in the ledger. */
export const SENT = 1;
/** By process: shift by its id. */
export const SEEN = 2;
export const SEEN_BY_ANY: number = SEEN * (2 ** PROCESSES - 1);
/** Its echo, or what the kernel sent back of it, came by the wire. */
export const BACK = SEEN << PROCESSES;
/** No echo was sent, as the process that it came to did not know the sender yet. */
export const UNRESOLVED: number = BACK << 1;

/** One of those who take part. */
export class Party {
  readonly #words: Int32Array<ArrayBuffer>;

  constructor(words: Int32Array<ArrayBuffer>) {
    this.#words = words;
  }

  get(word: WordName): number {
    return Atomics.load(this.#words, Word[word]) >>> 0;
  }

  set(word: WordName, value: number): void {
    Atomics.store(this.#words, Word[word], value);
  }

  add(word: WordName, value: number): void {
    Atomics.add(this.#words, Word[word], value);
  }

  /** As the party itself: dies here, if that is where it is to. */
  dieAt(place: number): void {
    if (Atomics.load(this.#words, Word.DEATH) === place) process.kill(process.pid, "SIGKILL");
  }

  /** A counter of the party itself that goes on where a killed one's of the same place ended. */
  counter(word: WordName): (value: number) => void {
    const before = this.get(word);
    return (value) => this.set(word, before + value);
  }
}

/** The shared memory of the soak. */
export class Control {
  readonly parties: readonly Party[];
  /** A word for each packet of the phase. */
  readonly #ledger: Int32Array<ArrayBuffer>;
  readonly #words: Int32Array<ArrayBuffer>;
  readonly #times: Float64Array<ArrayBuffer>;

  private constructor(control: Memzone, ledger: Memzone) {
    this.#words = new Int32Array(control.buffer);
    this.#times = new Float64Array(control.buffer);
    this.#ledger = new Int32Array(ledger.buffer);
    this.parties = Array.from({ length: PROCESSES + ASKERS }, (_, i) => {
      const at = PARTIES + i * WORDS;
      return new Party(this.#words.subarray(at, at + WORDS));
    });
  }

  /** As the primary: makes it, for so many packets a phase at most. */
  static create(packets: number): Control {
    const words = PARTIES + (PROCESSES + ASKERS) * WORDS;
    return new Control(
      Memzone.reserve(CONTROL_ZONE, words * 4),
      Memzone.reserve(LEDGER_ZONE, packets * 4),
    );
  }

  static lookup(): Control {
    return new Control(Memzone.lookup(CONTROL_ZONE), Memzone.lookup(LEDGER_ZONE));
  }

  /** Whether packets and questions are sent. */
  get running(): boolean {
    return Atomics.load(this.#words, RUNNING) !== 0;
  }

  /** The number of the phase's first packet. */
  get first(): number {
    return Atomics.load(this.#words, FIRST) >>> 0;
  }

  /** Begins a phase: so many packets and questions, spread over so many milliseconds. */
  begin(packets: number, questions: number, ms: number): void {
    this.#ledger.fill(0);
    Atomics.add(this.#words, FIRST, this.sent("packets"));
    for (const [sort, quota] of [["packets", packets], ["questions", questions]] as const) {
      Atomics.store(this.#words, QUOTAS[sort], quota);
      Atomics.store(this.#words, QUOTAS[sort] + 1, 0);
    }
    this.#times[BEGAN] = Date.now();
    this.#times[LASTS] = ms;
    Atomics.store(this.#words, RUNNING, 1);
  }

  /** Ends it. */
  end(): void {
    Atomics.store(this.#words, RUNNING, 0);
  }

  /** How many are to be sent in the phase. */
  quota(sort: Sort): number {
    return Atomics.load(this.#words, QUOTAS[sort]) >>> 0;
  }

  /** How many were sent, of questions: were answered. */
  sent(sort: Sort): number {
    return Atomics.load(this.#words, QUOTAS[sort] + 1) >>> 0;
  }

  /** Whether so many were sent as are to be. */
  done(sort: Sort): boolean {
    return this.sent(sort) >= this.quota(sort);
  }

  /** How many are to be sent by now; more than the quota, as long as the phase goes on. */
  due(sort: Sort): number {
    if (!this.running) return 0;
    const share = (Date.now() - this.#times[BEGAN]!) / this.#times[LASTS]!;
    return Math.min(Math.floor(this.quota(sort) * share), this.#ledger.length);
  }

  /** Takes the number of the next one of the phase; -1 when so many as are due have been taken. */
  next(sort: Sort, due: number): number {
    for (;;) {
      const next = this.sent(sort);
      if (next >= due) return -1;
      const before = Atomics.compareExchange(this.#words, QUOTAS[sort] + 1, next, next + 1);
      if (before === next) return next;
    }
  }

  /** Counts one. */
  count(sort: Sort): void {
    Atomics.add(this.#words, QUOTAS[sort] + 1, 1);
  }

  /** What is known of the phase's n-th packet. */
  known(n: number): number {
    return Atomics.load(this.#ledger, n);
  }

  /** Notes something of it. */
  note(n: number, bits: number): void {
    Atomics.or(this.#ledger, n, bits);
  }
}
