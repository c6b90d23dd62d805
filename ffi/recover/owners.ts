/**
 * Whose a lcore's cache is.
 *
 * @module
 */

import { deadLcores, lcoreUsers } from "../lcore/mod.ts";

/** Whose an lcore is. */
export interface LcoreOwner {
  /**
   * `living`: a living process claims it, or, of one in C, seems to use it. `dead`: a process of this
   * library claimed it and was killed. `unknown`: nobody claims it; a C process that has ended, or a
   * living one of which /proc does not tell it.
   */
  readonly state: "living" | "dead" | "unknown";
  /** The process. */
  readonly pid: number | undefined;
  /** For `living`: whether the process says so, or /proc suggests it. */
  readonly from: "claim" | "guess" | undefined;
}

const UNKNOWN: LcoreOwner = { state: "unknown", pid: undefined, from: undefined };

/** The owners of lcores now, to be asked by id. */
export function lcoreOwners(): (lcoreId: number) => LcoreOwner {
  const owners = new Map<number, LcoreOwner>();
  for (const { lcoreId, pid } of deadLcores()) {
    owners.set(lcoreId, { state: "dead", pid, from: undefined });
  }
  const users = lcoreUsers();
  for (const kind of ["guess", "claim"] as const) { // what is said wins over what is guessed
    for (const { pid, lcoreIds, from } of users.filter((user) => user.from === kind)) {
      for (const id of lcoreIds) owners.set(id, { state: "living", pid, from });
    }
  }
  return (lcoreId) => owners.get(lcoreId) ?? UNKNOWN;
}
