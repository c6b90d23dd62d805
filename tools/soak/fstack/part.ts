/**
 * A part of a round: work, whatever happens meanwhile, rest, and an account of everything.
 *
 * @module
 */

import { setTimeout as sleep } from "node:timers/promises";
import type { WordName } from "./control.ts";
import type { Group } from "./group.ts";
import { faultsOfHands, judge, type Outcome } from "./judge.ts";
import { kindOf, PER_SECOND } from "./packets.ts";

/** How many times as fast as in an hour all goes. */
const HURRY = 6;

/**
 * What tools ask in an hour, a second: two who look at them ask each of three processes for top and
 * traffic once a second, and every other second for a value by its name, which takes five or six.
 */
const QUESTIONS_PER_SECOND = 25;

const PACKETS_PER_SECOND = Object.values(PER_SECOND).reduce((sum, n) => sum + n, 0);

/** How long a part may take beyond its time, in milliseconds. */
const LATE_MS = 120_000;

/** Words that count packets and copies that were dropped. */
const DROPS = ["NO_ROOM", "NOT_SENT", "NOT_FOR_KERNEL", "NOT_COPIED"] as const;

/** What killed tools may have in hand, each: a message, and one more in a cache of its own. */
const MESSAGES_IN_HAND = 2;

/** The most packets that there may be in a part of so many milliseconds. */
export const mostPackets = (ms: number): number =>
  Math.ceil(PACKETS_PER_SECOND * HURRY * (ms + LATE_MS) / 1000);

/** Who was killed in a part. */
export interface Killed {
  /** The id of a process. */
  readonly process?: number;
  /** How many tools. */
  readonly tools: number;
}

/** What came of a part, or of all of them. */
export interface Tally extends Outcome {
  questions: number;
  /** Packets and copies that were dropped, as those who dropped them counted. */
  dropped: number;
  /** What was found in the hands of killed processes. */
  messages: number;
  mbufs: number;
}

/**
 * Works for so many milliseconds, and as long as something happens meanwhile.
 *
 * @param happens waits for shares of the time to be over
 * @param killed who is killed meanwhile
 * @returns what came of it, and what is wrong, in words
 */
export async function part(
  group: Group,
  ms: number,
  happens: (at: (share: number) => Promise<void>) => Promise<void>,
  killed: Killed,
): Promise<{ tally: Tally; faults: string[] }> {
  const { control, pools } = group;
  const begun = performance.now();
  const [dropped, strange] = [sinceNow(group, DROPS), sinceNow(group, ["STRANGE"])];
  const share = ms * HURRY / 1000;
  control.begin(Math.ceil(PACKETS_PER_SECOND * share), Math.ceil(QUESTIONS_PER_SECOND * share), ms);
  await happens((at) => sleep(Math.max(0, begun + at * ms - performance.now())));
  while (!control.done("packets") || !control.done("questions")) {
    group.check();
    if (performance.now() > begun + ms + LATE_MS) throw new Error("Cannot soak: it takes too long");
    await sleep(10);
  }
  await group.rest();
  const anybody = killed.process !== undefined || killed.tools > 0;
  const found = anybody ? pools.emptyHands() : { messages: 0, mbufs: [] };
  const recovered = new Set(found.mbufs.map(({ number }) => (number - control.first) >>> 0));
  const tally: Tally = {
    ...judge(
      control.sent("packets"),
      (n) => control.known(n),
      (n) => kindOf((control.first + n) >>> 0),
      recovered,
    ),
    questions: control.sent("questions"),
    dropped: dropped(),
    messages: found.messages,
    mbufs: found.mbufs.length,
  };
  const faults = [
    ...await pools.faults(),
    ...faultsOfHands(found.mbufs, killed.process),
    ...faultsOf(tally, strange(), killed),
  ];
  return { tally, faults };
}

/** What will have been counted in all since now. */
function sinceNow({ control }: Group, words: readonly WordName[]): () => number {
  const sum = () =>
    control.parties.reduce(
      (all, party) => words.reduce((some, word) => some + party.get(word), all),
      0,
    );
  const before = sum();
  return () => sum() - before;
}

function faultsOf(tally: Tally, strange: number, { process, tools }: Killed): string[] {
  const processes = process === undefined ? 0 : 1;
  const { open, most, dropped, unsent, messages } = tally;
  const faults: string[] = [];
  if (open > dropped) faults.push(`${open - dropped} packets are not accounted for`);
  if (dropped > most) faults.push(`${dropped} packets were dropped, and only ${most} are missing`);
  if (strange !== 0) faults.push(`${strange} packets came that nobody had sent`);
  if (unsent > processes) faults.push(`${unsent} packets were not sent`);
  const hands = MESSAGES_IN_HAND * (processes + tools);
  if (messages > hands) faults.push(`${messages} messages were nowhere, and ${hands} may be`);
  return faults;
}
