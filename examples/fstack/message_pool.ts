/**
 * The pool of messages.
 *
 * @module
 */

import { Mempool, MempoolCache } from "../../mod.ts";
import { ELEMENT_SIZE, FF_MSG_POOL, MESSAGE_CACHE, MESSAGES_PER_PROCESS } from "./ff_msg.ts";
import { Message } from "./message.ts";

/**
 * The pool, used without the cache of any lcore. F-Stack's tools all run as lcore 0, and so share the
 * cache of an application that does, which breaks it; and what is in a cache is not to be had by
 * others, of a pool that has few. A {@linkcode MempoolCache} of its own is emptied after each use.
 */
export class MessagePool implements Disposable {
  readonly #pool: Mempool;
  readonly #cache: MempoolCache;

  private constructor(pool: Mempool) {
    this.#pool = pool;
    this.#cache = MempoolCache.create(1);
  }

  /** Creates the pool of so many processes; each message is as it is to be when it is taken out. */
  static create(processes: number, socketId: number): MessagePool {
    const size = processes * MESSAGES_PER_PROCESS;
    const pool = new MessagePool(
      Mempool.create(FF_MSG_POOL, size, ELEMENT_SIZE, { cacheSize: MESSAGE_CACHE, socketId }),
    );
    for (const address of pool.#pool.objects()) pool.at(address)!.initialise();
    return pool;
  }

  /**
   * Finds the pool of an application that runs.
   *
   * @throws {DpdkError} when there is none (`ENOENT`)
   */
  static lookup(): MessagePool {
    return new MessagePool(Mempool.lookup(FF_MSG_POOL));
  }

  /** Takes a message for a question of a type; `undefined` when all are in use. */
  take(type: number): Message | undefined {
    const address = this.#pool.get(this.#cache);
    this.#pool.flush(this.#cache);
    if (address === undefined) return undefined;
    const message = this.at(address)!;
    message.initialise(); // not all programs give it back so
    message.type = type;
    return message;
  }

  /** The message at an address; `undefined` when that is none of the pool's. */
  at(address: number): Message | undefined {
    if (!this.#pool.has(address)) return undefined;
    return new Message(address, this.#pool.cursor().moveTo(address).bytes());
  }

  /** Gives a message back, and frees the buffer that may be in its own one's place. */
  giveBack(message: Message): void {
    message.reset();
    this.#pool.put(message.address, this.#cache);
    this.#pool.flush(this.#cache);
  }

  /** How many messages are in use: asked with, and not yet given back. */
  get inUse(): number {
    return this.#pool.inUseCount;
  }

  /** Frees the cache of its own. */
  [Symbol.dispose](): void {
    this.#cache.free();
  }
}
