/**
 * The last minutes of a group: a bounded number of points for each object.
 *
 * @module
 */

import type { Flow } from "../../../mod.ts";
import type { Past } from "./wire.ts";

/** How far back it goes, in milliseconds. */
export const HISTORY_MS = 600_000;

/** The least time between two points, in milliseconds. */
export const STEP_MS = 1_000;

/** How many points an object may be missing before its past is dropped. */
const PATIENCE = 60;

/** The kinds of objects that have a past; `group` is one for all. */
export type Kind = "ring" | "mempool" | "port" | "group";

/** The numbers of an object at one point. */
type Point = Readonly<Record<string, number>>;

/** One object's columns; NaN where there was nothing to see. */
interface Series {
  seen: number;
  readonly columns: Readonly<Record<string, Float32Array>>;
}

/** A bounded past. */
export class History {
  readonly #stepMs: number;
  readonly #length: number;
  readonly #times: Float64Array;
  readonly #series = new Map<string, Series>();
  /** How many points were taken. */
  #taken = 0;
  #due = -Infinity;

  /**
   * An empty past.
   *
   * @param intervalMs The milliseconds between two looks.
   */
  constructor(intervalMs: number) {
    this.#stepMs = Math.max(intervalMs, STEP_MS);
    this.#length = Math.max(2, Math.ceil(HISTORY_MS / this.#stepMs));
    this.#times = new Float64Array(this.#length);
  }

  /**
   * Takes a point, if it is time for one.
   *
   * @param flow The group.
   */
  add(flow: Flow): void {
    const { clock, time } = flow.snapshot;
    // A look comes a little early or late; a clock that stands behind is another host's, or a replay's.
    if (clock < this.#due - this.#stepMs / 4 && clock > this.#due - 2 * this.#stepMs) return;
    const late = Math.abs(clock - this.#due) < this.#stepMs / 2;
    this.#due = (late ? this.#due : clock) + this.#stepMs;
    const at = this.#taken++ % this.#length;
    this.#times[at] = time;
    for (const { columns } of this.#series.values()) {
      for (const column of Object.values(columns)) column[at] = NaN;
    }
    this.#addAll(flow, at);
    for (const [key, { seen }] of this.#series) {
      if (this.#taken - seen > PATIENCE) this.#series.delete(key);
    }
  }

  #addAll({ snapshot, rings, mempools, ports }: Flow, at: number): void {
    let [inRate, outRate] = [0, 0];
    for (const { ring, ...flow } of rings) {
      const point = { in: flow.inRate, out: flow.outRate, count: ring.count };
      this.#put("ring", ring.name, at, point);
      // The rings that pools keep their objects in are no way from one to another.
      if (ring.mempool !== undefined) continue;
      inRate += flow.inRate;
      outRate += flow.outRate;
    }
    for (const { mempool, inRings } of mempools) {
      const point = { inUse: mempool.inUse ?? NaN, inRings: inRings ?? NaN };
      this.#put("mempool", mempool.name, at, point);
    }
    for (const { port, rxRate, txRate, rxBits, txBits } of ports) {
      this.#put("port", String(port.id), at, { rx: rxRate, tx: txRate, rxBits, txBits });
    }
    const used = snapshot.memory.reduce((sum, list) => sum + list.used, 0);
    const inUse = mempools.reduce((sum, { mempool }) => sum + (mempool.inUse ?? 0), 0);
    this.#put("group", "", at, { in: inRate, out: outRate, used, inUse });
  }

  #put(kind: Kind, name: string, at: number, point: Point): void {
    const key = `${kind} ${name}`;
    let series = this.#series.get(key);
    if (series === undefined) {
      const empty = (): Float32Array => new Float32Array(this.#length).fill(NaN);
      series = {
        seen: 0,
        columns: Object.fromEntries(Object.keys(point).map((column) => [column, empty()])),
      };
      this.#series.set(key, series);
    }
    series.seen = this.#taken;
    for (const [column, values] of Object.entries(series.columns)) {
      values[at] = point[column] ?? NaN;
    }
  }

  /**
   * The past of one object.
   *
   * @param kind What it is.
   * @param name Its name; of a port its number, of the group nothing.
   * @returns Its points, the oldest first, or `undefined` when it has none.
   */
  of(kind: Kind, name: string): Past | undefined {
    const series = this.#series.get(`${kind} ${name}`);
    if (series === undefined) return undefined;
    const count = Math.min(this.#taken, this.#length);
    const order = Array.from({ length: count }, (_, n) => (this.#taken - count + n) % this.#length);
    const shown = (value = NaN): number | null =>
      Number.isNaN(value) ? null : Number(value.toPrecision(5));
    return {
      times: order.map((at) => this.#times[at] ?? 0),
      columns: Object.fromEntries(
        Object.entries(series.columns).map((
          [name, values],
        ) => [name, order.map((at) => shown(values[at]))]),
      ),
    };
  }
}
