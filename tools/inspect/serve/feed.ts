/**
 * Looks at a group again and again, and hands what it sees to whoever wants it.
 *
 * @module
 */

import { DpdkError, type Flow } from "../../../mod.ts";
import { NOTHING, objectsOf, peopleOf, type Standing, standingOf, valuesOf } from "./encode.ts";
import { History } from "./history.ts";
import type { Presence } from "./wire.ts";

/** Where the flows of a group come from. */
export interface FlowSource {
  /**
   * Looks at the group.
   *
   * @returns How it is now; throws when it cannot be looked at any more.
   */
  next(): Flow;
}

/** Opens a source anew: at the start, and whenever the one before has failed. Throws when there is no group. */
export type OpenSource = () => FlowSource;

/** One event for the page: its name, and its data as JSON. */
export interface Frame {
  readonly event: "presence" | "objects" | "people" | "values";
  readonly data: string;
}

/** A group that is being looked at. */
export class Feed {
  readonly #open: OpenSource;
  readonly #intervalMs: number;
  readonly #waiting = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #source: FlowSource | undefined;
  #flow: Flow | undefined;
  #standing: Standing = NOTHING;
  #objects = "";
  #people = "";
  #presence = "";
  #frames: readonly Frame[] = [];
  #trouble: string | undefined;
  #looks = 0;
  #stopped = false;

  /** Its last minutes. */
  readonly history: History;

  /**
   * A feed that has not looked yet.
   *
   * @param open Opens the source.
   * @param intervalMs The milliseconds between two looks.
   */
  constructor(open: OpenSource, intervalMs: number) {
    this.#open = open;
    this.#intervalMs = intervalMs;
    this.history = new History(intervalMs);
  }

  /** The latest look, `undefined` while the group is not there. */
  get flow(): Flow | undefined {
    return this.#flow;
  }

  /** Why the latest look failed, `undefined` when it did not. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** How often it has looked. */
  get looks(): number {
    return this.#looks;
  }

  /** Whether it looks no more. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** What the latest look has brought. */
  get frames(): readonly Frame[] {
    return this.#frames;
  }

  /** Looks now, and from now on at every interval. */
  start(): void {
    const began = performance.now();
    this.#look();
    // The time that the look took is part of the interval; a slow one leaves half of the time to others.
    const took = performance.now() - began;
    const pause = Math.max(this.#intervalMs - took, took);
    this.#timer = setTimeout(() => this.start(), pause);
  }

  /** Looks no more, and lets all who wait go. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#wake();
  }

  /**
   * Waits for the next look.
   *
   * @param signal Ends the waiting early.
   * @returns When it has looked, or has stopped.
   */
  wait(signal: AbortSignal): Promise<void> {
    if (this.#stopped || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const go = (): void => {
        this.#waiting.delete(go);
        signal.removeEventListener("abort", go);
        resolve();
      };
      this.#waiting.add(go);
      signal.addEventListener("abort", go);
    });
  }

  /**
   * All that somebody needs who has seen nothing yet.
   *
   * @returns The frames.
   */
  whole(): Frame[] {
    const frames: Frame[] = [{ event: "presence", data: this.#presence }];
    if (this.#flow === undefined) return frames;
    const values = valuesOf(this.#flow, this.#standing, NOTHING);
    return [
      ...frames,
      { event: "objects", data: this.#objects },
      { event: "people", data: this.#people },
      { event: "values", data: JSON.stringify(values) },
    ];
  }

  #look(): void {
    try {
      this.#source ??= this.#open();
      this.#take(this.#source.next());
    } catch (error) {
      this.#source = undefined;
      this.#flow = undefined;
      this.#objects = "";
      const reason = error instanceof Error ? error.message : String(error);
      // The page tells the reason in any case; a mistake of ours is told here, with its stack, once.
      if (!(error instanceof DpdkError) && reason !== this.#trouble) console.error(error);
      this.#trouble = reason;
      this.#presence = presence(false, this.#trouble);
      this.#frames = [{ event: "presence", data: this.#presence }];
    }
    this.#looks++;
    this.#wake();
  }

  #take(flow: Flow): void {
    const objects = JSON.stringify(objectsOf(flow));
    const people = JSON.stringify(peopleOf(flow, this.#intervalMs));
    const standing = standingOf(flow);
    const same = objects === this.#objects;
    const knownPeople = same && people === this.#people;
    const values = valuesOf(flow, standing, same ? this.#standing : NOTHING);
    this.#presence = presence(true, "");
    this.#frames = [
      ...(same ? [] : [{ event: "presence", data: this.#presence } as const]),
      ...(same ? [] : [{ event: "objects", data: objects } as const]),
      ...(knownPeople ? [] : [{ event: "people", data: people } as const]),
      { event: "values", data: JSON.stringify(values) },
    ];
    this.#flow = flow;
    this.#trouble = undefined;
    this.#objects = objects;
    this.#people = people;
    this.#standing = standing;
    this.history.add(flow);
  }

  #wake(): void {
    for (const go of [...this.#waiting]) go();
  }
}

function presence(there: boolean, reason: string): string {
  return JSON.stringify({ there, reason } satisfies Presence);
}
