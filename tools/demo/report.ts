/**
 * What the demo says.
 *
 * @module
 */

import type { Dialogue, Outcome } from "./run.ts";

/** Says at what rate messages were moved. */
export function sayRate(who: string, { received, seconds }: Outcome): void {
  const rate = received / seconds / 1e6;
  console.log(
    `${who}: ${received.toLocaleString("en")} messages in ${seconds.toFixed(2)} s, ` +
      `${rate.toFixed(1)} million a second`,
  );
}

/**
 * Says what was moved, and whether all of it arrived.
 *
 * @returns true when every message arrived once, in order and whole, and the pool is full again
 */
export function report(outcome: Outcome, count: number): boolean {
  sayRate("Moved", outcome);
  const missing = 2 * count - outcome.received;
  const gone = outcome.size - outcome.available;
  const right = missing === 0 && outcome.wrong === 0 && gone === 0;
  console.log(
    right
      ? `Every message was checked: each came once, in order and whole. All ${outcome.size} ` +
        "objects are back in the pool.\n"
      : `WRONG: ${missing} messages missing, ${outcome.wrong} not as sent, ${gone} objects not ` +
        "back in the pool\n",
  );
  return right;
}

/**
 * Says what came of the control channel's part.
 *
 * @returns true when all of it was as it should be
 */
export function reportDialogue(dialogue: Dialogue, requests: number, notices: number): boolean {
  const { answered, medianUs, noticed, inOrder, event } = dialogue;
  const right = answered === requests && noticed === notices && inOrder && event === 42;
  console.log(
    right
      ? `Over DPDK's control channel (rte_mp): ${requests.toLocaleString("en")} requests, each ` +
        `answered, in ${medianUs} us (median);\n${notices.toLocaleString("en")} messages to a ` +
        "primary that was busy for a second, all there and in order;\nan eventfd passed, and used " +
        "by the other process.\n"
      : `WRONG on the control channel: ${answered} of ${requests} requests answered, ${noticed} ` +
        `of ${notices} messages there, ${inOrder ? "in" : "out of"} order, ${event} in the ` +
        "eventfd instead of 42\n",
  );
  return right;
}
