/**
 * A tool's side: asks processes, and waits for their answers.
 *
 * @module
 */

import { constants } from "node:os";
import { DpdkError, poll, Ring } from "../../mod.ts";
import { RING_TYPES, ringIn, ringOut, typeName } from "./ff_msg.ts";
import type { Message } from "./message.ts";
import type { MessagePool } from "./message_pool.ts";
import { ASKING, Turns } from "./turns.ts";

const { EAGAIN, ENOBUFS, ETIMEDOUT } = constants.errno;

/** How long a process has to answer, in milliseconds. */
export const ANSWER_MS = 1000;

/** What is asked: how a message is filled, and what is read out of the answer. */
export interface Question<T> {
  /** A value of `FfMsgType`. */
  readonly type: number;
  /** Fills the message. */
  readonly fill?: (message: Message) => void;
  /** Reads the answer; the message is the pool's again when it returns. */
  readonly read: (message: Message) => T;
}

/**
 * Asks processes of an application.
 *
 * An answer ring has one consumer, and an answer says of nobody whose it is: so one tool at a time waits
 * for the answers of a type (see {@linkcode Turns}), and every answer that is not its own is one that
 * nobody waits for any more, as its tool has timed out or been killed: that is given back to the pool.
 * Nothing else is: a message that was not answered is with the process that was asked, which answers
 * it later, or has it in the ring yet.
 *
 * F-Stack's tools know of no turns, and so are run alone, as among themselves: of two that put questions
 * into a ring at once, one may be lost; of two that wait for the same type, each takes the other's answer
 * for nobody's, and the other times out.
 */
export class Asker {
  readonly #pool: MessagePool;
  readonly #turns = new Turns();
  /** Answers that nobody waited for, and that this tool has given back. */
  strays = 0;

  /** @param pool of the application's group */
  constructor(pool: MessagePool) {
    this.#pool = pool;
  }

  /**
   * Asks a process, and waits for its answer.
   *
   * @param asked which of the application's processes, from 0
   * @throws {DpdkError} when there is no such process, it has no room for a question, no message is
   *   free (`ENOBUFS`), or there was no answer in time (`ETIMEDOUT`)
   */
  async ask<T>(asked: number, question: Question<T>): Promise<T> {
    const { type } = question;
    const answers = this.#ring(asked, ringOut(asked, type));
    using _turn = await this.#turns.take(asked, type);
    this.#giveBackStrays(answers);
    const message = await this.#send(asked, question);
    if (!await this.#answered(answers, message)) {
      throw new DpdkError({
        what: `ask process ${asked} for ${typeName(type)}`,
        errno: ETIMEDOUT,
        advice:
          `it has not answered within ${ANSWER_MS} ms; when it does, the next tool that asks ` +
          "it for that, or sweeps, gives the message back",
      });
    }
    try {
      return question.read(message);
    } finally {
      this.#pool.giveBack(message);
    }
  }

  /** Gives back all answers of a process that nobody waits for; how many there were. */
  async sweep(asked: number): Promise<number> {
    let swept = 0;
    for (const type of RING_TYPES) {
      const answers = this.#ring(asked, ringOut(asked, type));
      using _turn = await this.#turns.take(asked, type);
      swept += this.#giveBackStrays(answers);
    }
    return swept;
  }

  /**
   * Takes a message, fills it, and puts it into the ring of the process that is asked: it is that
   * process's then. All at once, so that who is killed meanwhile has hardly ever one in its hands.
   */
  async #send<T>(asked: number, { type, fill }: Question<T>): Promise<Message> {
    const questions = this.#ring(asked, ringIn(asked));
    using _turn = await this.#turns.take(asked, ASKING);
    const message = this.#pool.take(type);
    if (message === undefined) {
      throw new DpdkError({
        what: `ask process ${asked} for ${typeName(type)}`,
        errno: ENOBUFS,
        advice: "all messages are in use; sweep gives back answers that nobody waits for",
      });
    }
    let sent = false;
    try {
      fill?.(message);
      sent = questions.enqueue(message.address);
    } finally {
      if (!sent) this.#pool.giveBack(message);
    }
    if (sent) return message;
    throw new DpdkError({
      what: `ask process ${asked} for ${typeName(type)}`,
      errno: EAGAIN,
      advice:
        `${questions.count} questions wait in ring "${questions.name}" already, and it takes ` +
        "none out: it has stopped, or is busy",
    });
  }

  /** Waits for a message to come back; whether it did. What else comes is given back. */
  async #answered(answers: Ring, { address }: Message): Promise<boolean> {
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort(), ANSWER_MS);
    let answered = false;
    const look = (): number => {
      const got = answers.dequeue();
      if (got === undefined) return 0;
      if (got !== address) return this.#stray(got);
      answered = true;
      ending.abort();
      return 1;
    };
    await poll(look, { signal: ending.signal, restAfter: 5 });
    clearTimeout(timer);
    while (!answered && look() > 0); // what came while the time was up
    return answered;
  }

  #giveBackStrays(answers: Ring): number {
    let count = 0;
    for (let got = answers.dequeue(); got !== undefined; got = answers.dequeue()) {
      count += this.#stray(got);
    }
    return count;
  }

  /** Gives back an answer that nobody waits for. */
  #stray(address: number): number {
    const message = this.#pool.at(address);
    if (message !== undefined) this.#pool.giveBack(message);
    this.strays++;
    return 1;
  }

  #ring(asked: number, name: string): Ring {
    try {
      return Ring.lookup(name);
    } catch (error) {
      if (!(error instanceof DpdkError) || error.code !== "ENOENT") throw error;
      throw new DpdkError({
        what: `ask process ${asked}`,
        errno: error.errno,
        advice: `there is no ring "${name}": the application was started for fewer processes`,
      });
    }
  }
}
