/**
 * Of which lcores the caches are looked at.
 *
 * A pool has a cache for each of 128 lcores, most of which no process ever uses; to read all of them in
 * a hundred pools takes longer than everything else. So the first look reads all, and later ones those
 * of lcores that a process has or that ever held something, and in turn, one pool in ten, all. An lcore
 * that nothing tells of is found within ten looks.
 *
 * @module
 */

import { RTE_MAX_LCORE } from "../mempool/mod.ts";

const ALL: readonly number[] = Array.from({ length: RTE_MAX_LCORE }, (_, id) => id);

/** After how many looks each pool has been looked at whole. */
const ROUND = 10;

/** The lcores of a group whose caches may hold something. */
export class CacheLcores {
  #ids: readonly number[] = [];
  #looks = 0;

  /** The lcores to look at in a pool, by the pool's place in its tailq. */
  of(pool: number): readonly number[] {
    return this.#looks === 0 || (pool + this.#looks) % ROUND === 0 ? ALL : this.#ids;
  }

  /**
   * Takes lcores in, of a process or of a cache that holds something.
   *
   * @returns whether any of them is new, so that it was not looked at in other pools
   */
  add(ids: Iterable<number>): boolean {
    const all = new Set([...this.#ids, ...ids]);
    const grown = all.size > this.#ids.length;
    if (grown) this.#ids = [...all].filter((id) => id < RTE_MAX_LCORE).sort((a, b) => a - b);
    return grown && this.#looks > 0;
  }

  /** A look has ended. */
  next(): void {
    this.#looks++;
  }
}
