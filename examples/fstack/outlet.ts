/**
 * Where packets are put aside until there is a burst of them.
 *
 * @module
 */

import { MbufCursor, PointerBuffer, type Ring } from "../../mod.ts";

/** Packets that are taken, or sent, at once. */
export const BURST = 32;

/** Takes the first `n` packets of a burst: a ring's `enqueueBurst`, or a queue's `txBurst`. */
export type Take = (burst: PointerBuffer, n: number) => number;

/** Packets on their way to a ring or a transmit queue, in their order. */
export class Outlet {
  /** Packets that were taken. */
  sent = 0;
  /** Packets that were not, as there was no room, and are free again. */
  dropped = 0;
  readonly #take: Take;
  readonly #burst: PointerBuffer = new PointerBuffer(BURST);
  // Not the cursor of who gives: freeing would move it.
  readonly #packets: MbufCursor = new MbufCursor();
  #count = 0;

  constructor(take: Take) {
    this.#take = take;
  }

  /** Puts a packet of a burst aside. */
  give(burst: PointerBuffer, index: number): void {
    this.#burst.doubles[this.#count++] = burst.doubles[index]!;
    if (this.#count === BURST) this.flush();
  }

  /** Puts a packet aside. */
  giveOne(address: number): void {
    this.#burst.set(this.#count++, address);
    if (this.#count === BURST) this.flush();
  }

  /** Hands over what was put aside. What is not taken is freed and counted. */
  flush(): void {
    const count = this.#count;
    if (count === 0) return;
    this.#count = 0;
    const taken = this.#take(this.#burst, count);
    this.sent += taken;
    if (taken === count) return;
    this.dropped += count - taken;
    this.#packets.freeBulk(this.#burst, count - taken, taken);
  }
}

/** Frees what is in a ring; how many packets there were. */
export function drain(ring: Ring): number {
  const packets = new MbufCursor();
  const burst = new PointerBuffer(BURST);
  let all = 0;
  for (let n = 0; (n = ring.dequeueBurst(burst)) > 0; all += n) packets.freeBulk(burst, n);
  return all;
}
