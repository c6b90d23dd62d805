/**
 * An application's side: takes questions, and answers them.
 *
 * @module
 */

import { constants } from "node:os";
import { Ring, RING_F_SC_DEQ, RING_F_SP_ENQ } from "../../mod.ts";
import { FF_MSG_RING_SIZE, RING_TYPES, ringIn, ringOut } from "./ff_msg.ts";
import type { Message } from "./message.ts";
import type { MessagePool } from "./message_pool.ts";

const { ENOTSUP } = constants.errno;

/** How many questions a process answers in one turn. */
const BURST = FF_MSG_RING_SIZE;

/** Answers a question in its message: results of some kind, and 0 or an errno as its result. */
export type Answer = (message: Message) => void;

/** Creates the rings of all processes: of each end of each, one process has the use. */
export function createRings(processes: number, socketId: number): void {
  const flags = RING_F_SP_ENQ | RING_F_SC_DEQ;
  for (let id = 0; id < processes; id++) {
    Ring.create(ringIn(id), FF_MSG_RING_SIZE, { flags, socketId });
    for (const type of RING_TYPES) {
      Ring.create(ringOut(id, type), FF_MSG_RING_SIZE, { flags, socketId });
    }
  }
}

/**
 * Answers what one process is asked.
 *
 * In F-Stack a message's type picks the ring, whatever it is: past the end of an array of rings, or the
 * ring of questions. Here a message of a type without a ring is given back to the pool, as is one whose
 * ring is full: its tools have gone, and nobody takes them out.
 */
export class Answerer {
  /** Messages that were answered. */
  answered = 0;
  /** Messages of a type that has no ring. */
  badTypes = 0;
  /** Answers that nobody took. */
  untaken = 0;
  /** What came and is no message. */
  foreign = 0;
  readonly #pool: MessagePool;
  readonly #questions: Ring;
  readonly #answers: ReadonlyMap<number, Ring>;
  readonly #by: Readonly<Record<number, Answer>>;

  /**
   * @param id which process this is, from 0
   * @param by how each type is answered; others are not supported
   */
  constructor(pool: MessagePool, id: number, by: Readonly<Record<number, Answer>>) {
    this.#pool = pool;
    this.#questions = Ring.lookup(ringIn(id));
    this.#answers = new Map(RING_TYPES.map((type) => [type, Ring.lookup(ringOut(id, type))]));
    this.#by = by;
  }

  /**
   * Answers what has come; how many messages there were. One is taken after another, so that a process
   * that is killed leaves the others in the ring to who takes its place.
   */
  turn(): number {
    let n = 0;
    for (; n < BURST; n++) {
      const address = this.#questions.dequeue();
      if (address === undefined) break;
      const message = this.#pool.at(address);
      if (message === undefined) this.foreign++;
      else this.#answer(message);
    }
    return n;
  }

  #answer(message: Message): void {
    const answers = this.#answers.get(message.type);
    if (answers === undefined) {
      this.badTypes++;
      return this.#pool.giveBack(message);
    }
    const by = this.#by[message.type];
    if (by === undefined) message.result = ENOTSUP;
    else by(message);
    if (answers.enqueue(message.address)) {
      this.answered++;
      return;
    }
    this.untaken++;
    this.#pool.giveBack(message);
  }
}
