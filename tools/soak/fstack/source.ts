/**
 * Where the soak's packets come from.
 *
 * @module
 */

import { type PktmbufPool, Ring } from "../../../mod.ts";
import { dispatchRing, kniRing } from "../../../examples/fstack/names.ts";
import { BURST, type Outlet } from "../../../examples/fstack/outlet.ts";
import { type Control, PROCESSES, SENT } from "./control.ts";
import { Packets } from "./packets.ts";

/**
 * Packets that may wait for a process that lives, and on its wire: rings have room for more, so that only
 * a process that is not there loses any, to others that live on and count them.
 */
const MAY_WAIT = 1024;
const MAY_WAIT_ON_WIRE = 256;

/** What a source sends by. */
export interface SourceOptions {
  /** The port's MAC address, and its id. */
  readonly mac: number;
  readonly port: number;
  readonly pool: PktmbufPool;
  readonly tx: Outlet;
}

/** Sends packets when it is time, and not more than the others can take. */
export class Source {
  readonly #control: Control;
  readonly #id: number;
  readonly #options: SourceOptions;
  readonly #packets = new Packets();
  readonly #wire: Ring;
  readonly #kernel: Ring;
  /** The rings of the other processes, by their ids; nothing at this one's place. */
  readonly #others: readonly (Ring | undefined)[];

  /** @param id which process this is */
  constructor(control: Control, id: number, options: SourceOptions) {
    this.#control = control;
    this.#id = id;
    this.#options = options;
    this.#wire = Ring.lookup(wireRing(id));
    this.#kernel = Ring.lookup(kniRing(options.port));
    this.#others = Array.from(
      { length: PROCESSES },
      (_, q) => q === id ? undefined : Ring.lookup(dispatchRing(options.port, q)),
    );
  }

  /** Sends what is due, a burst at most; how many packets that were. */
  turn(): number {
    const [control, { mac, pool, tx }] = [this.#control, this.#options];
    const due = control.due("packets");
    if (control.sent("packets") >= due || this.#crowded()) return 0;
    let n = 0;
    for (; n < BURST; n++) {
      const mbuf = pool.alloc();
      if (mbuf === undefined) break;
      const next = control.next("packets", due);
      if (next < 0) {
        this.#packets.free(mbuf);
        break;
      }
      this.#packets.make(mbuf, (control.first + next) >>> 0, this.#id, mac);
      control.note(next, SENT);
      tx.giveOne(mbuf);
    }
    tx.flush();
    return n;
  }

  #crowded(): boolean {
    if (this.#wire.count > MAY_WAIT_ON_WIRE || this.#kernel.count > MAY_WAIT) return true;
    return this.#others.some((ring, q) =>
      ring !== undefined && ring.count > MAY_WAIT && this.#control.parties[q]!.get("PID") !== 0
    );
  }
}

/** The ring of a queue of net_ring0, and of net_ring1's only one. */
export const wireRing = (queue: number): string => `ETH_RXTX${queue}_net_ring0`;
export const KERNEL_RING = "ETH_RXTX0_net_ring1";
