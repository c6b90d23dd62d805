/**
 * Telling a pool that loses objects from one whose load swings.
 *
 * What counts is how many objects are *held*: in use, and in no ring. Under any load that number
 * goes up and down, and comes back to its low again and again, however high it goes between; only
 * what is lost never comes back. So the time is cut into windows, and a leak is told when
 *
 * 1. the least that was held in a window, and the least that was in use, is above that of the
 *    window before, for several windows in a row, and
 * 2. the least that was held in the last of them is above the most that was held in any window
 *    before them, within the last hour: even at its quietest it is more than it was at its busiest.
 *
 * Windows are of several lengths, each four times the one before, as a leak of an object a minute
 * does not rise from one short window to the next. A window has several looks at least, however far
 * apart they are.
 *
 * What is in a ring of which is not known what it holds may be of any pool. As such rings fill and
 * drain, held is counted as if all that is in them were this pool's: it is never counted too high.
 * For the same reason what is in use must rise too, or another pool's objects that leave a ring
 * would look like this one's.
 *
 * A pool that has run out cannot lose any more, and rises no more. It is told as long as it has been
 * empty for two windows in a row, the shortest ones, if what is missing is in no ring for the most part.
 *
 * An application that takes ever more objects for good, for as many windows, cannot be told from a
 * leak; it is none of this module's to know why.
 *
 * @module
 */

import type { Leak } from "./flow.ts";

/** Window lengths: the first, and so many, each so many times the one before. */
const SCALES = 4;
const SCALE = 4;
/** How many windows of each length are remembered, and for how long at most. */
const WINDOWS = 32;
const REMEMBER_MS = 3_600_000;
/** How many looks a window has at least: fewer say little about the lowest. */
const LOOKS = 16;

interface Window {
  /** When it began, and ended. */
  from: number;
  to: number;
  /** How many looks, or shorter windows, are in it. */
  parts: number;
  leastHeld: number;
  mostHeld: number;
  leastInUse: number;
}

function windowOf(from: number): Window {
  return {
    from,
    to: from,
    parts: 0,
    leastHeld: Infinity,
    mostHeld: -Infinity,
    leastInUse: Infinity,
  };
}

function add(window: Window, part: Omit<Window, "from" | "parts">): void {
  window.to = part.to;
  window.parts++;
  window.leastHeld = Math.min(window.leastHeld, part.leastHeld);
  window.mostHeld = Math.max(window.mostHeld, part.mostHeld);
  window.leastInUse = Math.min(window.leastInUse, part.leastInUse);
}

/** Windows of one length. */
class Scale {
  readonly past: Window[] = [];
  open: Window;

  constructor(clock: number) {
    this.open = windowOf(clock);
  }

  /** Closes the window that is open. */
  close(clock: number): Window {
    const closed = this.open;
    this.past.push(closed);
    if (this.past.length > WINDOWS) this.past.shift();
    this.open = windowOf(clock);
    return closed;
  }
}

/** From where on each window is above the one before, up to the last. */
function risingFrom(past: readonly Window[]): number {
  let first = Math.max(0, past.length - 1);
  for (; first > 0; first--) {
    const [before, after] = [past[first - 1]!, past[first]!];
    if (after.leastHeld <= before.leastHeld || after.leastInUse <= before.leastInUse) break;
  }
  return first;
}

/** How a leak is told. */
export interface LeakOptions {
  /** The length of the shortest window, in milliseconds. */
  readonly windowMs: number;
  /** How many windows must rise in a row. */
  readonly windows: number;
}

/** The same, and of which pool. */
export interface PoolLeakOptions extends LeakOptions {
  /** How many objects the pool has. */
  readonly populatedSize: number;
}

/** How many windows a pool is empty in before it has run out. */
const EMPTY_WINDOWS = 2;
/** How much of a pool is in no ring where it has leaked out, and does not only wait there. */
const MOST_OF_IT = 0.9;

/** What is known of a pool's objects from the looks before. */
export class LeakWatch {
  readonly #scales: Scale[];
  #leak: Leak | undefined;

  /** Begins at a moment. */
  constructor(clock: number) {
    this.#scales = Array.from({ length: SCALES }, () => new Scale(clock));
  }

  /**
   * Takes the next look into account.
   *
   * @param inUse how many objects are out
   * @param held how many of them are in no ring, at least
   */
  next(inUse: number, held: number, clock: number, options: PoolLeakOptions): Leak | undefined {
    const first = this.#scales[0]!;
    add(first.open, { to: clock, leastHeld: held, mostHeld: held, leastInUse: inUse });
    if (clock - first.open.from < options.windowMs || first.open.parts < LOOKS) return this.#leak;
    let closed = first.close(clock);
    for (const longer of this.#scales.slice(1)) {
      add(longer.open, closed);
      if (longer.open.parts < SCALE) break;
      closed = longer.close(clock);
    }
    return this.#leak = this.#runOut(clock, options) ?? this.#judge(clock, options.windows);
  }

  /** What is told of a pool that has been empty for so long. */
  #runOut(clock: number, { populatedSize }: PoolLeakOptions): Leak | undefined {
    const { past } = this.#scales[0]!;
    const isEmpty = ({ leastInUse, leastHeld }: Window) =>
      populatedSize > 0 && leastInUse >= populatedSize && leastHeld >= MOST_OF_IT * populatedSize;
    const first = past.findLastIndex((window) => !isEmpty(window)) + 1;
    if (past.length - first < EMPTY_WINDOWS) return undefined;
    const objects = past.at(-1)!.leastHeld;
    return { forMs: clock - past[first]!.from, objects, empty: true };
  }

  /** The leak that has gone on for longest. */
  #judge(clock: number, windows: number): Leak | undefined {
    let found: Leak | undefined;
    for (const { past } of this.#scales) {
      const first = risingFrom(past);
      if (past.length - 1 - first < windows) continue;
      const [begin, last] = [past[first]!, past[past.length - 1]!];
      if (this.#mostHeld(begin.to, clock - REMEMBER_MS) >= last.leastHeld) continue;
      const forMs = clock - begin.from;
      const held = last.leastHeld - begin.leastHeld;
      const objects = Math.min(held, last.leastInUse - begin.leastInUse);
      if (found === undefined || forMs > found.forMs) found = { forMs, objects, empty: false };
    }
    return found;
  }

  /** The most that was held in windows that ended up to one moment, and not before another. */
  #mostHeld(upTo: number, notBefore: number): number {
    let most = 0;
    for (const { past } of this.#scales) {
      for (const { to, mostHeld } of past) {
        if (to <= upTo && to >= notBefore) most = Math.max(most, mostHeld);
      }
    }
    return most;
  }
}
