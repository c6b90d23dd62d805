/**
 * The life of a screen: looks, one after the other, and keys.
 *
 * @module
 */

import type { Look, Messages, Recorded, Source } from "../source/source.ts";
import type { Picture } from "./screen.ts";
import { type Action, firstState, press, type Sight, type State } from "./state.ts";

/** How many messages details show, and how many bytes of each. */
const PEEK = { limit: 16, bytes: 64 };

/** The shortest time between two looks of a recording, in milliseconds. */
const SHORTEST_MS = 10;

function isRecorded(source: Source): source is Recorded {
  return "seek" in source;
}

/** What a screen shows, and what keys do to it. */
export class Session {
  readonly #source: Source;
  readonly #end: () => void;
  readonly #listeners = new Set<() => void>();
  #picture: Picture;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  /**
   * Takes a first look.
   *
   * @param source What is looked at.
   * @param intervalMs The time between two looks.
   * @param end Called when somebody wants to leave.
   */
  constructor(source: Source, intervalMs: number, end: () => void) {
    this.#source = source;
    this.#end = end;
    this.#picture = { look: source.look(), state: firstState(intervalMs), messages: undefined };
    this.#plan();
  }

  /** What is to be seen now: another object whenever that has changed. */
  get picture(): Picture {
    return this.#picture;
  }

  /**
   * Tells of changes.
   *
   * @param listener Called after each.
   * @returns What ends that.
   */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Takes a key.
   *
   * @param key Its name.
   * @param sight What is on the screen.
   */
  press(key: string, sight: Sight): void {
    const { state, action } = press(this.#picture.state, key, sight);
    const before = this.#picture.state;
    this.#picture = { ...this.#picture, state };
    this.#act(action);
    this.#peek();
    const { paused, intervalMs, speed } = before;
    if (
      paused !== state.paused || intervalMs !== state.intervalMs || speed !== state.speed ||
      action !== undefined
    ) this.#plan();
    this.#tell();
  }

  /** Has it shown once more, as it is. */
  repaint(): void {
    this.#picture = { ...this.#picture };
    this.#tell();
  }

  /** Ends it: no look follows. */
  close(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #act(action: Action): void {
    if (action === undefined) return;
    if (action === "quit") return this.#end();
    if (action === "look" || !isRecorded(this.#source)) return this.#look(this.#source.look());
    const index = this.#picture.look.position?.index ?? 0;
    const to = { back: index - 1, forward: index + 1, first: 0, last: Infinity };
    this.#look(this.#source.seek(to[action]));
  }

  #look(look: Look): void {
    this.#picture = { ...this.#picture, look };
  }

  /** Looks into the ring whose details are shown. */
  #peek(): void {
    const { state: { details, sheet }, messages } = this.#picture;
    const wanted = details !== undefined && sheet === "rings";
    const found: Messages | undefined = wanted ? this.#source.messages(details, PEEK) : undefined;
    if (found !== messages) this.#picture = { ...this.#picture, messages: found };
  }

  #delay({ paused, intervalMs, speed }: State): number | undefined {
    if (paused) return undefined;
    if (!isRecorded(this.#source)) return intervalMs;
    const { untilNext } = this.#source;
    return untilNext === undefined ? undefined : Math.max(untilNext / speed, SHORTEST_MS);
  }

  #plan(): void {
    clearTimeout(this.#timer);
    const delay = this.#ended ? undefined : this.#delay(this.#picture.state);
    if (delay === undefined) return;
    this.#timer = setTimeout(() => {
      this.#look(this.#source.look());
      this.#peek();
      this.#plan();
      this.#tell();
    }, delay);
  }
}
