/**
 * Which process of a group uses which lcore.
 *
 * @module
 */

import { DpdkError, Errno, libc, startTime } from "../core/mod.ts";
import { afterStart, beforeCleanup, enabledLcores, threadAffinity } from "../eal/mod.ts";
import { Memzone } from "../memzone/mod.ts";
import {
  type Claim,
  CLAIM_SIZE,
  decodeClaim,
  encodeClaim,
  LCORES_SIZE,
  LCORES_ZONE,
} from "./claim.ts";
import { lives } from "./lives.ts";

/** An lcore that a process of this library has claimed. */
export interface ClaimedLcore extends Claim {
  /** The lcore id. */
  readonly lcoreId: number;
}

/** Finds the zone, or makes it: whichever process of the group comes first does. */
function zone(): Memzone | undefined {
  for (;;) {
    try {
      return Memzone.lookup(LCORES_ZONE);
    } catch (error) {
      if (!(error instanceof DpdkError) || error.errno !== Errno.ENOENT) throw error;
    }
    try {
      return Memzone.reserve(LCORES_ZONE, LCORES_SIZE);
    } catch (error) {
      if (!(error instanceof DpdkError)) throw error;
      if (error.errno === Errno.EEXIST) continue; // another was faster
      return undefined; // no memory, no zones left: who comes to look must still get in
    }
  }
}

/** What this process writes; the same for as long as it lives, also after an `execv`. */
function ownClaim(): Claim {
  return { pid: libc().getpid(), started: startTime("self") ?? 0 };
}

/**
 * Claims one lcore.
 *
 * @returns whose it is already, `undefined` when it is this process's now
 */
function claim(words: Memzone, lcoreId: number, own: bigint): Claim | undefined {
  const word = words.counter64(lcoreId * CLAIM_SIZE);
  for (;;) {
    const held = word.load();
    const holder = decodeClaim(held);
    if (held === own) return undefined;
    if (holder !== undefined && lives(holder)) return holder;
    // One word, exchanged only if it is what was judged: of two that take a dead one's, one does.
    if (word.compareExchange(held, own) === held) return undefined;
  }
}

/** Gives up what this process has claimed. */
function release(words: Memzone, lcoreIds: readonly number[], own: bigint): void {
  for (const id of lcoreIds) words.counter64(id * CLAIM_SIZE).compareExchange(own, 0n);
}

/**
 * Claims the lcores of this process.
 *
 * @throws {DpdkError} (`EBUSY`) when a living process has one of them; none is claimed then
 */
function claimLcores(): void {
  const words = zone();
  if (words === undefined) return;
  const own = encodeClaim(ownClaim());
  const mine: number[] = [];
  for (const id of enabledLcores()) {
    const holder = claim(words, id, own);
    if (holder === undefined) {
      mine.push(id);
      continue;
    }
    release(words, mine, own);
    const claimed = claimsIn(words.view).map((claim) => claim.lcoreId); // of dead ones, too
    const free = `${freeId(claimed)}@${threadAffinity()[0] ?? 0}`;
    throw new DpdkError({
      what: `use lcore ${id}`,
      errno: Errno.EBUSY,
      advice: `process ${holder.pid} of this group uses it, and two processes on one lcore id ` +
        `corrupt each other's mempool caches; choose other ids, on the same CPU if need be: ` +
        `lcores: "${free}", --lcores ${free}`,
    });
  }
  beforeCleanup(() => release(words, mine, own));
}

/** The lowest id that is none of these. */
export function freeId(taken: readonly number[]): number {
  let id = 0;
  while (taken.includes(id)) id++;
  return id;
}

/** The claims in the bytes of the zone, those of dead processes too. */
export function claimsIn(bytes: DataView): ClaimedLcore[] {
  const claims: ClaimedLcore[] = [];
  for (let lcoreId = 0; lcoreId * CLAIM_SIZE < LCORES_SIZE; lcoreId++) {
    const claim = decodeClaim(bytes.getBigUint64(lcoreId * CLAIM_SIZE, true));
    if (claim !== undefined) claims.push({ lcoreId, ...claim });
  }
  return claims;
}

/** The lcores that living processes of this library have claimed in this process's group. */
export function claimedLcores(): ClaimedLcore[] {
  const words = zone();
  return words === undefined ? [] : claimsIn(words.view).filter(lives);
}

afterStart(({ shared }) => {
  if (shared) claimLcores();
});
