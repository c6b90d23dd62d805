/**
 * The ways in which rings are tried: sync modes, paths, and a model of what a ring does.
 *
 * @module
 */

import type { RingPath } from "../../mod.ts";

/** Sync modes of both ends, by name, as `RING_F_*` flags. */
export const MODES: readonly (readonly [name: string, flags: number])[] = [
  ["MP/MC", 0],
  ["SP/SC", 0x1 | 0x2],
  ["SP/MC", 0x1],
  ["MP/SC", 0x2],
  ["RTS/RTS", 0x8 | 0x10],
  ["HTS/HTS", 0x20 | 0x40],
  ["RTS/SC", 0x8 | 0x2],
  ["HTS/RTS", 0x20 | 0x10],
  ["MP/HTS", 0x40],
];

/** Whose code moves the elements. */
export const PATHS: readonly RingPath[] = ["native", "inline"];

/** Random integers from 0 to below `limit`, the same in every run. */
export function randomIntegers(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
}

/** What a ring of a capacity must do, element by element. */
export class RingModel {
  /** What is in it, first come first. */
  readonly inside: number[] = [];
  readonly capacity: number;
  #next = 2 ** 44;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** How many more fit. */
  get free(): number {
    return this.capacity - this.inside.length;
  }

  /** New elements, each unlike all others. */
  fresh(n: number): number[] {
    return Array.from({ length: n }, () => this.#next += 8);
  }

  /** Puts elements in; gives how many went in. */
  enqueue(elements: readonly number[], bulk: boolean): number {
    const fit = Math.min(elements.length, this.free);
    const done = bulk && fit < elements.length ? 0 : fit;
    this.inside.push(...elements.slice(0, done));
    return done;
  }

  /** Takes up to `n` elements out. */
  dequeue(n: number, bulk: boolean): number[] {
    if (bulk && n > this.inside.length) return [];
    return this.inside.splice(0, n);
  }
}
