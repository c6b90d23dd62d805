/**
 * How long anybody stood still who was to go on.
 *
 * @module
 */

import { type Control, PROCESSES, type Sort } from "./control.ts";

/** Between two looks, in milliseconds. */
const LOOK_MS = 50;

/** What is looked at: the turns of a process's loop, and while there are any, packets and questions. */
const COUNTS = ["TURNS", "SEEN", "ANSWERED"] as const;
type Count = (typeof COUNTS)[number];

interface Seen {
  readonly value: number;
  /** When it was seen first. */
  readonly since: number;
}

/** Looks at the processes that live, all the time. */
export class Standstill implements Disposable {
  /** The longest that a count was seen unchanged, in milliseconds. */
  readonly longest: Record<Count, number> = { TURNS: 0, SEEN: 0, ANSWERED: 0 };
  readonly #control: Control;
  readonly #seen = new Map<string, Seen>();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(control: Control) {
    this.#control = control;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { parties } = this.#control;
    const isDue = (sort: Sort) => this.#control.sent(sort) < this.#control.due(sort);
    const active: Readonly<Record<Count, boolean>> = {
      TURNS: true,
      SEEN: isDue("packets"),
      ANSWERED: isDue("questions"),
    };
    const now = performance.now();
    for (let id = 0; id < PROCESSES; id++) {
      const lives = parties[id]!.get("PID") !== 0;
      for (const count of COUNTS) {
        const key = `${count} ${id}`;
        const value = parties[id]!.get(count);
        const before = this.#seen.get(key);
        // This process may be late itself: only what is the same in two looks stood still meanwhile.
        if (!lives || !active[count]) this.#seen.delete(key);
        else if (before?.value !== value) this.#seen.set(key, { value, since: now });
        else this.longest[count] = Math.max(this.longest[count], now - before.since);
      }
    }
  }
}
