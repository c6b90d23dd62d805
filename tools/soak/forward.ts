/**
 * The soak's forwarder of packets: clones, chains, tx buffers, and a ring that is full at times.
 *
 * @module
 */

import {
  type EthDev,
  MbufCursor,
  type PktmbufPool,
  PointerBuffer,
  type RxQueue,
  TxBuffer,
  type TxQueue,
} from "../../mod.ts";

const BURST = 32;

/** Bytes of each packet. */
const LENGTH = 64;

/** Of those that come back: alone, with a tail of half a packet, and with one of a whole. */
const LENGTHS: readonly number[] = [LENGTH, LENGTH * 1.5, LENGTH * 2];

/** What each begins with. */
const MARK = 0x50414b54;

/** Turns in which nobody takes packets out of the ring, of so many: it is full then. */
const FULL = 100;
const CYCLE = 300;

/** Counts of packets. */
export interface Counts {
  /** Received from the null port, cloned, copied: what came into being. */
  received: number;
  cloned: number;
  copied: number;
  /** Chained to another, which it is a part of from then on. */
  chained: number;
  /** Sent to the null port, dropped as the ring was full: what ended. */
  sent: number;
  dropped: number;
}

/**
 * Receives from a null port and sends to another; on the way packets go through a port whose queues
 * are one ring. `in` and `out` are null ports, `ring` is the third.
 */
export class Forwarder {
  readonly counts: Counts = {
    received: 0,
    cloned: 0,
    copied: 0,
    chained: 0,
    sent: 0,
    dropped: 0,
  };
  readonly #pool: PktmbufPool;
  readonly #rx: RxQueue;
  readonly #tx: TxQueue;
  readonly #back: RxQueue;
  readonly #through: TxBuffer;
  readonly #packets = new MbufCursor();
  readonly #burst = new PointerBuffer(BURST);
  readonly #returned = new PointerBuffer(BURST);
  #turns = 0;

  constructor(pool: PktmbufPool, ports: { in: EthDev; out: EthDev; ring: EthDev }) {
    this.#pool = pool;
    this.#rx = ports.in.rxQueue(0);
    this.#tx = ports.out.txQueue(0);
    this.#back = ports.ring.rxQueue(0);
    this.#through = new TxBuffer(ports.ring.txQueue(0), {
      size: BURST,
      onError: (mbufs, n, from) => {
        this.counts.dropped += n;
        this.#packets.freeBulk(mbufs, n, from);
      },
    });
  }

  /** A burst is received, changed and put into the ring; then one is taken out of it and sent. */
  turn(): void {
    const burst = this.#burst;
    const n = this.#rx.rxBurst(burst);
    this.counts.received += n;
    for (let i = 0; i < n; i++) {
      this.#change(i);
      this.#through.add(burst, i);
    }
    const place = this.#turns++ % CYCLE;
    if (place % 7 === 0) this.#through.flush();
    if (place < FULL) return;
    // More often than not more than came in: clones and copies, and what waited while it was full.
    for (let k = 0; k < 3; k++) this.#take();
  }

  /** Of each eight packets one is cloned, one is copied, and one gets another one behind it. */
  #change(index: number): void {
    const packet = this.#packets.at(this.#burst, index);
    packet.reset();
    if (!packet.append(LENGTH)) throw new Error("Cannot soak: a packet has no room");
    packet.setBe32(0, MARK);
    const kind = index & 7;
    if (kind === 1) {
      const clone = packet.clone(this.#pool);
      if (clone === undefined) return;
      this.counts.cloned++;
      this.#through.addAddress(clone);
    } else if (kind === 3) {
      const copy = packet.copy(this.#pool);
      if (copy === undefined) return;
      this.counts.copied++;
      this.#through.addAddress(copy);
    } else if (kind === 5) {
      const tail = packet.copy(this.#pool, 0, LENGTH / 2);
      if (tail === undefined) return;
      packet.chain(tail);
      this.counts.copied++;
      this.counts.chained++;
    } else if (kind === 7) {
      const tail = packet.clone(this.#pool);
      if (tail === undefined) return;
      packet.chain(tail);
      this.counts.cloned++;
      this.counts.chained++;
      if (!packet.linearize()) throw new Error("Cannot soak: a chain is too long for its buffer");
    }
  }

  /** Takes a burst out of the ring and sends it; whether there was one. */
  #take(): boolean {
    const burst = this.#returned;
    const n = this.#back.rxBurst(burst);
    for (let i = 0; i < n; i++) {
      const packet = this.#packets.at(burst, i);
      const { pktLen } = packet;
      if (packet.be32(0) === MARK && LENGTHS.includes(pktLen)) continue;
      throw new Error(`Cannot soak: a packet of ${pktLen} bytes came back, and none was sent`);
    }
    for (let sent = 0; sent < n;) sent += this.#tx.txBurst(burst, n - sent, sent);
    this.counts.sent += n;
    return n > 0;
  }

  /** Sends all that is on its way. */
  drain(): void {
    this.#through.flush();
    while (this.#take());
  }

  /** Packets that came into being and did not end, as the counts have it: 0 after a drain. */
  get missing(): number {
    const { received, cloned, copied, chained, sent, dropped } = this.counts;
    return received + cloned + copied - chained - sent - dropped;
  }
}
