/**
 * What server and clients share, besides packets: names, and the counters in a memzone.
 *
 * @module
 */

import { type Memzone, RTE_CACHE_LINE_SIZE, RTE_MAX_ETHPORTS } from "../../mod.ts";

/** The most clients. */
export const MAX_CLIENTS = 16;

/** The memzone of the counters. */
export const PORT_INFO = "MProc_port_info";

/** The pool of all packets. */
export const POOL = "MProc_pktmbuf_pool";

/** The ring in which a client finds its packets. */
export const clientRing = (id: number): string => `MProc_Client_${id}_RX`;

/** Packets that are taken, or sent, at once. */
export const BURST = 32;

// struct port_info: the number of ports and their ids share a cache line, as they are only read; what
// each process writes has cache lines of its own.
const IDS = 2;
const COUNTERS = 8 * RTE_MAX_ETHPORTS;
const RX_STATS = Math.ceil((IDS + 2 * RTE_MAX_ETHPORTS) / RTE_CACHE_LINE_SIZE) *
  RTE_CACHE_LINE_SIZE;
const TX_STATS = RX_STATS + COUNTERS;

/** Bytes of `struct port_info`. */
export const PORT_INFO_SIZE = TX_STATS + MAX_CLIENTS * 2 * COUNTERS;

const TWO_32 = 2 ** 32;

/**
 * Counters, `uint64_t` each, which one process writes and others read now and then. As numbers: a
 * bigint for each count would be garbage for each burst.
 */
export class Counters {
  readonly #words: Uint32Array<ArrayBuffer>;

  constructor(zone: Memzone, offset: number) {
    this.#words = new Uint32Array(zone.buffer, offset, 2 * RTE_MAX_ETHPORTS);
  }

  /** The value of a counter. */
  get(index: number): number {
    return this.#words[2 * index]! + this.#words[2 * index + 1]! * TWO_32;
  }

  /** Adds to a counter. */
  add(index: number, n: number): void {
    const words = this.#words;
    const low = words[2 * index]! + n;
    if (low >= TWO_32) words[2 * index + 1]! += 1;
    words[2 * index] = low;
  }
}

/** `struct port_info`, in its memzone. */
export class PortInfo {
  /** Packets received from each port, by its place among the ports. The server's. */
  readonly rx: Counters;
  /** Packets sent to each port, by its id. Each client's own. */
  readonly tx: readonly Counters[];
  /** Packets that could not be sent, by the port's id. Each client's own. */
  readonly txDrop: readonly Counters[];
  readonly #view: DataView<ArrayBuffer>;

  constructor(zone: Memzone) {
    const clients = [...Array(MAX_CLIENTS).keys()];
    this.#view = new DataView(zone.buffer, 0, IDS + 2 * RTE_MAX_ETHPORTS);
    this.rx = new Counters(zone, RX_STATS);
    this.tx = clients.map((id) => new Counters(zone, TX_STATS + 2 * id * COUNTERS));
    this.txDrop = clients.map((id) => new Counters(zone, TX_STATS + (2 * id + 1) * COUNTERS));
  }

  /** The ids of the ports. */
  get ids(): number[] {
    const count = this.#view.getUint16(0, true);
    return Array.from({ length: count }, (_, i) => this.#view.getUint16(IDS + 2 * i, true));
  }

  set ids(ids: readonly number[]) {
    ids.forEach((id, i) => this.#view.setUint16(IDS + 2 * i, id, true));
    this.#view.setUint16(0, ids.length, true);
  }
}
