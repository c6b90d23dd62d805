/**
 * Messages of 8 words in objects of a pool; tests/peers/pool_worker.c has the same.
 *
 * @module
 */

import type { ObjectCursor } from "../../../mod.ts";

/** Where the message's last word is: its checksum. */
const LAST = 28;

/** Who fills the ring that attaching processes take a message from. */
export const COLLECTOR = 1000;

/** What the attaching processes say they are. */
export const VISITOR = 2000;

function content(sender: number, seq: number, word: number): number {
  return Math.imul(seq + word, 0x9e3779b1) ^ sender;
}

function checksum(message: ObjectCursor): number {
  let check = 0;
  for (let at = 0; at < LAST; at += 4) check = (Math.imul(check, 31) + message.u32(at)) | 0;
  return check >>> 0;
}

/**
 * Writes a message.
 *
 * @param message A cursor at the object.
 * @param sender Its sender's number.
 * @param seq Its sequence number.
 */
export function writeMessage(message: ObjectCursor, sender: number, seq: number): void {
  message.setU32(0, seq);
  message.setU32(4, sender);
  for (let at = 8; at < LAST; at += 4) message.setU32(at, content(sender, seq, at / 4));
  message.setU32(LAST, checksum(message));
}

/**
 * Checks a message, all of it.
 *
 * @param message A cursor at the object.
 * @param sender Whose it must be.
 * @returns Its sequence number, -1 when anything is wrong.
 */
export function readMessage(message: ObjectCursor, sender: number): number {
  const seq = message.u32(0);
  const whole = message.u32(LAST) === checksum(message) && message.u32(4) === sender &&
    message.i32(8) === content(sender, seq, 2);
  return whole ? seq : -1;
}
