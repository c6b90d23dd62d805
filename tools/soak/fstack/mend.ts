/**
 * Ends of rings at which a process was killed half-way.
 *
 * @module
 */

import { setTimeout as sleep } from "node:timers/promises";
import { type Inspector, inspectRing, livingProcesses, Ring, type RingEnd } from "../../../mod.ts";

/** How long an end must stand still to be looked at more closely, in milliseconds. */
const WATCH_MS = 20;

/**
 * Closes the ends of the group's rings that a killed process left open.
 *
 * @param moves whether those who live go on: whoever waited behind the dead one would stand still
 * @returns which there were, in words
 * @throws {Error} when living processes wait behind a dead producer: nothing tells whose the slots are
 */
export async function mendRings(
  inspector: Inspector,
  moves: () => Promise<boolean>,
): Promise<string[]> {
  const before = openRings(inspector);
  if (before.size === 0) return [];
  await sleep(WATCH_MS);
  const mended: string[] = [];
  for (const [name, positions] of openRings(inspector)) {
    if (before.get(name) !== positions) continue;
    const { producer, consumer } = await inspectRing(Ring.lookup(name));
    for (const end of [producer, consumer]) {
      if (!end.stuck) continue;
      mended.push(`${end.side} of ${name} (${end.reserved})`);
      await close(name, end, moves);
    }
  }
  return mended;
}

/** Rings of which an end is open, and where. */
function openRings(inspector: Inspector): Map<string, string> {
  const { rings } = inspector.snapshot();
  const open = rings.filter(({ prod, cons }) => prod.head !== prod.tail || cons.head !== cons.tail);
  return new Map(open.map(({ name, prod, cons }) => [name, `${prod.tail} ${cons.tail}`]));
}

/** Nobody has had what a dead consumer reserved; of a dead producer nothing is known of it. */
async function close(name: string, end: RingEnd, moves: () => Promise<boolean>): Promise<void> {
  const options = { vouchFor: livingProcesses() };
  if (end.sync !== "MT" || await moves()) return void end.withdraw(options);
  if (end.side === "producer") {
    throw new Error(
      `Cannot soak on: a process was killed half-way at the producers' end of ring "${name}", and ` +
        `others wait behind it; which of ${end.reserved} slots are whose nothing tells`,
    );
  }
  // Each slot for itself: those behind the dead one go on as soon as it is their turn, and what the
  // dead one was about to take is in nobody's hands, and found missing.
  for (let stuck = end; stuck.stuck;) {
    stuck.publish({ ...options, count: 1 });
    ({ consumer: stuck } = await inspectRing(Ring.lookup(name), { watchMs: 1 }));
  }
}
