/**
 * One side of the exchange: sends numbered messages and checks those that come in.
 *
 * A message is 64 bytes: its number, its sender, and a checksum of both; the rest is padding, as a
 * real message would have content there.
 *
 * @module
 */

import { Backoff, type Mempool, type MempoolCache, PointerBuffer, type Ring } from "../../mod.ts";

/** Names and sizes that all sides agree on. */
export const NAMES = {
  toSecondary: "PRI_2_SEC",
  toPrimary: "SEC_2_PRI",
  pool: "MSG_POOL",
  done: "DEMO_DONE",
} as const;
/** Slots of each ring. */
export const RING_SIZE = 1024;
/** Objects of the pool. */
export const POOL_SIZE = 8191;
/** Bytes of a message. */
export const MESSAGE_SIZE = 64;

const BURST = 32;

/** What one side did. */
export interface Exchanged {
  readonly sent: number;
  readonly received: number;
  /** Messages whose number or checksum was not the expected one. */
  readonly wrong: number;
  readonly seconds: number;
}

/** One side's rings, pool and name. */
export interface Side {
  readonly out: Ring;
  readonly back: Ring;
  readonly pool: Mempool;
  /** The mempool cache of a thread without an lcore id. */
  readonly cache?: MempoolCache;
  readonly me: number;
  readonly other: number;
}

function checksum(number: number, sender: number): number {
  return Math.imul(number ^ (sender << 24), 0x9e3779b1) >>> 0;
}

/**
 * Sends `count` messages and receives `count`, checking that each comes once, in order and whole.
 */
export function exchange(side: Side, count: number): Exchanged {
  const { out, back, pool, cache, me, other } = side;
  const outgoing = new PointerBuffer(BURST);
  const incoming = new PointerBuffer(BURST);
  const message = pool.cursor();
  const backoff = new Backoff();
  let filled = 0; // messages in `outgoing` that wait to be sent
  let made = 0;
  let sent = 0;
  let received = 0;
  let wrong = 0;

  let start = 0; // when the other side was there: its first message
  while (sent < count || received < count) {
    if (filled === 0 && made < count) {
      filled = pool.getBulk(outgoing, Math.min(BURST, count - made), 0, cache);
      for (let i = 0; i < filled; i++, made++) {
        message.at(outgoing, i);
        message.setU32(0, made);
        message.setU32(4, me);
        message.setU32(8, checksum(made, me));
      }
    }
    const gone = out.enqueueBurst(outgoing, filled);
    if (gone > 0 && gone < filled) outgoing.move(0, gone, filled - gone);
    filled -= gone;
    sent += gone;

    const came = back.dequeueBurst(incoming, BURST);
    if (received === 0 && came > 0) start = performance.now();
    for (let i = 0; i < came; i++, received++) {
      message.at(incoming, i);
      const right = message.u32(0) === received && message.u32(4) === other &&
        message.u32(8) === checksum(received, other);
      if (!right) wrong++;
    }
    if (came > 0) pool.putBulk(incoming, came, 0, cache);

    if (gone + came === 0) backoff.wait();
    else backoff.reset();
  }
  pool.flush(cache);
  return { sent, received, wrong, seconds: (performance.now() - start) / 1000 };
}
