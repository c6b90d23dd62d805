/**
 * How long anybody stood still who was to go on.
 *
 * @module
 */

import { Ring } from "../../../mod.ts";
import { ringIn } from "../../../examples/fstack/ff_msg.ts";
import { type Control, PROCESSES, type WordName } from "./control.ts";

/** Between two looks, in milliseconds. */
const LOOK_MS = 50;

/** What is looked at: a count of each process that lives, while it is to grow. */
interface Watched {
  readonly count: WordName;
  isToGrow(id: number): boolean;
}

interface Seen {
  readonly value: number;
  /** When it was seen first. */
  readonly since: number;
}

/** What may stand still, in words. */
export type What = "turns" | "packets, as some were due" | "answers, as questions waited";

/** Looks at the processes that live, all the time. */
export class Standstill implements Disposable {
  /** The longest that a count was seen unchanged, in milliseconds. */
  readonly longest = new Map<What, number>();
  readonly #control: Control;
  readonly #watched: ReadonlyMap<What, Watched>;
  readonly #seen = new Map<string, Seen>();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(control: Control) {
    const questions = Array.from({ length: PROCESSES }, (_, id) => Ring.lookup(ringIn(id)));
    this.#control = control;
    this.#watched = new Map<What, Watched>([
      ["turns", { count: "TURNS", isToGrow: () => true }],
      ["packets, as some were due", {
        count: "SEEN",
        isToGrow: () => control.sent("packets") < control.due("packets"),
      }],
      ["answers, as questions waited", {
        count: "ANSWERED",
        isToGrow: (id) => !questions[id]!.empty,
      }],
    ]);
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    for (const [what, { count, isToGrow }] of this.#watched) {
      for (let id = 0; id < PROCESSES; id++) {
        const words = this.#control.parties[id]!;
        const key = `${what} ${id}`;
        const value = words.get(count);
        const before = this.#seen.get(key);
        // This process may be late itself: only what is the same in two looks stood still meanwhile.
        if (words.get("PID") === 0 || !isToGrow(id)) this.#seen.delete(key);
        else if (before?.value !== value) this.#seen.set(key, { value, since: now });
        else this.longest.set(what, Math.max(this.longest.get(what) ?? 0, now - before.since));
      }
    }
  }
}
