/**
 * A recording as a source: what follows from looks is found out again, in their order.
 *
 * @module
 */

import { type Flow, type RingState, type Suspect, Watch } from "../../../mod.ts";
import { type RecordedLook, Recording } from "./recording.ts";
import type { Look, Messages, Recorded } from "./source.ts";

/** How many looks are kept to step back to without beginning anew. */
const KEPT = 64;

/** Shows a recording. */
export class Replay implements Recorded {
  /** What is shown. */
  readonly recording: Recording;
  readonly #first: RecordedLook;
  readonly #last: RecordedLook;
  #watch = new Watch();
  /** The look that the watch has seen last. */
  #seen = -1;
  #at = -1;
  #flows = new Map<number, Flow>();

  /**
   * Opens a recording.
   *
   * @param path The file.
   */
  constructor(path: string) {
    this.recording = new Recording(path);
    this.#first = this.recording.at(0);
    this.#last = this.recording.at(this.recording.count - 1);
  }

  get untilNext(): number | undefined {
    const next = this.#at + 1;
    if (next >= this.recording.count) return undefined;
    return next === 0
      ? 0
      : Math.max(this.recording.at(next).time - this.#flow(next - 1).snapshot.time, 0);
  }

  look(): Look {
    return this.seek(this.#at + 1);
  }

  seek(index: number): Look {
    const { count } = this.recording;
    this.#at = Math.min(Math.max(index, 0), count - 1);
    const flow = this.#flow(this.#at);
    return {
      flow,
      trouble: undefined,
      position: {
        index: this.#at,
        count,
        atMs: flow.snapshot.time - this.#first.time,
        lengthMs: this.#last.time - this.#first.time,
      },
      noPorts: "The recording has no ports: record with --attach, which joins the group",
    };
  }

  messages(): Messages {
    return "a recording has the states of rings, not what was in them";
  }

  #flow(index: number): Flow {
    const known = this.#flows.get(index);
    if (known !== undefined) return known;
    if (index <= this.#seen) {
      this.#watch = new Watch();
      this.#seen = -1;
      this.#flows.clear();
    }
    while (this.#seen < index) this.#next();
    return this.#flows.get(index)!;
  }

  #next(): void {
    const look = this.recording.at(++this.#seen);
    const { links, suspects, ...snapshot } = look;
    const flow = { ...this.#watch.next(snapshot), links };
    this.#flows.set(this.#seen, {
      ...flow,
      rings: flow.rings.map((ring) => named(ring, suspects)),
    });
    this.#flows.delete(this.#seen - KEPT);
  }
}

/** A ring with those who were found at its ends. */
function named<Ring extends { ring: RingState; stuck: Flow["rings"][number]["stuck"] }>(
  flow: Ring,
  suspects: Readonly<Record<string, readonly Suspect[]>>,
): Ring {
  const found = suspects[String(flow.ring.address)];
  if (found === undefined || flow.stuck.length === 0) return flow;
  // Recordings may be older than the difference: all were seen then.
  const all = found.map((suspect) => ({ ...suspect, seen: suspect.seen ?? true }));
  return { ...flow, stuck: flow.stuck.map((end) => ({ ...end, suspects: all })) };
}
