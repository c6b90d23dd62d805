/**
 * Lcores of processes that ended without giving them up.
 *
 * @module
 */

import { DpdkError, Errno, libc, startTime } from "../core/mod.ts";
import { afterStart } from "../eal/mod.ts";
import { Memzone } from "../memzone/mod.ts";
import { CLAIM_SIZE, decodeClaim, encodeClaim, LCORES_ZONE } from "./claim.ts";
import { type ClaimedLcore, claimsIn } from "./claims.ts";
import { lives } from "./lives.ts";

let known: Memzone | undefined;

/**
 * The group's claims; none where no process of this library has made the zone. It is looked up once,
 * when this process starts: who asks later may do so as a lock is held for ever.
 */
function zone(): Memzone | undefined {
  try {
    return known ??= Memzone.lookup(LCORES_ZONE);
  } catch (error) {
    if (error instanceof DpdkError && error.errno === Errno.ENOENT) return undefined;
    throw error;
  }
}

/**
 * The lcores that processes of this library claimed and did not give up before they ended, as they
 * were killed. A claim is there until somebody else claims that lcore; C processes make none.
 *
 * @returns by lcore id
 */
export function deadLcores(): ClaimedLcore[] {
  const bytes = zone()?.view;
  if (bytes === undefined) return [];
  return claimsIn(bytes).filter((claim) => !lives(claim));
}

/**
 * Holds an lcore whose owner is dead, so that no process of this library starts on it meanwhile. What
 * was claimed is as it was afterwards: the lcore's other caches are still the dead one's.
 *
 * @param lcoreId the lcore, of no living process
 * @param what what is to be done, for the error
 * @returns what ends the hold
 * @throws {DpdkError} (`EBUSY`) when a living process has claimed it
 */
export function heldLcore(lcoreId: number, what: string): Disposable {
  const word = zone()?.counter64(lcoreId * CLAIM_SIZE);
  if (word === undefined) return { [Symbol.dispose]: () => {} };
  const held = word.load();
  const holder = decodeClaim(held);
  const own = encodeClaim({ pid: libc().getpid(), started: startTime("self") ?? 0 });
  const living = holder !== undefined && lives(holder);
  // One word, exchanged only if it is what was judged: who claims it at the same time has it, or we.
  if (living || word.compareExchange(held, own) !== held) {
    throw new DpdkError({
      what,
      errno: Errno.EBUSY,
      advice: `process ${decodeClaim(word.load())?.pid ?? "?"} of this group uses lcore ${lcoreId}`,
    });
  }
  return { [Symbol.dispose]: () => void word.compareExchange(own, held) };
}

afterStart(({ shared }) => {
  if (shared) zone();
});
