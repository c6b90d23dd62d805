/**
 * Whether every packet of a phase is accounted for.
 *
 * @module
 */

import { BACK, PROCESSES, SEEN, SEEN_BY_ANY, SENT, UNRESOLVED } from "./control.ts";
import { ALL, type Held, type Kind } from "./packets.ts";

/** Packets that a process takes at once, as `BURST` of examples/fstack. */
const BURST = 32;

/** Bursts that a killed process had on their way: to both others, to the wire, to the kernel. */
const WAYS = 4;

/** What became of the packets of a phase. */
export interface Outcome {
  sent: number;
  /** Those that a process took a number for, and was killed before it had sent them. */
  unsent: number;
  /** Those that were wherever they were to be. */
  complete: number;
  /** Of them, those that no echo was sent of, as their sender was not known yet. */
  unresolved: number;
  /** Those that were in a killed process's hands, copies too, and were not complete. */
  inHands: number;
  /** Packets and copies that are missing, of packets that nobody had in hand. */
  open: number;
  /** The most that may be missing besides what was in a killed process's hands. */
  most: number;
}

/**
 * How many packets are missing of one and its copies.
 *
 * @param known what is known of it
 */
export function missingOf(known: number, kind: Kind): number {
  const seen = (known & SEEN_BY_ANY) !== 0;
  if (kind !== "arp") return seen && (known & (BACK | UNRESOLVED)) !== 0 ? 0 : 1;
  if (!seen) return 1; // it was lost before it was copied
  let missing = 0;
  for (let id = 0; id < PROCESSES; id++) {
    // The primary makes a copy for the kernel, which sends it back.
    const [here, back] = [(known & SEEN << id) !== 0, id > 0 || (known & BACK) !== 0];
    if (!here || !back) missing++;
  }
  return missing;
}

/**
 * Judges the packets of a phase.
 *
 * @param packets how many there were, at most
 * @param known what is known of each
 * @param kind what each is for
 * @param recovered those whose mbufs were found in the hands of killed processes
 */
export function judge(
  packets: number,
  known: (n: number) => number,
  kind: (n: number) => Kind,
  recovered: ReadonlySet<number>,
): Outcome {
  const outcome = { sent: 0, unsent: 0, complete: 0, unresolved: 0, inHands: 0, open: 0, most: 0 };
  for (let n = 0; n < packets; n++) {
    const word = known(n);
    if ((word & SENT) === 0) {
      outcome.unsent++;
      continue;
    }
    outcome.sent++;
    const missing = missingOf(word, kind(n));
    if (missing === 0) {
      outcome.complete++;
      if ((word & UNRESOLVED) !== 0) outcome.unresolved++;
      continue;
    }
    outcome.most += missing;
    if (recovered.has(n)) outcome.inHands++;
    else outcome.open += missing;
  }
  return outcome;
}

/**
 * Whether what was found in no place may have been in the hands of a process that was killed: of all else
 * a living one had it last, and lost it.
 *
 * @param dead which process was killed; `undefined`: none
 * @returns what is wrong, in words
 */
export function faultsOfHands(held: readonly Held[], dead: number | undefined): string[] {
  const faults: string[] = [];
  const blank = held.filter(({ number }) => number < 0);
  const packets = held.filter(({ number }) => number >= 0);
  const own = packets.filter(({ holder }) => holder === dead);
  const others = packets.filter(({ holder }) => holder !== dead);
  // Of a burst that it had just taken out of its ring, it may not have looked at any.
  const taken = dead === undefined
    ? []
    : others.filter(({ next }) => next === dead || next === ALL);
  const lost = others.length - taken.length;
  if (lost > 0) faults.push(`${lost} packets are nowhere that a living process had`);
  for (
    const [what, { length }, most] of [
      ["packets that it had not looked at", taken, BURST],
      ["packets that it had", own, WAYS * BURST],
      ["mbufs without a packet", blank, BURST + 1],
    ] as const
  ) {
    if (length > most) faults.push(`${length} ${what} are nowhere, and it may have had ${most}`);
  }
  return faults;
}
