/**
 * A group that lives, or did: it may die, vanish and come back while it is watched.
 *
 * @module
 */

import {
  DpdkError,
  findSuspects,
  type InspectOptions,
  Inspector,
  Links,
  type PortState,
  Watch,
} from "../../../mod.ts";
import type { Look, MessageOptions, Messages, Source } from "./source.ts";

/** How much of the processes' own memory is searched for rings at each look: quick enough for one. */
const LINK_BYTES = 8 << 20;

/** A reader of ports' counters. */
export interface PortReader {
  /** The ports now. */
  read(): readonly PortState[];
  /** Why there are none, when there are none. */
  readonly none: string;
}

/** What is said of ports when nobody looked for them. */
export const NOT_ATTACHED: PortReader = {
  read: () => [],
  none: "Ports are seen by processes of the group only: --attach joins it, as a secondary that " +
    "only reads their counters",
};

/** Looks at a group as it is. */
export class Live implements Source {
  readonly #options: InspectOptions;
  readonly #ports: PortReader;
  readonly #watch: Watch;
  #inspector: Inspector | undefined;
  #last: Look["flow"];

  /**
   * Finds the group; it must be there.
   *
   * @param options Which.
   * @param ports Who reads ports.
   */
  constructor(options: InspectOptions, ports: PortReader = NOT_ATTACHED) {
    this.#options = options;
    this.#ports = ports;
    this.#inspector = Inspector.open(options);
    const links = new Links({ bytes: LINK_BYTES });
    this.#watch = new Watch({
      suspects: findSuspects,
      links: (snapshot) => links.update(snapshot),
    });
  }

  look(): Look {
    const place = { position: undefined, noPorts: this.#ports.none };
    try {
      this.#inspector ??= Inspector.open(this.#options);
      const snapshot = { ...this.#inspector.snapshot(), ports: this.#ports.read() };
      this.#last = this.#watch.next(snapshot);
      return { flow: this.#last, trouble: undefined, ...place };
    } catch (error) {
      if (!(error instanceof DpdkError)) throw error;
      this.#inspector = undefined;
      return { flow: this.#last, trouble: error.message, ...place };
    }
  }

  messages(ring: string, options: MessageOptions): Messages {
    try {
      return this.#inspector?.messages(ring, options) ?? "the group is not there";
    } catch (error) {
      if (error instanceof DpdkError) return error.message;
      throw error;
    }
  }
}
