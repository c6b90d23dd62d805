/**
 * What the F-Stack soak tells at its end.
 *
 * @module
 */

import type { Group } from "./group.ts";
import type { Tally } from "./part.ts";
import type { Standstill } from "./standstill.ts";

const n = (value: number): string => Math.round(value).toLocaleString("en");

/** Prints a table. */
export function report(group: Group, all: readonly Tally[], still: Standstill["longest"]): void {
  const sum = (what: keyof Tally) => all.reduce((total, tally) => total + tally[what], 0);
  const strays = group.control.parties.reduce((total, party) => total + party.get("STRAYS"), 0);
  const unanswered = group.control.parties.reduce(
    (total, party) => total + party.get("UNANSWERED"),
    0,
  );
  const { processes, tools, longestAway, cached, mended } = group;
  const rows = {
    "killed and started again": `${processes} processes, ${tools} tools`,
    "a process was away": `${n(longestAway)} ms at most`,
    "packets sent": n(sum("sent")),
    "- went where they were to go": n(sum("complete")),
    "  - without an echo, as their sender was not known yet": n(sum("unresolved")),
    "- were in a killed process's hands": n(sum("inHands")),
    "- or copies of them were dropped, and counted": n(sum("dropped")),
    "begun by a killed process, and not sent": n(sum("unsent")),
    "questions asked and answered": n(sum("questions")),
    "questions that a process that was away did not answer": n(unanswered),
    "answers that nobody waited for, given back": n(strays + group.swept),
    "recovered from hands": `${n(sum("messages"))} messages, ${n(sum("mbufs"))} mbufs`,
    "recovered from caches": `${n(cached)} mbufs`,
    "ends of rings closed": mended.length === 0 ? "none was open" : mended.join("; "),
    [`accounted for ${all.length} times`]: group.pools.sizes,
    ...Object.fromEntries(
      [...still].map((
        [what, ms],
      ) => [`the longest of a living one without ${what}`, `${n(ms)} ms`]),
    ),
  };
  for (const [name, value] of Object.entries(rows)) console.log(`${name.padEnd(66)}${value}`);
}
