/**
 * What the demo says.
 *
 * @module
 */

import type { Outcome } from "./run.ts";

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
