/**
 * Where a screen has its looks at a group from: a living group, or a recording.
 *
 * @module
 */

import type { Flow, QueuedMessage } from "../../../mod.ts";

/** Where in a recording one is. */
export interface Position {
  /** The number of the look, from 0 on. */
  readonly index: number;
  /** How many there are. */
  readonly count: number;
  /** The time between the first look and this one, in milliseconds. */
  readonly atMs: number;
  /** The same of the last look. */
  readonly lengthMs: number;
}

/** What there is to show. */
export interface Look {
  /** The newest that could be had; none before the first. */
  readonly flow: Flow | undefined;
  /** Why there is no newer one. */
  readonly trouble: string | undefined;
  /** Where it is, in a recording. */
  readonly position: Position | undefined;
  /** Why there are no ports, when there are none. */
  readonly noPorts: string;
}

/** How messages are looked at. */
export interface MessageOptions {
  /** How many. */
  readonly limit: number;
  /** How many bytes of each. */
  readonly bytes: number;
}

/** Messages of a ring, or why there are none to see. */
export type Messages = readonly QueuedMessage[] | string;

/** A living group, or a recording of one. */
export interface Source {
  /**
   * Looks again, or goes on by one look.
   *
   * @returns What there is now; it never throws for what happens to a group.
   */
  look(): Look;
  /**
   * Looks into a ring, and takes nothing.
   *
   * @param ring The ring's name.
   * @param options How many messages, and how much of each.
   */
  messages(ring: string, options: MessageOptions): Messages;
}

/** A source that one can move about in. */
export interface Recorded extends Source {
  /** The time until the look that comes next, in milliseconds; `undefined` at the end. */
  readonly untilNext: number | undefined;
  /**
   * Goes to a look.
   *
   * @param index Its number; one beyond either end is the first or the last.
   * @returns What there was.
   */
  seek(index: number): Look;
}
